import type { Event } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import { payments, refuse as paymentsRefuse } from "#payments/contract";
import { refuse as shippingRefuse, shipping } from "#shipping/contract";
import type { OrderConfirmed } from "./events.ts";
import { captureAt } from "./settings.ts";
import { findContact, findOrder, type OrderRow } from "./store.ts";

/** What follows a confirmation: the money is taken (unless at dispatch) and the parcel is made. Each by its key, so that
 *  hearing it twice changes nothing; an order that was cancelled meanwhile is left alone. */
export async function fulfilOrder(event: Event<typeof OrderConfirmed>, ctx: Ctx): Promise<void> {
  const order = await findOrder(ctx.db, event.data.orderId);
  if (order === undefined || order.state !== "confirmed") return;
  const isPaid = ctx.setting(captureAt) === "dispatch" || (await captureOrder(order, ctx));
  if (isPaid) await createShipment(order, ctx);
}

/** Takes the money of a confirmed order; false when it cannot be had. A payment that was voided meanwhile stays so. */
export async function captureOrder(order: OrderRow, ctx: Ctx): Promise<boolean> {
  if (order.total_minor === 0) return true;
  try {
    await ctx.call(payments.capture, { paymentId: order.payment_id });
    return true;
  } catch (error) {
    if (!paymentsRefuse.PAYMENT_NOT_CAPTURABLE.is(error)) throw error;
    ctx.log.warn({ orderId: order.id, status: error.data.status }, "payment is not capturable");
    return false;
  }
}

async function createShipment(order: OrderRow, ctx: Ctx): Promise<void> {
  const contact = await findContact(ctx.db, order.id);
  try {
    await ctx.call(shipping.createShipment, {
      shipmentId: order.shipment_id,
      orderId: order.id,
      reservationId: order.reservation_id,
      method: order.shipping_method,
      address: contact!.shipping_address,
      lines: [...(order.allocations ?? [])],
    });
  } catch (error) {
    if (!shippingRefuse.SHIPMENTS_CANCELLED.is(error)) throw error;
  }
}
