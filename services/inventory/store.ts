import type { Queryable, Tx } from "#platform/database";
import { json, sql } from "#platform/sql";
import type { Movement, Posting } from "./model/post-entries.ts";
import type { Allocation, Availability, Item, Stock, WarehouseStock } from "./model/stock.ts";

export type NewReservation = {
  readonly id: string;
  readonly store: string;
  readonly market: string;
  readonly orderId: string;
  readonly allocations: readonly Allocation[];
  readonly expiresAt: Date;
  readonly createdAt: Date;
};

/** Locks the items of these SKUs (in one order everywhere, so that no two changes wait for each other) and reads all their
 *  warehouses. Every change of stock begins here; SKUs without stock are absent. */
export async function lockStock(tx: Tx, skus: readonly string[]): Promise<Stock> {
  const items = await tx.rows(sql<Item>`
    select sku, available, availability, low_threshold as "lowThreshold", version
    from item where sku = any(${skus}::text[])
    order by sku
    for no key update`);
  // A statement of its own: it must see what the one who held the lock before wrote.
  const warehouses = await tx.rows(sql<WarehouseStock>`
    select stock.sku, stock.warehouse, stock.on_hand as "onHand", stock.allocated, warehouse.priority, warehouse.countries
    from stock join warehouse on warehouse.code = stock.warehouse
    where stock.sku = any(${skus}::text[])`);
  return { items, warehouses };
}

/** Makes empty rows for SKUs and warehouses that have none yet. */
export async function ensureStock(
  tx: Tx,
  rows: readonly { readonly sku: string; readonly warehouse: string }[],
  now: Date,
): Promise<void> {
  const skus = rows.map(({ sku }) => sku);
  const warehouses = rows.map(({ warehouse }) => warehouse);
  await tx.run(sql`
    insert into item (sku, availability_since)
    select distinct sku, ${now}::timestamptz from unnest(${skus}::text[]) as wanted (sku) order by sku
    on conflict do nothing`);
  await tx.run(sql`
    insert into stock (sku, warehouse)
    select distinct sku, warehouse from unnest(${skus}::text[], ${warehouses}::text[]) as wanted (sku, warehouse)
    order by sku, warehouse
    on conflict do nothing`);
}

/** Writes movements, the balances they end in, and new reservations in one statement. The stock must have been locked by
 *  `lockStock` in this transaction: an item with another version than it had then is a fault. */
export async function recordPosting(
  tx: Tx,
  posting: Posting,
  at: Date,
  reservations: readonly NewReservation[] = [],
): Promise<void> {
  const written = await tx.get(sql<{ items: number; warehouses: number }>`
    with ledger as (
      insert into movement (
        sku, seq, warehouse, kind, delta_on_hand, delta_allocated, balance_on_hand, balance_allocated, reference, at
      )
      select sku, seq, warehouse, kind, "deltaOnHand", "deltaAllocated", "balanceOnHand", "balanceAllocated", reference,
        ${at}::timestamptz
      from jsonb_to_recordset(${json(posting.movements)}::jsonb) as new (
        sku text, seq bigint, warehouse text, kind text, "deltaOnHand" bigint, "deltaAllocated" bigint,
        "balanceOnHand" bigint, "balanceAllocated" bigint, reference text
      )
    ), held as (
      insert into reservation (id, store, market, order_id, state, allocations, open, expires_at, created_at, updated_at)
      select id, store, market, "orderId", 'held', allocations, allocations, "expiresAt", "createdAt", "createdAt"
      from jsonb_to_recordset(${json(reservations)}::jsonb) as new (
        id uuid, store text, market text, "orderId" uuid, allocations jsonb, "expiresAt" timestamptz,
        "createdAt" timestamptz
      )
      order by id
    ), shelved as (
      update stock set on_hand = new."onHand", allocated = new.allocated
      from jsonb_to_recordset(${json(posting.warehouses)}::jsonb) as new (
        sku text, warehouse text, "onHand" bigint, allocated bigint
      )
      where stock.sku = new.sku and stock.warehouse = new.warehouse
      returning 1
    ), counted as (
      update item set available = new.available, availability = new.availability, version = new.version,
        availability_since = case when item.availability = new.availability then item.availability_since else ${at} end
      from jsonb_to_recordset(${json(posting.items)}::jsonb) as new (
        sku text, available bigint, availability text, version bigint, "versionBefore" bigint
      )
      where item.sku = new.sku and item.version = new."versionBefore"
      returning 1
    )
    select (select count(*) from counted) as items, (select count(*) from shelved) as warehouses`);
  if (written.items !== posting.items.length || written.warehouses !== posting.warehouses.length) {
    throw new Error("Stock changed while it was locked: something writes item or stock past lockStock.");
  }
}

/** Sets a threshold and the availability that follows from it. */
export async function updateThreshold(
  tx: Tx,
  change: { readonly sku: string; readonly lowThreshold: number | null; readonly availability: Availability },
  at: Date,
): Promise<void> {
  await tx.run(sql`
    update item set low_threshold = ${change.lowThreshold}, availability = ${change.availability},
      availability_since = case when availability = ${change.availability} then availability_since else ${at} end
    where sku = ${change.sku}`);
}

/** What is available of these SKUs; unknown ones are absent. */
export function findItems(db: Queryable, skus: readonly string[]): Promise<Item[]> {
  return db.rows(sql<Item>`
    select sku, available, availability, low_threshold as "lowThreshold", version
    from item where sku = any(${skus}::text[])`);
}

export type StockOfWarehouse = { readonly warehouse: string; readonly onHand: number; readonly allocated: number };

export function findStockByWarehouse(db: Queryable, sku: string): Promise<StockOfWarehouse[]> {
  return db.rows(sql<StockOfWarehouse>`
    select warehouse, on_hand as "onHand", allocated from stock where sku = ${sku} order by warehouse limit 1000`);
}

/** Items by SKU, those after `after`. */
export function listItems(db: Queryable, page: { readonly after: string; readonly limit: number }): Promise<Item[]> {
  return db.rows(sql<Item>`
    select sku, available, availability, low_threshold as "lowThreshold", version
    from item where sku > ${page.after}
    order by sku limit ${page.limit}`);
}

export type ScarceItem = Item & { readonly since: Date };

/** Items that are low or out (or one of the two) by SKU, those after `after`. */
export function listScarceItems(
  db: Queryable,
  page: { readonly availability: "low" | "out" | undefined; readonly after: string; readonly limit: number },
): Promise<ScarceItem[]> {
  return db.rows(sql<ScarceItem>`
    select sku, available, availability, low_threshold as "lowThreshold", version, availability_since as since
    from item
    where availability <> 'in' and sku > ${page.after}
      and (${page.availability ?? null}::text is null or availability = ${page.availability ?? null})
    order by sku limit ${page.limit}`);
}

/** The ledger of a SKU, newest first, those before seq `before`. */
export function listMovementsOf(
  db: Queryable,
  sku: string,
  page: { readonly before: number; readonly limit: number },
): Promise<(Movement & { readonly at: Date })[]> {
  return db.rows(sql<Movement & { at: Date }>`
    select sku, seq, warehouse, kind, delta_on_hand as "deltaOnHand", delta_allocated as "deltaAllocated",
      balance_on_hand as "balanceOnHand", balance_allocated as "balanceAllocated", reference, at
    from movement where sku = ${sku} and seq < ${page.before}
    order by seq desc limit ${page.limit}`);
}
