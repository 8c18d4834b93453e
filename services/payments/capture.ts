import type { Input, Output } from "#kernel/contract";
import { money } from "#kernel/money";
import type { Ctx } from "#platform/ctx";
import { takeNextStep } from "./ask-provider.ts";
import { changePayment } from "./change-payment.ts";
import { refuse, type payments } from "./contract.ts";
import { getKnownPayment } from "./get-payment.ts";
import { stateOf, type Payment } from "./model/payment.ts";

/** Takes the authorised amount, or part of it. The wish is recorded first, so that it is carried out whatever happens here. */
export async function capture(
  input: Input<typeof payments.capture>,
  ctx: Ctx,
): Promise<Output<typeof payments.capture>> {
  const { paymentId } = input;
  const payment = await getKnownPayment(ctx, paymentId);
  const wanted = input.amount ?? payment.amount;
  if (wanted.currency !== payment.amount.currency || wanted.amountMinor > payment.amount.amountMinor) {
    throw refuse.CAPTURE_EXCEEDS_AUTHORISED({ paymentId, authorised: payment.amount });
  }
  const decided = await changePayment(ctx, payment, (present) => withCapture(present, wanted.amountMinor));
  const after = decided.told.capturedMinor === null ? await takeNextStep(ctx, decided) : decided;
  if (after.told.capturedMinor !== null) {
    return { paymentId, status: "captured", amount: money(after.told.capturedMinor, wanted.currency) };
  }
  const { status } = stateOf(after);
  if (status !== "authorised") throw refuse.PAYMENT_NOT_CAPTURABLE({ paymentId, status });
  return { paymentId, status: "pending", amount: wanted };
}

/** Repeating the same capture is fine at any time; any other needs an authorised payment that nobody wants voided. */
function withCapture(payment: Payment, amountMinor: number): Payment {
  const { told, decided, paymentId } = payment;
  const { status } = stateOf(payment);
  if (told.capturedMinor === amountMinor) return payment;
  const isCapturable = status === "authorised" && !decided.isVoidWanted && !decided.isGivenUp;
  if (!isCapturable) throw refuse.PAYMENT_NOT_CAPTURABLE({ paymentId, status });
  if (decided.captureMinor === amountMinor) return payment;
  if (decided.captureMinor !== null) throw refuse.PAYMENT_NOT_CAPTURABLE({ paymentId, status });
  return { ...payment, decided: { ...decided, captureMinor: amountMinor } };
}
