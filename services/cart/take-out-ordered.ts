import type { Event } from "#kernel/event";
import { applyOnce } from "#platform/consume";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import type { OrderConfirmed } from "#orders/events";
import { takeOut, type Line } from "./model/lines.ts";
import { stampOf } from "./owner.ts";
import { lockCart, replaceLines, type Owner, type StoredCart } from "./store.ts";

/** Takes what was ordered out of the cart that it was ordered from, once; what came in meanwhile stays. Goods that a login
 *  moved on from a guest's cart are taken out of the customer's. */
export async function takeOutOrdered(event: Event<typeof OrderConfirmed>, ctx: Ctx): Promise<void> {
  const { owner, cartId, lines } = event.data;
  const from: Owner = { store: event.store, kind: owner.kind, id: owner.id };
  await applyOnce(ctx, event, async (tx) => {
    const cart = await lockCart(tx, from, ctx.now);
    if (cart?.cartId !== cartId) return;
    const missing = await takeFrom(cart, lines, { owner: from, tx, ctx });
    if (cart.mergedInto === null || missing.length === 0) return;
    const customer: Owner = { store: event.store, kind: "customer", id: cart.mergedInto };
    const merged = await lockCart(tx, customer, ctx.now);
    if (merged !== undefined) await takeFrom(merged, missing, { owner: customer, tx, ctx });
  });
}

/** Answers what was not there. */
async function takeFrom(
  cart: StoredCart,
  wanted: readonly Line[],
  { owner, tx, ctx }: { readonly owner: Owner; readonly tx: Tx; readonly ctx: Ctx },
): Promise<readonly Line[]> {
  const { lines, missing } = takeOut(cart.lines, wanted);
  const isTouched = wanted.some(({ sku }) => cart.lines[sku] !== undefined);
  if (isTouched) await replaceLines(tx, owner, lines, stampOf(ctx));
  return missing;
}
