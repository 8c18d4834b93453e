-- One row per cart with its lines inside, so that every change of a cart is one statement on one row.
set local lock_timeout = '2s';
set local statement_timeout = '30s';

create table cart (
  store text not null,
  owner_kind text not null,
  owner_id text not null,
  cart_id uuid not null,
  -- of the last change; for what is told about an abandoned cart
  market text not null,
  -- {"SKU-001": [quantity, position]}; the position is the cart's version at which the SKU came in
  lines jsonb not null default '{}',
  line_count bigint not null default 0,
  item_count bigint not null default 0,
  version bigint not null default 1,
  changed_at timestamptz not null,
  expires_at timestamptz not null,
  -- changed_at cut to the hour: what the jobs search by. It rarely differs from one change to the next, so that a change
  -- touches no index.
  changed_hour timestamptz not null,
  -- when it was seen to be left alone; null again with the next change
  idle_seen_at timestamptz,
  -- the customer that a guest's goods went to
  merged_into text,
  primary key (store, owner_kind, owner_id),
  constraint cart_owner_kind_known check (owner_kind in ('guest', 'customer')),
  constraint cart_lines_limit check (line_count between 0 and 1000),
  constraint cart_item_count_positive check (item_count >= 0)
) with (fillfactor = 80);

create index cart_by_changed_hour on cart (changed_hour);
create index cart_not_seen_idle on cart (changed_hour) where idle_seen_at is null;
