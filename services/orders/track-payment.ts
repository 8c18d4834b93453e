import type { Id } from "#kernel/id";
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
  PaymentRefundFailed,
  PaymentVoided,
} from "#payments/events";
import { advanceOrder, carryOn } from "./advance-order.ts";
import { newLease } from "./hold-order.ts";
import { hasLeft, withPaymentNews, type PaymentNews } from "./model/progress.ts";
import { lockProgress, savePaymentProgress } from "./progress-store.ts";
import { findOrder, recordDecision } from "./store.ts";

/** News that a checkout may wait for: it goes on at once. */
export async function resumeOnPaymentNews(
  event: Event<typeof PaymentAuthorised> | Event<typeof PaymentChallengeRequired>,
  ctx: Ctx,
): Promise<void> {
  await advanceOrder(event.data.orderId, ctx);
}

export async function noteDecline(event: Event<typeof PaymentDeclined>, ctx: Ctx): Promise<void> {
  await note(event, ctx, { status: "declined" }, event.data.declineCode);
  await advanceOrder(event.data.orderId, ctx);
}

export function noteCapture(event: Event<typeof PaymentCaptured>, ctx: Ctx): Promise<void> {
  return note(event, ctx, { status: "captured", capturedMinor: event.data.amount.amountMinor });
}

export async function noteCaptureFailure(event: Event<typeof PaymentCaptureFailed>, ctx: Ctx): Promise<void> {
  const { orderId, failureCode } = event.data;
  await note(event, ctx, { status: "declined" }, failureCode);
  await failUnpaidOrder(orderId, failureCode, ctx);
}

/** The money of a confirmed order cannot be had: unless the goods have left, the order fails and everything is taken back. */
async function failUnpaidOrder(orderId: Id<"order">, declineCode: string, ctx: Ctx): Promise<void> {
  const order = await findOrder(ctx.db, orderId);
  if (order?.state !== "confirmed") return;
  ctx.log.error({ orderId, declineCode }, "the money of a confirmed order cannot be had");
  if (hasLeft(order.fulfilment_state)) return;
  const undoing = await ctx.db.transaction((tx) =>
    recordDecision(tx, {
      order,
      to: "undoing",
      note: "its payment cannot be captured",
      failure: { code: "payment_declined", declineCode },
      wakeAt: ctx.now,
      lease: newLease(ctx.now),
      now: ctx.now,
    }),
  );
  if (undoing !== undefined) await carryOn(undoing, ctx);
}

/** Nothing is held any more. When nobody wanted that (the authorisation ran out), the order cannot be paid. */
export async function noteVoid(event: Event<typeof PaymentVoided>, ctx: Ctx): Promise<void> {
  await note(event, ctx, { status: "voided" });
  await failUnpaidOrder(event.data.orderId, "authorisation_expired", ctx);
}

export function noteRefund(event: Event<typeof PaymentRefunded>, ctx: Ctx): Promise<void> {
  const { refundedTotal, capturedTotal } = event.data;
  const totals = { capturedMinor: capturedTotal.amountMinor, refundedMinor: refundedTotal.amountMinor };
  return note(event, ctx, { status: "refunded", ...totals });
}

/** The money is still with the shop: somebody has to give it back in another way. */
export function noteRefundFailure(event: Event<typeof PaymentRefundFailed>, ctx: Ctx): Promise<void> {
  const { orderId, refundId, failureCode } = event.data;
  ctx.log.error({ orderId, refundId, failureCode }, "a refund failed; the shopper has not got the money");
  return note(event, ctx, undefined, `a refund failed: ${failureCode}`);
}

/** Adds the news and a line of history; nothing when it is known already. */
async function note(
  event: Parameters<typeof applyOnce>[1] & { readonly time: string; readonly data: { readonly orderId: string } },
  ctx: Ctx,
  news: PaymentNews | undefined,
  remark?: string,
): Promise<void> {
  const { orderId } = event.data;
  await applyOnce(ctx, event, async (tx) => {
    const row = await lockProgress(tx, orderId);
    if (row === undefined) return;
    const { payment_state: status, captured_minor: capturedMinor, refunded_minor: refundedMinor } = row;
    const before = { status, capturedMinor, refundedMinor };
    const to = news === undefined ? before : withPaymentNews(before, news);
    const isNews = to.status !== status || to.refundedMinor !== refundedMinor || news === undefined;
    if (!isNews) return;
    await savePaymentProgress(tx, { orderId, at: new Date(event.time), from: status, to, note: remark });
  });
}
