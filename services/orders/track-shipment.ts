import type { Event } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import { applyOnce } from "#platform/consume";
import type {
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentReturned,
} from "#shipping/events";
import { captureOrder } from "./fulfil-order.ts";
import { laterFulfilment, type FulfilmentStatus } from "./model/progress.ts";
import { lockProgress, saveFulfilmentProgress } from "./progress-store.ts";
import { captureAt } from "./settings.ts";
import { findOrder } from "./store.ts";

export function noteShipmentCreated(event: Event<typeof ShipmentCreated>, ctx: Ctx): Promise<void> {
  return note(event, ctx, "pending");
}

/** The goods left: noted, and the money taken when the shop captures at dispatch. */
export async function noteShipmentDispatched(event: Event<typeof ShipmentDispatched>, ctx: Ctx): Promise<void> {
  await note(event, ctx, "dispatched", event.data.trackingCode);
  if (ctx.setting(captureAt) !== "dispatch") return;
  const order = await findOrder(ctx.db, event.data.orderId);
  if (order !== undefined) await captureOrder(order, ctx);
}

export function noteShipmentDelivered(event: Event<typeof ShipmentDelivered>, ctx: Ctx): Promise<void> {
  return note(event, ctx, "delivered");
}

export function noteShipmentReturned(event: Event<typeof ShipmentReturned>, ctx: Ctx): Promise<void> {
  return note(event, ctx, "returned");
}

export function noteShipmentCancelled(event: Event<typeof ShipmentCancelled>, ctx: Ctx): Promise<void> {
  return note(event, ctx, "cancelled");
}

/** Adds the news and a line of history; nothing when it is known already. */
async function note(
  event: Parameters<typeof applyOnce>[1] & { readonly time: string; readonly data: { readonly orderId: string } },
  ctx: Ctx,
  told: FulfilmentStatus,
  trackingCode: string | null = null,
): Promise<void> {
  const { orderId } = event.data;
  await applyOnce(ctx, event, async (tx) => {
    const row = await lockProgress(tx, orderId);
    if (row === undefined) return;
    const { fulfilment_state: from, tracking_codes: known } = row;
    const to = laterFulfilment(from, told);
    const trackingCodes = trackingCode === null || known.includes(trackingCode) ? known : [...known, trackingCode];
    if (to === from && trackingCodes === known) return;
    await saveFulfilmentProgress(tx, { orderId, at: new Date(event.time), from, to, trackingCodes });
  });
}
