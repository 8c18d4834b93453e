import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type cart, type CartSummary } from "./contract.ts";
import { nothing, ownerOf, stampOf } from "./owner.ts";
import { deleteLine, deleteLines, findCart } from "./store.ts";

/** Takes a SKU out. A cart without it is answered as it is. */
export async function removeLine(
  input: Input<typeof cart.removeLine>,
  ctx: Ctx,
): Promise<Output<typeof cart.removeLine>> {
  const removed = await deleteLine(ctx.db, ownerOf(ctx), input.sku, stampOf(ctx), input.expectedVersion);
  return removed ?? unchanged(ctx, input.expectedVersion);
}

/** Takes everything out. An empty cart is answered as it is. */
export async function clearCart(input: Input<typeof cart.clearCart>, ctx: Ctx): Promise<Output<typeof cart.clearCart>> {
  const cleared = await deleteLines(ctx.db, ownerOf(ctx), stampOf(ctx), input.expectedVersion);
  return cleared ?? unchanged(ctx, input.expectedVersion);
}

async function unchanged(ctx: Ctx, expectedVersion: number | undefined): Promise<CartSummary> {
  const { cartId, version, lineCount, itemCount } = (await findCart(ctx.db, ownerOf(ctx), ctx.now)) ?? nothing;
  if (expectedVersion !== undefined && expectedVersion !== version) throw refuse.CART_CHANGED({ version });
  return { cartId, version, lineCount, itemCount };
}
