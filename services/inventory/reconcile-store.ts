import type { Queryable, Tx } from "#platform/database";
import { sql } from "#platform/sql";
import type { Books, BrokenLink, ItemBooks } from "./model/explain-differences.ts";
import type { Availability } from "./model/stock.ts";

/** Rows whose stock, movements and open reservations disagree; of some SKUs, or of all. One statement, so that work going on
 *  meanwhile is seen wholly or not at all. */
export function findWrongBooks(db: Queryable, skus: readonly string[] | null, limit: number): Promise<Books[]> {
  return db.rows(sql<Books>`
    with ledger as (
      select sku, warehouse, sum(delta_on_hand)::bigint as on_hand, sum(delta_allocated)::bigint as allocated
      from movement where ${skus}::text[] is null or sku = any(${skus}::text[])
      group by sku, warehouse
    ), promised as (
      select line.sku collate "C" as sku, line.warehouse, sum(line.quantity)::bigint as quantity
      from reservation, jsonb_to_recordset(reservation.open) as line (sku text, warehouse text, quantity bigint)
      where reservation.state in ('held', 'pinned') and (${skus}::text[] is null or line.sku = any(${skus}::text[]))
      group by line.sku collate "C", line.warehouse
    ), shelf as (
      select sku, warehouse, on_hand, allocated from stock where ${skus}::text[] is null or sku = any(${skus}::text[])
    ), books as (
      select sku, warehouse, coalesce(shelf.on_hand, 0) as "onHand", coalesce(shelf.allocated, 0) as allocated,
        coalesce(ledger.on_hand, 0) as "ledgerOnHand", coalesce(ledger.allocated, 0) as "ledgerAllocated",
        coalesce(promised.quantity, 0) as promised
      from shelf full join ledger using (sku, warehouse) full join promised using (sku, warehouse)
    )
    select sku, warehouse, "onHand", allocated, "ledgerOnHand", "ledgerAllocated", promised
    from books
    where "onHand" <> "ledgerOnHand" or allocated <> "ledgerAllocated" or allocated <> promised or promised > "onHand"
    order by sku, warehouse limit ${limit}`);
}

/** Items that disagree with the sum of their warehouses, with their last movement or with their threshold. */
export function findWrongItems(
  db: Queryable,
  { skus, defaultThreshold, limit }: { skus: readonly string[] | null; defaultThreshold: number; limit: number },
): Promise<ItemBooks[]> {
  return db.rows(sql<ItemBooks>`
    with books as (
      select item.sku, item.available, item.availability, item.low_threshold, item.version,
        coalesce((select sum(on_hand - allocated) from stock where stock.sku = item.sku), 0)::bigint as stock_available,
        coalesce((select max(seq) from movement where movement.sku = item.sku), 0) as last_seq
      from item where ${skus}::text[] is null or sku = any(${skus}::text[])
    )
    select sku, available, availability, low_threshold as "lowThreshold", version, stock_available as "stockAvailable",
      last_seq as "lastSeq"
    from books
    where available <> stock_available or version <> last_seq or availability <> case
      when stock_available <= 0 then 'out'
      when stock_available <= coalesce(low_threshold, ${defaultThreshold}::bigint) then 'low'
      else 'in' end
    order by sku limit ${limit}`);
}

/** Movements whose number or balance does not follow from the movement before. What a later repair has settled is not told again. */
export function findBrokenLinks(db: Queryable, skus: readonly string[] | null, limit: number): Promise<BrokenLink[]> {
  return db.rows(sql<BrokenLink>`
    with link as (
      select sku, warehouse, seq, balance_on_hand as "balanceOnHand", balance_allocated as "balanceAllocated",
        coalesce(lag(seq) over by_sku, 0) as "previousSeq",
        coalesce(lag(balance_on_hand) over by_shelf, 0) + delta_on_hand as "expectedOnHand",
        coalesce(lag(balance_allocated) over by_shelf, 0) + delta_allocated as "expectedAllocated",
        coalesce(max(seq) filter (where kind = 'repaired') over (partition by sku, warehouse), 0) as repaired
      from movement where ${skus}::text[] is null or sku = any(${skus}::text[])
      window by_sku as (partition by sku order by seq), by_shelf as (partition by sku, warehouse order by seq)
    )
    select sku, warehouse, seq, "previousSeq", "balanceOnHand", "expectedOnHand", "balanceAllocated", "expectedAllocated"
    from link
    where seq > repaired
      and (seq <> "previousSeq" + 1 or "balanceOnHand" <> "expectedOnHand" or "balanceAllocated" <> "expectedAllocated")
    order by sku, seq limit ${limit}`);
}

export type Repair = {
  readonly sku: string;
  readonly warehouse: string;
  readonly deltaOnHand: number;
  readonly deltaAllocated: number;
  readonly onHand: number;
  readonly allocated: number;
  readonly reference: string;
};

/** Writes a repair as the SKU's next movement and its balances into the row. The item must be locked. */
export async function writeRepair(tx: Tx, repair: Repair, at: Date): Promise<void> {
  await tx.run(sql`
    insert into movement (
      sku, seq, warehouse, kind, delta_on_hand, delta_allocated, balance_on_hand, balance_allocated, reference, at
    )
    select ${repair.sku}, 1 + greatest(
        (select version from item where sku = ${repair.sku}),
        (select coalesce(max(seq), 0) from movement where sku = ${repair.sku})
      ), ${repair.warehouse}, 'repaired', ${repair.deltaOnHand}, ${repair.deltaAllocated}, ${repair.onHand},
      ${repair.allocated}, ${repair.reference}, ${at}`);
  await tx.run(sql`
    insert into stock (sku, warehouse, on_hand, allocated)
    values (${repair.sku}, ${repair.warehouse}, ${repair.onHand}, ${repair.allocated})
    on conflict (sku, warehouse) do update set on_hand = excluded.on_hand, allocated = excluded.allocated`);
}

/** What an item should be by its warehouses and movements; a number that was given once is never given again. */
export function getItemByBooks(tx: Tx, sku: string): Promise<{ readonly available: number; readonly version: number }> {
  return tx.get(sql<{ available: number; version: number }>`
    select coalesce((select sum(on_hand - allocated) from stock where stock.sku = item.sku), 0)::bigint as available,
      greatest(version, (select coalesce(max(seq), 0) from movement where movement.sku = item.sku)) as version
    from item where sku = ${sku}`);
}

export async function updateItem(
  tx: Tx,
  item: {
    readonly sku: string;
    readonly available: number;
    readonly availability: Availability;
    readonly version: number;
  },
  at: Date,
): Promise<void> {
  await tx.run(sql`
    update item set available = ${item.available}, availability = ${item.availability}, version = ${item.version},
      availability_since = case when availability = ${item.availability} then availability_since else ${at} end
    where sku = ${item.sku}`);
}
