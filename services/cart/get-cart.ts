import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import type { cart } from "./contract.ts";
import { inOrder } from "./model/lines.ts";
import { sumOf, viewLines } from "./model/view.ts";
import { nothing, ownerOf } from "./owner.ts";
import { findCart } from "./store.ts";

/** A cart is worth showing without prices: nobody waits longer than this for them. */
const patienceMs = 2_000;

/** The cart with prices and availability as they are now; comes without them when nobody tells them. */
export async function getCart(_input: Input<typeof cart.getCart>, ctx: Ctx): Promise<Output<typeof cart.getCart>> {
  const stored = await findCart(ctx.db, ownerOf(ctx), ctx.now);
  const asked = inOrder(stored?.lines ?? {});
  const skus = asked.map((line) => line.sku);
  const [known, stock] =
    skus.length === 0
      ? []
      : await Promise.all([
          orNothing(ctx, "catalog", ctx.call(catalog.getVariants, { skus }, { timeoutMs: patienceMs })),
          orNothing(ctx, "inventory", ctx.call(inventory.getAvailability, { skus }, { timeoutMs: patienceMs })),
        ]);
  const lines = viewLines(asked, known?.variants, stock?.items);
  const subtotal = sumOf(lines, ctx.currency);
  const { cartId, version, lineCount, itemCount } = stored ?? nothing;
  return {
    cartId,
    version,
    lineCount,
    itemCount,
    currency: subtotal.currency,
    lines,
    subtotal,
    canCheckOut: lines.length > 0 && lines.every((line) => line.problem === null),
    expiresAt: stored?.expiresAt.toISOString() ?? null,
  };
}

/** What is in the cart, from one read. */
export async function getCartLines(
  _input: Input<typeof cart.getCartLines>,
  ctx: Ctx,
): Promise<Output<typeof cart.getCartLines>> {
  const stored = await findCart(ctx.db, ownerOf(ctx), ctx.now);
  return { cartId: stored?.cartId ?? null, version: stored?.version ?? 0, lines: [...inOrder(stored?.lines ?? {})] };
}

async function orNothing<Answer>(ctx: Ctx, service: string, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (cause) {
    ctx.log.warn({ service, cause, requestId: ctx.requestId }, "cart shown without what a service knows");
    return undefined;
  }
}
