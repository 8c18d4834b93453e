-- An order is its own checkout: the row is written before anything is promised, and says what is to be done next.
set lock_timeout = '5s';

create table orders (
  id uuid primary key,
  number bigint generated always as identity (start with 100001) not null unique,
  store text not null,
  market text not null,
  locale text not null,
  currency text not null,
  owner_kind text not null check (owner_kind in ('guest', 'customer')),
  owner_id text not null,
  state text not null check (state in ('open', 'awaiting_shopper', 'confirmed', 'undoing', 'failed', 'cancelled')),
  payment_state text not null default 'none',
  fulfilment_state text not null default 'none',
  cart_id text not null,
  cart_version bigint not null,
  -- The price that was agreed; never changed.
  quote jsonb not null,
  total_minor bigint not null check (total_minor >= 0),
  item_count integer not null,
  country text not null,
  shipping_method text not null,
  payment_token text,
  return_url text,
  reservation_id uuid not null,
  payment_id uuid not null,
  shipment_id uuid not null,
  refund_id uuid not null,
  allocations jsonb,
  held_until timestamptz not null,
  failure jsonb,
  next_action jsonb,
  cancelled_by text,
  cancel_reason text,
  captured_minor bigint not null default 0,
  refunded_minor bigint not null default 0,
  tracking_codes text[] not null default '{}',
  attempts integer not null default 0,
  -- Counts what happened to the order's payment meanwhile, so that news during a step is not slept through.
  nudges integer not null default 0,
  -- When the sweeper goes on with it; null: nothing to do.
  wake_at timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  version bigint not null default 1,
  placed_at timestamptz not null,
  confirmed_at timestamptz,
  updated_at timestamptz not null
);

create index orders_by_owner on orders (store, owner_kind, owner_id, id desc);
create index orders_by_state on orders (store, state, id desc);
create index orders_to_wake on orders (wake_at) where wake_at is not null;
create unique index orders_by_payment on orders (payment_id);
-- A cart as it stands is bought once, whatever keys and tabs ask for it; after a failure it may be tried again.
create unique index orders_live_by_cart on orders (cart_id, cart_version) where state in ('open', 'awaiting_shopper', 'confirmed');

-- Personal data apart, so that it can be erased without touching what the books need.
create table order_contact (
  order_id uuid primary key references orders (id),
  email text not null,
  shipping_address jsonb not null,
  billing_address jsonb not null
);

create table order_history (
  id bigint generated always as identity primary key,
  order_id uuid not null references orders (id),
  at timestamptz not null,
  about text not null check (about in ('order', 'payment', 'fulfilment')),
  from_state text,
  to_state text not null,
  note text
);
create index order_history_by_order on order_history (order_id, id);
