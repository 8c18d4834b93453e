import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { takeNextStep } from "./ask-provider.ts";
import { changePayment } from "./change-payment.ts";
import { refuse, type payments } from "./contract.ts";
import { nextStep } from "./model/next-step.ts";
import { type Payment } from "./model/payment.ts";
import { chosenProvider } from "./provider-choice.ts";
import { findPayment, insertTombstone } from "./store.ts";

/** Lets a payment go, whatever is known of it: recorded first, then asked of the provider, by the job if need be. */
export async function voidPayment(input: Input<typeof payments.void>, ctx: Ctx): Promise<Output<typeof payments.void>> {
  const { paymentId } = input;
  const found = await findPayment(ctx.db, paymentId);
  if (found === "tombstone") return { paymentId, status: "voided" };
  if (found === undefined) {
    const { store, market, now } = ctx;
    const isNew = await insertTombstone(ctx.db, { paymentId, store, market, now, provider: chosenProvider(ctx).name });
    return isNew ? { paymentId, status: "voided" } : voidPayment(input, ctx);
  }
  const decided = await changePayment(ctx, found, withVoid);
  const after = await takeNextStep(ctx, decided);
  if (after.told.capturedMinor !== null) throw refuse.PAYMENT_ALREADY_CAPTURED({ paymentId });
  return { paymentId, status: nextStep(after)?.kind === "void" ? "pending" : "voided" };
}

function withVoid(payment: Payment): Payment {
  const { told, decided, paymentId } = payment;
  if (told.capturedMinor !== null) throw refuse.PAYMENT_ALREADY_CAPTURED({ paymentId });
  const isCapturing = decided.captureMinor !== null && told.captureRefusal === null && !told.isVoided;
  if (isCapturing) throw refuse.CAPTURE_IN_PROGRESS({ paymentId });
  const isOver = told.isVoided || (told.declineCode !== null && told.authorised === null);
  return decided.isVoidWanted || isOver ? payment : { ...payment, decided: { ...decided, isVoidWanted: true } };
}
