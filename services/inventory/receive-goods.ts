import type { Input, Output } from "#kernel/contract";
import type { Event } from "#kernel/event";
import { applyOnce } from "#platform/consume";
import type { Ctx } from "#platform/ctx";
import { changeStock } from "./change-stock.ts";
import { refuse, type inventory } from "./contract.ts";
import { GoodsReceived, StockChanged } from "./events.ts";
import { entriesFor } from "./model/post-entries.ts";
import { addedUp } from "./model/stock.ts";
import { ensureStock, lockStock } from "./store.ts";
import {
  findUnknownWarehouses,
  getWarehouseEvent,
  insertWarehouseEvent,
  markWarehouseEventApplied,
} from "./warehouse-store.ts";

/** Records that a warehouse took goods in and queues them as GoodsReceived. Safe to repeat with the same warehouseEventId;
 *  the answer tells whether they are on hand yet. */
export async function recordWarehouseEvent(
  input: Input<typeof inventory.recordWarehouseEvent>,
  ctx: Ctx,
): Promise<Output<typeof inventory.recordWarehouseEvent>> {
  const { warehouseEventId, kind, warehouse, lines, occurredAt } = input;
  const [unknown] = await findUnknownWarehouses(ctx.db, [warehouse]);
  if (unknown !== undefined) throw refuse.WAREHOUSE_NOT_FOUND({ warehouse: unknown });
  return ctx.db.transaction(async (tx) => {
    const facts = { id: warehouseEventId, kind, warehouse, lines, occurredAt };
    if (await insertWarehouseEvent(tx, facts, ctx.now)) {
      ctx.publish(tx, GoodsReceived, { warehouseEventId, warehouse, lines, occurredAt });
      return { warehouseEventId, state: "queued" };
    }
    const earlier = await getWarehouseEvent(tx, facts);
    if (!earlier.isSame) throw refuse.WAREHOUSE_EVENT_REUSED({ warehouseEventId });
    return { warehouseEventId, state: earlier.isApplied ? "applied" : "queued" };
  });
}

/** Puts received goods on hand, once per event; makes SKUs that were never kept. */
export async function putReceivedGoodsOnHand(event: Event<typeof GoodsReceived>, ctx: Ctx): Promise<void> {
  const { warehouseEventId, warehouse, lines } = event.data;
  const quantities = addedUp(lines);
  await applyOnce(ctx, event, async (tx) => {
    const goods = [...quantities].map(([sku, quantity]) => ({ sku, warehouse, quantity }));
    await ensureStock(tx, goods, ctx.now);
    const stock = await lockStock(tx, [...quantities.keys()]);
    const entries = entriesFor(goods, { kind: "received", reference: warehouseEventId, onHand: 1, allocated: 0 });
    await changeStock(tx, ctx, stock, entries);
    await markWarehouseEventApplied(tx, warehouseEventId, ctx.now);
    const changed = entries.map(({ sku, deltaOnHand }) => ({ sku, warehouse, deltaOnHand }));
    ctx.publish(tx, StockChanged, { changeId: warehouseEventId, cause: "received", lines: changed });
  });
}
