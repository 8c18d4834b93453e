-- Stock per SKU and warehouse, what is promised of it (reservations), and the ledger that explains both.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table warehouse (
  code text primary key check (length(code) between 1 and 32),
  name text not null check (length(name) between 1 and 200),
  -- The lowest is taken from first.
  priority bigint not null default 100 check (priority >= 0),
  -- ISO 3166-1; null serves every country.
  countries text[]
);

-- One row per SKU: the lock that every change of its stock takes first (in the order of SKUs), and the answer to every read.
create table item (
  sku text collate "C" primary key check (length(sku) between 1 and 32),
  -- Over all warehouses: sum of on_hand - allocated.
  available bigint not null default 0 check (available >= 0),
  availability text not null default 'out' check (availability in ('in', 'low', 'out')),
  availability_since timestamptz not null,
  -- Null: the shop's default.
  low_threshold bigint check (low_threshold >= 0),
  -- The seq of the SKU's last movement.
  version bigint not null default 0 check (version >= 0)
) with (fillfactor = 70);
create index item_scarce on item (sku) where availability <> 'in';

create table stock (
  sku text collate "C" not null references item (sku),
  warehouse text not null references warehouse (code),
  on_hand bigint not null default 0,
  allocated bigint not null default 0,
  primary key (sku, warehouse),
  constraint stock_never_oversold check (allocated between 0 and on_hand)
) with (fillfactor = 70);
create index stock_of_warehouse on stock (warehouse);

-- A released row without an order is a tombstone: the release came before the reserve, which is then refused.
create table reservation (
  id uuid primary key,
  -- of the order; what is told of the reservation is told there, also by the sweep
  store text not null,
  market text not null,
  order_id uuid,
  state text not null check (state in ('held', 'pinned', 'released', 'expired', 'dispatched')),
  -- [{ sku, warehouse, quantity }]: what was promised, and what of it is still allocated.
  allocations jsonb not null,
  open jsonb not null,
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint reservation_open_while_promised check ((state in ('held', 'pinned')) = (jsonb_array_length(open) > 0)),
  constraint reservation_held_has_an_end check (state <> 'held' or expires_at is not null)
) with (fillfactor = 80);
create index reservation_due on reservation (expires_at) where state = 'held';

-- The ledger. No foreign key to stock: the statement that writes a movement has just updated its row.
create table movement (
  sku text collate "C" not null,
  seq bigint not null check (seq >= 1),
  warehouse text not null,
  kind text not null check (
    kind in ('received', 'adjusted', 'reserved', 'released', 'expired', 'dispatched', 'repaired')
  ),
  delta_on_hand bigint not null,
  delta_allocated bigint not null,
  balance_on_hand bigint not null,
  balance_allocated bigint not null,
  reference text not null,
  at timestamptz not null,
  primary key (sku, seq)
);

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'movement is append-only: write a movement that corrects it';
end $$;
create trigger movement_is_append_only before update or delete or truncate on movement
  for each statement execute function refuse_ledger_change();

create table adjustment (
  id uuid primary key,
  reason text not null,
  lines jsonb not null,
  by_actor text not null,
  -- What a repeat is told.
  answer jsonb,
  at timestamptz not null
);

create table warehouse_event (
  id uuid primary key,
  kind text not null check (kind in ('goods_received')),
  warehouse text not null references warehouse (code),
  lines jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  applied_at timestamptz
);
create index warehouse_event_of_warehouse on warehouse_event (warehouse);
