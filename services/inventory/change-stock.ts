import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { AvailabilityChanged, StockLow } from "./events.ts";
import { postEntries, type Entry, type PostedItem, type Posting } from "./model/post-entries.ts";
import type { Stock } from "./model/stock.ts";
import { lowStockThreshold } from "./settings.ts";
import { recordPosting, type NewReservation } from "./store.ts";

/** Writes entries over stock locked in this transaction: the ledger, the balances, new reservations, and the events of
 *  thresholds that were crossed. The only way in which stock changes. Where many things change stock together, `causeOf` gives the
 *  context of one that changed this SKU's: its events go to the shop and market of that one. */
export async function changeStock(
  tx: Tx,
  ctx: Ctx,
  stock: Stock,
  entries: readonly Entry[],
  more: { reservations?: readonly NewReservation[]; causeOf?: (sku: string) => Ctx | undefined } = {},
): Promise<Posting> {
  const { reservations = [], causeOf } = more;
  const posting = postEntries(stock, entries, ctx.setting(lowStockThreshold));
  if (entries.length === 0 && reservations.length === 0) return posting;
  await recordPosting(tx, posting, ctx.now, reservations);
  for (const item of posting.items) {
    if (item.availability === item.previous) continue;
    publishCrossing(tx, causeOf?.(item.sku) ?? ctx, item, () => warehousesAfter(stock, posting, item.sku));
  }
  return posting;
}

type ShownStock = { readonly warehouse: string; readonly onHand: number; readonly allocated: number };

/** Tells of an item that crossed a threshold, and asks for more goods when it came down. */
export function publishCrossing(tx: Tx, ctx: Ctx, item: PostedItem, warehouses: () => ShownStock[]): void {
  const { sku, availability, previous, available, version } = item;
  if (availability === previous) return;
  ctx.publish(tx, AvailabilityChanged, { sku, availability, previous, version }, { subjectVersion: version });
  if (previous !== "in") return;
  const lowThreshold = item.lowThreshold ?? ctx.setting(lowStockThreshold);
  ctx.publish(tx, StockLow, { sku, available, lowThreshold, warehouses: warehouses() }, { subjectVersion: version });
}

function warehousesAfter(stock: Stock, posting: Posting, sku: string): ShownStock[] {
  const rows = stock.warehouses.filter((row) => row.sku === sku);
  return rows.map(({ warehouse, onHand, allocated }) => {
    const after = posting.warehouses.find((row) => row.sku === sku && row.warehouse === warehouse);
    return { warehouse, onHand: after?.onHand ?? onHand, allocated: after?.allocated ?? allocated };
  });
}
