import type { Static } from "typebox";
import { money } from "#kernel/money";
import type { Payment as PaymentSchema, Refund as RefundSchema } from "../contract.ts";
import { refundableMinor, refundedMinor, stateOf, type Payment, type Refund } from "./payment.ts";

/** A payment as others see it. */
export function paymentView(payment: Payment): Static<typeof PaymentSchema> {
  const { amount, told } = payment;
  const { currency } = amount;
  const state = stateOf(payment);
  return {
    paymentId: payment.paymentId,
    orderId: payment.orderId,
    status: state.status,
    amount,
    captured: money(told.capturedMinor ?? 0, currency),
    refunded: money(refundedMinor(payment.refunds), currency),
    refundable: money(refundableMinor(payment), currency),
    card: told.card,
    declineCode: "code" in state ? state.code : null,
    challengeUrl: state.status === "challenge" ? state.url : null,
    expiresAt: "expiresAt" in state ? (state.expiresAt?.toISOString() ?? null) : null,
    createdAt: payment.createdAt.toISOString(),
    updatedAt: payment.updatedAt.toISOString(),
  };
}

export function refundView(payment: Payment, refund: Refund): Static<typeof RefundSchema> {
  return {
    refundId: refund.refundId,
    paymentId: payment.paymentId,
    amount: money(refund.amountMinor, payment.amount.currency),
    reason: refund.reason,
    status: refund.status,
    failureCode: refund.failureCode,
    createdAt: refund.createdAt.toISOString(),
  };
}
