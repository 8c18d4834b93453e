import type { Input, Output } from "#kernel/contract";
import { newId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Queryable } from "#platform/database";
import { answerOnce, findClaim } from "#platform/idempotency";
import { catalog } from "#catalog/contract";
import { cart, refuse, type CartSummary } from "./contract.ts";
import { findObjection, type Change } from "./model/lines.ts";
import { limits, nothing, ownerOf, stampOf } from "./owner.ts";
import { removeLine } from "./remove-line.ts";
import { deleteExpiredCart, findCart, putLine } from "./store.ts";

/** Puts pieces on top of those in the cart. A repeat with the same Idempotency-Key adds nothing. */
export async function addLine(input: Input<typeof cart.addLine>, ctx: Ctx): Promise<Output<typeof cart.addLine>> {
  const change = { sku: input.sku, quantity: input.quantity ?? 1, isAdding: true };
  const earlier = await findClaim(ctx, cart.addLine, input);
  if (earlier?.isNew === false) return earlier.answer as CartSummary;
  await requireSellable(ctx, input.sku);
  if (ctx.idempotencyKey === undefined) return put(ctx, ctx.db.groupCommit, change, input.expectedVersion);
  return answerOnce(ctx, cart.addLine, input, (tx) => put(ctx, tx, change, input.expectedVersion));
}

/** Sets how many pieces are in the cart; 0 takes the SKU out. Safe to repeat. */
export async function changeLine(
  input: Input<typeof cart.changeLine>,
  ctx: Ctx,
): Promise<Output<typeof cart.changeLine>> {
  const { sku, quantity, expectedVersion } = input;
  if (quantity === 0) return removeLine(input, ctx);
  await requireSellable(ctx, sku);
  return put(ctx, ctx.db.groupCommit, { sku, quantity, isAdding: false }, expectedVersion);
}

async function requireSellable(ctx: Ctx, sku: string): Promise<void> {
  const { variants } = await ctx.call(catalog.getVariants, { skus: [sku] });
  const variant = variants.find((one) => one.sku === sku);
  if (variant?.status !== "active" || variant.unitPrice === null)
    throw refuse.SKU_NOT_SELLABLE({ field: "sku", skus: [sku] });
}

async function put(ctx: Ctx, db: Queryable, change: Change, expectedVersion: number | undefined): Promise<CartSummary> {
  const owner = ownerOf(ctx);
  const guard = { limits, expectedVersion };
  for (let tries = 1; tries <= 3; tries++) {
    const summary = await putLine(db, owner, { ...change, newCartId: newId("cart") }, stampOf(ctx), guard);
    if (summary !== undefined) return summary;
    await deleteExpiredCart(db, owner, ctx.now);
    const present = (await findCart(db, owner, ctx.now)) ?? { ...nothing, lines: {} };
    const objection = findObjection(present, change, guard);
    if (objection?.kind === "changed") throw refuse.CART_CHANGED({ version: present.version });
    if (objection?.kind === "too_many_lines") throw refuse.CART_FULL({ maximum: limits.lines });
    if (objection?.kind === "too_many_pieces") {
      const { quantity } = objection;
      throw refuse.QUANTITY_TOO_LARGE({ field: "quantity", sku: change.sku, quantity, maximum: limits.quantity });
    }
  }
  throw new Error("A cart changed under every one of three attempts to write to it.");
}
