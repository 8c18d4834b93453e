import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { advanceOrder, carryOn } from "./advance-order.ts";
import { answerInTime } from "./answer-in-time.ts";
import { orders, refuse } from "./contract.ts";
import { newLease } from "./hold-order.ts";
import { hasLeft } from "./model/progress.ts";
import { checkoutAnswer } from "./order-view.ts";
import { getOwnOrder } from "./read-orders.ts";
import { findOrder, recordDecision, type OrderRow } from "./store.ts";

/** Cancels a confirmed order that is not dispatched, or one that waits for its shopper: recorded first, then every part is
 *  taken back. Taken over from whoever works on it: what they still do for it finds it undone. Safe to repeat. */
export async function cancelOrder(
  input: Input<typeof orders.cancelOrder>,
  ctx: Ctx,
): Promise<Output<typeof orders.cancelOrder>> {
  const order = await getOwnOrder(input.orderId, ctx);
  if (order.state === "cancelled" || (order.state === "undoing" && order.cancelled_by !== null))
    return checkoutAnswer(order);
  refuseWhenTooLate(order);
  const { now } = ctx.detached(1);
  const cancelled = {
    by: ctx.actor.kind === "guest" || ctx.actor.kind === "customer" ? ("shopper" as const) : ("staff" as const),
    reason: input.reason ?? "changed my mind",
  };
  const note = `cancelled by ${cancelled.by}`;
  const undoing = await ctx.db.transaction((tx) =>
    recordDecision(tx, { order, to: "undoing", note, cancelled, wakeAt: now, lease: newLease(now), now }),
  );
  if (undoing === undefined) return cancelOrder(input, ctx); // it moved meanwhile: look again
  const after = await answerInTime(carryOn(undoing, ctx), ctx);
  // Cancelled, confirmed because it was too late, or still being undone.
  const told = after ?? (await findOrder(ctx.db, order.id)) ?? undoing;
  if (told.state === "confirmed") throw refuse.ORDER_ALREADY_DISPATCHED({ orderId: order.id });
  return checkoutAnswer(told);
}

function refuseWhenTooLate(order: OrderRow): void {
  if (order.state === "confirmed" && hasLeft(order.fulfilment_state))
    throw refuse.ORDER_ALREADY_DISPATCHED({ orderId: order.id });
  if (order.state !== "confirmed" && order.state !== "awaiting_shopper")
    throw refuse.ORDER_NOT_CANCELLABLE({ orderId: order.id, status: order.state });
}

/** Goes on with an order whose shopper is back; answers its state. */
export async function resumeOrder(
  input: Input<typeof orders.resumeOrder>,
  ctx: Ctx,
): Promise<Output<typeof orders.resumeOrder>> {
  const order = await getOwnOrder(input.orderId, ctx);
  const after = await answerInTime(advanceOrder(order.id, ctx), ctx);
  return checkoutAnswer(after ?? (await findOrder(ctx.db, order.id)) ?? order);
}
