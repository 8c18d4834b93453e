-- One row per payment id: what the provider told about it and what we decided. A row without an order is the tombstone of
-- an id that was voided before it was known. The ledger only grows.
set lock_timeout = '2s';
set statement_timeout = '30s';

create table payment (
  payment_id uuid primary key,
  -- whose shop and market: what is told of the payment is told there, whoever changes it
  store text not null,
  market text not null,
  order_id uuid,
  amount_minor bigint,
  currency text,
  provider text not null,
  -- derived from the columns below by the model; for lists and people
  status text not null,
  challenge_url text,
  challenge_expires_at timestamptz,
  is_authorised boolean not null default false,
  authorisation_expires_at timestamptz,
  card_brand text,
  card_last4 text,
  decline_code text,
  captured_minor bigint,
  capture_refusal text,
  is_voided boolean not null default false,
  is_void_wanted boolean not null default false,
  is_given_up boolean not null default false,
  capture_wanted_minor bigint,
  -- pending and succeeded refunds; the check below is what stops a refund of more than was captured, whatever the code does
  refund_reserved_minor bigint not null default 0,
  sent_until timestamptz not null,
  -- a charge whose outcome is not known by then is given up
  answer_by timestamptz not null,
  next_step_at timestamptz,
  look_count bigint not null default 0,
  version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint payment_status_known check (status in (
    'authorising', 'challenge', 'authorised', 'captured', 'partially_refunded', 'refunded', 'declined', 'voided', 'failed')),
  constraint payment_is_whole_or_tombstone check (
    (order_id is not null and amount_minor > 0 and currency is not null)
    or (order_id is null and amount_minor is null and currency is null and status = 'voided')),
  constraint payment_captured_within check (captured_minor > 0 and captured_minor <= amount_minor),
  constraint payment_capture_wanted_within check (capture_wanted_minor > 0 and capture_wanted_minor <= amount_minor),
  constraint payment_refunds_within check (refund_reserved_minor between 0 and coalesce(captured_minor, 0))
);

create index payment_next_step_at on payment (next_step_at) where next_step_at is not null;
create index payment_order_id on payment (order_id);
create index payment_newest on payment (store, created_at desc, payment_id desc);

create table refund (
  refund_id uuid primary key,
  payment_id uuid not null references payment (payment_id),
  amount_minor bigint not null,
  reason text not null,
  status text not null,
  failure_code text,
  next_try_at timestamptz,
  try_count bigint not null default 0,
  created_at timestamptz not null,
  constraint refund_status_known check (status in ('pending', 'succeeded', 'failed')),
  constraint refund_positive check (amount_minor > 0),
  constraint refund_pending_is_tried check ((status = 'pending') = (next_try_at is not null))
);

create index refund_payment_id on refund (payment_id);
create index refund_next_try_at on refund (next_try_at) where next_try_at is not null;

create table ledger_entry (
  payment_id uuid not null references payment (payment_id),
  -- the version of the payment that the posting made true; its lines sum to 0
  posting bigint not null,
  line bigint not null,
  kind text not null,
  account text not null,
  amount_minor bigint not null,
  -- of the account, for this payment, after the line
  balance_minor bigint not null,
  currency text not null,
  refund_id uuid,
  recorded_at timestamptz not null,
  primary key (payment_id, posting, line),
  constraint ledger_entry_kind_known check (kind in ('authorised', 'captured', 'released', 'refunded')),
  constraint ledger_entry_account_known check (account in ('shopper', 'held', 'merchant')),
  constraint ledger_entry_moves check (amount_minor <> 0)
);

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger only grows: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;

create trigger ledger_entry_only_grows before update or delete or truncate on ledger_entry
  for each statement execute function refuse_ledger_change();

create table provider_event (
  provider text not null,
  event_id text not null,
  body text not null,
  received_at timestamptz not null,
  outcome text,
  next_try_at timestamptz,
  try_count bigint not null default 0,
  primary key (provider, event_id),
  constraint provider_event_outcome_known check (outcome in ('applied', 'ignored', 'unreadable')),
  constraint provider_event_open_is_tried check ((outcome is null) = (next_try_at is not null))
);

create index provider_event_next_try_at on provider_event (next_try_at) where next_try_at is not null;
