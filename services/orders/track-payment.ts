import type { Event } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import { applyOnce } from "#platform/consume";
import type {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentChallengeRequired,
  PaymentDeclined,
  PaymentRefunded,
  PaymentVoided,
} from "#payments/events";
import { advanceOrder } from "./advance-order.ts";
import { notePayment, nudgeOrder, type PaymentFacts } from "./store.ts";

/** News that a checkout may wait for: it goes on at once. */
export async function resumeOnPaymentNews(
  event: Event<typeof PaymentAuthorised> | Event<typeof PaymentDeclined> | Event<typeof PaymentChallengeRequired>,
  ctx: Ctx,
): Promise<void> {
  const { orderId } = event.data;
  const isUnderWay = (await nudgeOrder(ctx.db, orderId, ctx.now)) === 1;
  if (isUnderWay) await advanceOrder(orderId, ctx);
}

export function noteCapture(event: Event<typeof PaymentCaptured>, ctx: Ctx): Promise<void> {
  return note(event, ctx, {
    state: "captured",
    capturedMinor: event.data.amount.amountMinor,
    at: new Date(event.data.capturedAt),
  });
}

export function noteCaptureFailure(event: Event<typeof PaymentCaptureFailed>, ctx: Ctx): Promise<void> {
  ctx.log.error(
    { orderId: event.data.orderId, failureCode: event.data.failureCode },
    "payment of a confirmed order could not be captured",
  );
  return note(event, ctx, { state: "declined", note: event.data.failureCode, at: new Date(event.time) });
}

export function noteVoid(event: Event<typeof PaymentVoided>, ctx: Ctx): Promise<void> {
  return note(event, ctx, { state: "voided", at: new Date(event.time) });
}

export function noteRefund(event: Event<typeof PaymentRefunded>, ctx: Ctx): Promise<void> {
  return note(event, ctx, {
    state: "refunded",
    refundedMinorDelta: event.data.amount.amountMinor,
    at: new Date(event.time),
  });
}

async function note(
  event: { id: string; data: { orderId: string } } & Parameters<typeof applyOnce>[1],
  ctx: Ctx,
  facts: PaymentFacts,
): Promise<void> {
  await applyOnce(ctx, event, async (tx) => void (await notePayment(tx, event.data.orderId, facts)));
}
