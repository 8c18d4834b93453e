-- Shipments with their history, the gate that keeps a late shipment of a cancelled order out, and what shipping costs.
set local lock_timeout = '2s';
set local statement_timeout = '30s';

-- One row per order that shipping heard of. Creating and cancelling lock it, so that neither can miss the other.
create table order_gate (
  store text not null,
  order_id uuid not null,
  -- not null: the order's shipments are cancelled, also those that nobody asked for yet
  cancelled_at timestamptz,
  primary key (store, order_id)
);

create table shipment (
  shipment_id uuid primary key,
  store text not null,
  -- of the order; what is told of the shipment is told there, whoever moves it
  market text not null,
  order_id uuid not null,
  reservation_id uuid not null,
  state text not null,
  method text not null,
  country text not null,
  lines jsonb not null,
  -- personal data: never leaves by an event or a log
  address jsonb not null,
  carrier text,
  tracking_code text,
  -- for tracking codes made here
  serial bigint not null generated always as identity,
  created_at timestamptz not null,
  constraint shipment_state_known
    check (state in ('pending', 'picked', 'dispatched', 'in_transit', 'delivered', 'returned', 'cancelled')),
  constraint shipment_of_order foreign key (store, order_id) references order_gate (store, order_id)
);
create index shipment_by_order on shipment (store, order_id, created_at);
create index shipment_by_time on shipment (store, created_at desc, shipment_id desc);
create index shipment_by_state on shipment (store, state, created_at desc, shipment_id desc);

create table shipment_history (
  shipment_id uuid not null references shipment (shipment_id),
  seq bigint not null,
  state text not null,
  at timestamptz not null,
  note text,
  primary key (shipment_id, seq)
);

create table rate (
  store text not null,
  currency text not null,
  zones jsonb not null,
  version bigint not null default 1,
  primary key (store, currency),
  constraint rate_currency_form check (currency ~ '^[A-Z]{3}$')
);
