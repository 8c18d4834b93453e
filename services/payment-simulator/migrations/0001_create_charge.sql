-- The simulated provider's own books: tokens of test cards (never a number), charges and refunds by the caller's key.
set lock_timeout = '2s';
set statement_timeout = '30s';

create table card_token (
  token text primary key,
  brand text not null,
  last4 text not null,
  behaviour text not null,
  -- the key of the charge that took it; a token pays once
  used_by text,
  expires_at timestamptz not null,
  constraint card_token_last4_form check (last4 ~ '^[0-9]{4}$')
);

create index card_token_expires_at on card_token (expires_at);

create table charge (
  key text primary key,
  charge_id uuid not null unique,
  -- of whoever asked for it; its events go there
  store text not null,
  market text not null,
  status text not null,
  -- amount, currency and behaviour are null on the tombstone of a key that was voided before it was charged
  amount_minor bigint,
  currency text,
  behaviour text,
  brand text,
  last4 text,
  was_authorised boolean not null,
  captured_minor bigint not null,
  decline_code text,
  return_url text,
  -- when something happens by itself: a slow answer, the end of a challenge or of an authorisation
  due_at timestamptz,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint charge_status_known check (status in ('processing', 'challenge', 'authorised', 'declined', 'captured', 'voided')),
  constraint charge_captured_within check (captured_minor between 0 and coalesce(amount_minor, 0)),
  constraint charge_tombstone_is_void check (amount_minor is not null or status = 'voided')
);

create index charge_due_at on charge (due_at) where due_at is not null;

create table charge_refund (
  refund_key text primary key,
  charge_key text not null references charge (key),
  amount_minor bigint not null,
  status text not null,
  failure_code text,
  created_at timestamptz not null,
  constraint charge_refund_status_known check (status in ('succeeded', 'failed')),
  constraint charge_refund_positive check (amount_minor > 0)
);

create index charge_refund_charge_key on charge_refund (charge_key);
