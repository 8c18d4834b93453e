import { newId } from "#kernel/id";
import type { Envelope, Event } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import { processSettings } from "#platform/process-settings";
import { orders, type Order } from "#orders/contract";
import type { OrderCancelled, OrderConfirmed, OrderFailed } from "#orders/events";
import type { PaymentRefunded } from "#payments/events";
import type { ShipmentDispatched } from "#shipping/events";
import { layOutMail, type MailContent } from "./model/mail.ts";
import { cancellationMail, confirmationMail, dispatchMail, failureMail, refundMail } from "./model/order-mails.ts";
import { queueMessage, type MessageKind } from "./store.ts";

export function mailConfirmation(event: Event<typeof OrderConfirmed>, ctx: Ctx): Promise<void> {
  return mail(event, ctx, "order_confirmed", confirmationMail);
}

export function mailFailure(event: Event<typeof OrderFailed>, ctx: Ctx): Promise<void> {
  return mail(event, ctx, "order_failed", failureMail);
}

export function mailCancellation(event: Event<typeof OrderCancelled>, ctx: Ctx): Promise<void> {
  return mail(event, ctx, "order_cancelled", cancellationMail);
}

export function mailDispatch(event: Event<typeof ShipmentDispatched>, ctx: Ctx): Promise<void> {
  const { carrier, trackingCode } = event.data;
  return mail(event, ctx, "order_dispatched", (order, context) =>
    dispatchMail(order, context, { carrier, code: trackingCode }),
  );
}

export function mailRefund(event: Event<typeof PaymentRefunded>, ctx: Ctx): Promise<void> {
  return mail(event, ctx, "payment_refunded", (order, context) => refundMail(order, context, event.data.amount));
}

type Compose = (order: Order, context: { shop: string; orderUrl: string }) => MailContent;

/** Composes and queues one mail per event. Names and addresses come from the order, never from the event. */
async function mail(
  event: Envelope<{ orderId: Order["orderId"] }>,
  ctx: Ctx,
  kind: MessageKind,
  compose: Compose,
): Promise<void> {
  const { orderId } = event.data;
  const [order, link] = await Promise.all([
    ctx.call(orders.getOrder, { orderId }),
    ctx.call(orders.createOrderLink, { orderId }),
  ]);
  const content = compose(order, {
    shop: ctx.setting(processSettings.shopName),
    orderUrl: new URL(link.pagePath ?? link.path, ctx.setting(processSettings.publicUrl)).href,
  });
  const message = {
    id: newId("message"),
    eventId: event.id,
    order_id: orderId,
    kind,
    recipient: order.email,
    subject: content.subject,
    ...layOutMail(content),
    created_at: ctx.now,
  };
  await ctx.db.groupCommit.transaction(async (tx) => {
    await queueMessage(tx, message);
    tx.afterCommit(() => ctx.wake("deliver"));
  });
}
