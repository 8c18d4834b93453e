import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { carryOn, advanceOrder, newLease } from "./advance-order.ts";
import { orders, refuse } from "./contract.ts";
import { checkoutAnswer } from "./order-view.ts";
import { getOwnOrder } from "./read-orders.ts";
import { findOrder, recordDecision, type OrderRow } from "./store.ts";

/** Cancels a confirmed order that is not dispatched, or one that waits for its shopper: recorded first, then every part is
 *  taken back. Safe to repeat. */
export async function cancelOrder(
  input: Input<typeof orders.cancelOrder>,
  ctx: Ctx,
): Promise<Output<typeof orders.cancelOrder>> {
  const order = await getOwnOrder(input.orderId, ctx);
  if (order.state === "cancelled" || (order.state === "undoing" && order.cancelled_by !== null))
    return checkoutAnswer(order);
  refuseWhenGone(order);
  const cancelled = {
    by: ctx.actor.kind === "staff" ? ("staff" as const) : ("shopper" as const),
    reason: input.reason ?? "changed my mind",
  };
  const undoing = await ctx.db.transaction((tx) =>
    recordDecision(tx, {
      order,
      to: "undoing",
      note: `cancelled by ${cancelled.by}`,
      cancelled,
      wakeAt: ctx.now,
      lease: newLease(ctx.now),
      now: ctx.now,
    }),
  );
  if (undoing === undefined) return cancelOrder(input, ctx); // it moved meanwhile: look again
  const after = (await carryOn(undoing, ctx.detached(20_000))) ?? undoing;
  if (after.state === "confirmed") throw refuse.ORDER_ALREADY_DISPATCHED({ orderId: order.id });
  return checkoutAnswer(after);
}

function refuseWhenGone(order: OrderRow): void {
  const isGone =
    order.fulfilment_state === "dispatched" ||
    order.fulfilment_state === "delivered" ||
    order.fulfilment_state === "returned";
  if (order.state === "confirmed" && isGone) throw refuse.ORDER_ALREADY_DISPATCHED({ orderId: order.id });
  if (order.state !== "confirmed" && order.state !== "awaiting_shopper")
    throw refuse.ORDER_NOT_CANCELLABLE({ orderId: order.id, status: order.state });
}

/** Goes on with an order whose shopper is back; answers its state. */
export async function resumeOrder(
  input: Input<typeof orders.resumeOrder>,
  ctx: Ctx,
): Promise<Output<typeof orders.resumeOrder>> {
  const order = await getOwnOrder(input.orderId, ctx);
  const after = await advanceOrder(order.id, ctx);
  return checkoutAnswer(after ?? (await findOrder(ctx.db, order.id)) ?? order);
}
