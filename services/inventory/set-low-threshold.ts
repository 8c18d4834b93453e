import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { publishCrossing } from "./change-stock.ts";
import { refuse, type inventory } from "./contract.ts";
import { availabilityOf } from "./model/stock.ts";
import { lowStockThreshold } from "./settings.ts";
import { lockStock, updateThreshold } from "./store.ts";

/** Sets at how many available a SKU counts as low (null: the shop's default), and tells of a threshold that is crossed by it.
 *  Safe to repeat. */
export function setLowThreshold(
  { sku, lowThreshold }: Input<typeof inventory.setLowThreshold>,
  ctx: Ctx,
): Promise<Output<typeof inventory.setLowThreshold>> {
  return ctx.db.transaction(async (tx) => {
    const { items, warehouses } = await lockStock(tx, [sku]);
    const [item] = items;
    if (item === undefined) throw refuse.SKU_NOT_FOUND({ sku });
    const threshold = lowThreshold ?? ctx.setting(lowStockThreshold);
    const availability = availabilityOf(item.available, threshold);
    await updateThreshold(tx, { sku, lowThreshold, availability }, ctx.now);
    const after = { ...item, lowThreshold, availability, previous: item.availability, versionBefore: item.version };
    const shown = warehouses.map(({ warehouse, onHand, allocated }) => ({ warehouse, onHand, allocated }));
    publishCrossing(tx, ctx, after, () => shown);
    return { sku, lowThreshold: threshold, availability };
  });
}
