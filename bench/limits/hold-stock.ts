import type { Database } from "#platform/database";
import { json, sql } from "#platform/sql";
import { event, type SqlFlow } from "./sql-flow.ts";

/** As many as the shop decides together, too. */
const TOGETHER = 128;

type Waiting = { readonly flow: SqlFlow; resolve(): void; reject(error: unknown): void };

/** Holds the stock of purchases: those that wait while one transaction is written are in the next together. */
export function stockHolder(inventory: Database): (flow: SqlFlow) => Promise<void> {
  const waiting: Waiting[] = [];
  let isRunning = false;
  const drain = async () => {
    isRunning = true;
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const batch = waiting.splice(0, TOGETHER);
      await hold(
        inventory,
        batch.map(({ flow }) => flow),
      ).then(
        () => batch.forEach(({ resolve }) => resolve()),
        (error: unknown) => batch.forEach(({ reject }) => reject(error)),
      );
    }
    isRunning = false;
  };
  return (flow) =>
    new Promise((resolve, reject) => {
      waiting.push({ flow, resolve, reject });
      if (!isRunning) void drain();
    });
}

/** The stock is decided under locks taken in one order, and every change of it is a line of the ledger with its balance. */
async function hold(inventory: Database, flows: readonly SqlFlow[]): Promise<void> {
  const lines = flows.flatMap(({ reservationId, skus }) => skus.map((sku) => ({ id: reservationId, sku })));
  const skus = [...new Set(lines.map(({ sku }) => sku))];
  const holds = flows.map((flow) => ({ id: flow.reservationId, order_id: flow.orderId, open: flow.allocations }));
  const { now, inAWeek } = flows[0]!;
  const events = flows.map((flow) => {
    const data = {
      orderId: flow.orderId,
      reservationId: flow.reservationId,
      lines: flow.allocations,
      expiresAt: inAWeek,
    };
    const key = flow.reservationId;
    return { ...event("inventory.StockReserved.v1", key, data), key };
  });
  await inventory.transaction(async (tx) => {
    await tx.rows(sql`select sku, available from item where sku = any(${skus}::text[]) order by sku for no key update`);
    const held = await tx.run(sql`
      with line as (
        select sku, id, row_number() over same as nth, count(*) over (partition by sku) as count
        from jsonb_to_recordset(${json(lines)}::jsonb) as line (id uuid, sku text) window same as (partition by sku order by id)
      ), noted as (
        insert into movement (sku, seq, warehouse, kind, delta_on_hand, delta_allocated, balance_on_hand, balance_allocated, reference, at)
        select sku, version + nth, warehouse, 'reserved', 0, 1, on_hand, allocated + nth, id::text, ${now}::timestamptz
        from line join item using (sku) join stock using (sku)
      ), promised as (
        insert into reservation (id, store, market, order_id, state, allocations, open, expires_at, created_at, updated_at)
        select id, 'demo', 'gb', order_id, 'held', open, open, ${inAWeek}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
        from jsonb_to_recordset(${json(holds)}::jsonb) as hold (id uuid, order_id uuid, open jsonb)
      ), shelved as (
        update stock set allocated = allocated + count from (select distinct sku, count from line) as sum where stock.sku = sum.sku
      )
      update item set available = available - count, version = version + count
      from (select distinct sku, count from line) as sum where item.sku = sum.sku and available >= count`);
    if (held !== skus.length) throw new Error("The limit's stock is too low.");
    await tx.run(sql`
      insert into outbox (event_id, type, key, envelope)
      select id, 'inventory.StockReserved.v1', key, envelope
      from jsonb_to_recordset(${json(events)}::jsonb) as event (id uuid, key text, envelope text)`);
  });
}
