import type { Event } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import { applyOnce } from "#platform/consume";
import type { ShipmentCancelled, ShipmentCreated, ShipmentDelivered, ShipmentDispatched } from "#shipping/events";
import { captureOrder } from "./fulfil-order.ts";
import { captureAt } from "./settings.ts";
import { findOrder, noteFulfilment, type FulfilmentFacts } from "./store.ts";

export function noteShipmentCreated(event: Event<typeof ShipmentCreated>, ctx: Ctx): Promise<void> {
  return note(event, ctx, { state: "pending", at: new Date(event.time) });
}

/** The goods left: noted, and the money taken when the shop captures at dispatch. */
export async function noteShipmentDispatched(event: Event<typeof ShipmentDispatched>, ctx: Ctx): Promise<void> {
  await note(event, ctx, { state: "dispatched", trackingCode: event.data.trackingCode, at: new Date(event.time) });
  if (ctx.setting(captureAt) !== "dispatch") return;
  const order = await findOrder(ctx.db, event.data.orderId);
  if (order !== undefined) await captureOrder(order, ctx);
}

export function noteShipmentDelivered(event: Event<typeof ShipmentDelivered>, ctx: Ctx): Promise<void> {
  return note(event, ctx, { state: "delivered", at: new Date(event.time) });
}

export function noteShipmentCancelled(event: Event<typeof ShipmentCancelled>, ctx: Ctx): Promise<void> {
  return note(event, ctx, { state: "cancelled", at: new Date(event.time) });
}

async function note(
  event: { data: { orderId: string } } & Parameters<typeof applyOnce>[1],
  ctx: Ctx,
  facts: FulfilmentFacts,
): Promise<void> {
  await applyOnce(ctx, event, async (tx) => void (await noteFulfilment(tx, event.data.orderId, facts)));
}
