import type { DataOf, EventKind } from "#kernel/event";
import { money, type Money } from "#kernel/money";
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentChallengeRequired,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentVoided,
} from "../events.ts";
import { refundedMinor, stateOf, type Payment } from "./payment.ts";

/** An event that a change makes true. */
export type Announcement = { readonly kind: EventKind; readonly data: unknown };

/** The events between two states of a payment, in the order of the money's way. */
export function announcementsBetween(before: Payment, after: Payment, now: Date): readonly Announcement[] {
  const subject = { paymentId: after.paymentId, orderId: after.orderId };
  const { amount } = after;
  const [was, is] = [stateOf(before), stateOf(after)];
  const isNew = was.status !== is.status;
  const news: Announcement[] = [];
  const isWanted = !after.decided.isVoidWanted && !after.decided.isGivenUp;

  if (is.status === "challenge" && isNew) {
    news.push(
      announce(PaymentChallengeRequired, {
        ...subject,
        amount,
        challengeUrl: is.url,
        expiresAt: is.expiresAt.toISOString(),
      }),
    );
  }
  if (isHeld(after) && !isHeld(before) && isWanted && is.status !== "voided") {
    const expiresAt = after.told.authorised?.expiresAt?.toISOString() ?? null;
    news.push(announce(PaymentAuthorised, { ...subject, amount, expiresAt }));
  }
  if (is.status === "declined" && isNew)
    news.push(announce(PaymentDeclined, { ...subject, amount, declineCode: is.code }));
  if (is.status === "failed" && isNew) {
    const isCapture = after.told.captureRefusal !== null;
    if (isCapture) news.push(announce(PaymentCaptureFailed, { ...subject, amount, failureCode: is.code }));
    else news.push(announce(PaymentDeclined, { ...subject, amount, declineCode: is.code }));
  }
  if (is.status === "voided" && isNew) news.push(announce(PaymentVoided, { ...subject, amount }));
  if (after.told.capturedMinor !== null && before.told.capturedMinor === null) {
    const captured = money(after.told.capturedMinor, amount.currency);
    news.push(announce(PaymentCaptured, { ...subject, amount: captured, capturedAt: now.toISOString() }));
  }
  return [...news, ...refundNews(before, after, amount)];
}

function refundNews(before: Payment, after: Payment, { currency }: Money): readonly Announcement[] {
  const changed = after.refunds.filter((refund) => {
    const earlier = before.refunds.find((one) => one.refundId === refund.refundId);
    return refund.status !== "pending" && refund.status !== earlier?.status;
  });
  return changed.map((refund) => {
    const { paymentId, orderId } = after;
    const facts = { paymentId, orderId, refundId: refund.refundId, amount: money(refund.amountMinor, currency) };
    if (refund.status === "failed")
      return announce(PaymentRefundFailed, { ...facts, failureCode: refund.failureCode ?? "unknown" });
    const refundedTotal = money(refundedMinor(after.refunds), currency);
    return announce(PaymentRefunded, {
      ...facts,
      refundedTotal,
      capturedTotal: money(after.told.capturedMinor ?? 0, currency),
    });
  });
}

function isHeld(payment: Payment): boolean {
  return payment.told.authorised !== null || payment.told.capturedMinor !== null;
}

function announce<Kind extends EventKind>(kind: Kind, data: DataOf<Kind>): Announcement {
  return { kind, data };
}
