import type { Input, Output } from "#kernel/contract";
import { money } from "#kernel/money";
import type { Ctx } from "#platform/ctx";
import { brokenConstraint } from "#platform/database";
import { answerOf } from "./ask-provider.ts";
import { changePayment, learn, reread } from "./change-payment.ts";
import { refuse, type payments } from "./contract.ts";
import { getKnownPayment } from "./get-payment.ts";
import { refundableMinor, type Payment, type Refund } from "./model/payment.ts";
import { refundView } from "./model/payment-view.ts";
import { providerNamed } from "./provider-choice.ts";

type Request = Input<typeof payments.refund>;

/** Gives money back, once per refund id. The amount is set aside first, so that refunds at the same time never exceed the capture. */
export async function refund(input: Request, ctx: Ctx): Promise<Output<typeof payments.refund>> {
  const payment = await getKnownPayment(ctx, input.paymentId);
  let isNew = false;
  const set = await changePayment(ctx, payment, (present) => {
    const after = withRefund(present, input, ctx.now);
    isNew = after !== present;
    return after;
  }).catch((error: unknown) => {
    if (brokenConstraint(error) === "refund_pkey") throw refuse.REFUND_MISMATCH({ refundId: input.refundId });
    throw error;
  });
  const after = isNew ? await sendRefund(ctx, set, input.refundId) : set;
  return refundView(
    after,
    after.refunds.find((one) => one.refundId === input.refundId)!,
  );
}

/** Asks the provider for a pending refund and takes in the answer. Safe to repeat. */
export async function sendRefund(ctx: Ctx, payment: Payment, refundId: Refund["refundId"]): Promise<Payment> {
  const pending = payment.refunds.find((one) => one.refundId === refundId && one.status === "pending");
  if (pending === undefined) return payment;
  const request = {
    refundId,
    paymentId: payment.paymentId,
    amount: money(pending.amountMinor, payment.amount.currency),
  };
  const facts = await answerOf(ctx, payment, () => providerNamed(payment.provider).refund(request, ctx));
  return facts === "unknown" ? reread(ctx, payment) : learn(ctx, payment, facts);
}

function withRefund(payment: Payment, input: Request, now: Date): Payment {
  const { refundId, paymentId, amount, reason } = input;
  const { currency } = payment.amount;
  const earlier = payment.refunds.find((one) => one.refundId === refundId);
  const isSameAmount = amount.currency === currency && earlier?.amountMinor === amount.amountMinor;
  if (earlier !== undefined && !isSameAmount) throw refuse.REFUND_MISMATCH({ refundId });
  if (earlier !== undefined) return payment;
  const { told, decided } = payment;
  const isCapturing = decided.captureMinor !== null && told.capturedMinor === null && told.captureRefusal === null;
  if (isCapturing && !told.isVoided) throw refuse.CAPTURE_IN_PROGRESS({ paymentId });
  const leftMinor = refundableMinor(payment);
  if (amount.currency !== currency || amount.amountMinor > leftMinor) {
    throw refuse.REFUND_EXCEEDS_CAPTURED({ paymentId, refundable: money(leftMinor, currency) });
  }
  const pending = {
    refundId,
    amountMinor: amount.amountMinor,
    reason,
    status: "pending",
    failureCode: null,
    createdAt: now,
  } as const;
  return { ...payment, refunds: [...payment.refunds, pending] };
}
