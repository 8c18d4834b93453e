import type { Input, Output } from "#kernel/contract";
import { newId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { cart } from "./contract.ts";
import { mergeLines } from "./model/lines.ts";
import { limits, nothing, stampOf } from "./owner.ts";
import { ensureCart, findCart, lockCart, replaceLines, type Owner } from "./store.ts";

/** Moves a guest's goods into a customer's cart. A repeat finds nothing left to move. */
export function mergeGuestCart(
  input: Input<typeof cart.mergeGuestCart>,
  ctx: Ctx,
): Promise<Output<typeof cart.mergeGuestCart>> {
  const guest: Owner = { store: ctx.store, kind: "guest", id: input.guestId };
  const customer: Owner = { store: ctx.store, kind: "customer", id: input.customerId };
  const [stamp, newCartId] = [stampOf(ctx), newId("cart")];
  return ctx.db.transaction(async (tx) => {
    const from = await lockCart(tx, guest, ctx.now);
    if (from === undefined || from.lineCount === 0) {
      const { cartId, version, lineCount, itemCount } = (await findCart(tx, customer, ctx.now)) ?? nothing;
      return { cartId, version, lineCount, itemCount, leftOut: [] };
    }
    await ensureCart(tx, customer, newCartId, stamp);
    const into = await lockCart(tx, customer, ctx.now);
    if (into === undefined) throw new Error("A cart vanished between its making and its lock.");
    const merged = mergeLines(into.lines, from.lines, { limits, position: into.version + 1 });
    await replaceLines(tx, guest, merged.leftOut, stamp, { mergedInto: customer.id });
    const summary = await replaceLines(tx, customer, merged.lines, stamp);
    return { ...summary, leftOut: Object.keys(merged.leftOut) };
  });
}
