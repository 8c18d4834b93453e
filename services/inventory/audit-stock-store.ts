import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";

/** SKUs after `after`. */
export async function listSkus(db: Queryable, page: { after: string; limit: number }): Promise<string[]> {
  const rows = await db.rows(sql<{ sku: string }>`
    select sku from item where sku > ${page.after} order by sku limit ${page.limit}`);
  return rows.map((row) => row.sku);
}

export async function countSkus(db: Queryable): Promise<number> {
  return (await db.get(sql<{ count: number }>`select count(*) as count from item`)).count;
}

/** What is read of each SKU's ledger: its newest movements, so that the cost does not grow with the years. */
const MOVEMENTS_READ = 50;

/** Of these SKUs those whose stock is not what its newest movement left, or not what open reservations hold of it. */
export async function findDoubtfulSkus(db: Queryable, skus: readonly string[]): Promise<string[]> {
  const rows = await db.rows(sql<{ sku: string }>`
    with asked as (select sku collate "C" as sku from unnest(${skus}::text[]) as sku),
    newest as (
      select distinct on (movement.sku, warehouse) movement.sku, warehouse, balance_on_hand, balance_allocated
      from asked cross join lateral (
        select sku, warehouse, seq, balance_on_hand, balance_allocated from movement
        where movement.sku = asked.sku order by seq desc limit ${MOVEMENTS_READ}
      ) movement
      order by movement.sku, warehouse, seq desc
    ), promised as (
      select line.sku collate "C" as sku, line.warehouse, sum(line.quantity)::bigint as quantity
      from reservation, jsonb_to_recordset(reservation.open) as line (sku text, warehouse text, quantity bigint)
      where reservation.state in ('held', 'pinned') and line.sku = any(${skus}::text[])
      group by line.sku collate "C", line.warehouse
    ), shelf as (
      select sku, warehouse, on_hand, allocated from stock where sku = any(${skus}::text[])
    )
    select distinct sku
    from shelf full join newest using (sku, warehouse) full join promised using (sku, warehouse)
    where coalesce(on_hand, 0) <> coalesce(balance_on_hand, on_hand, 0)
      or coalesce(allocated, 0) <> coalesce(balance_allocated, allocated, 0)
      or coalesce(allocated, 0) <> coalesce(quantity, 0) or coalesce(quantity, 0) > coalesce(on_hand, 0)
    order by sku limit 1000`);
  return rows.map((row) => row.sku);
}
