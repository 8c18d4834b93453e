-- One row per message to a shopper; the event that caused it is unique, so that hearing it twice mails once.
set lock_timeout = '5s';

create table message (
  id uuid primary key,
  event_id uuid not null unique,
  order_id uuid not null,
  kind text not null,
  -- Personal data.
  recipient text not null,
  subject text not null,
  html text not null,
  plain text not null,
  state text not null check (state in ('queued', 'sent', 'captured', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index message_to_send on message (next_attempt_at) where state = 'queued';
create index message_by_order on message (order_id, id desc);
