import type { Ctx } from "#platform/ctx";
import { changePayment, learn, reread } from "./change-payment.ts";
import { mayGiveUp, nextStep } from "./model/next-step.ts";
import type { Payment } from "./model/payment.ts";
import { providerNamed } from "./provider-choice.ts";
import { unheardLimitMs } from "./settings.ts";

/** Takes the step that the payment waits for (look up, void, capture) and takes in the answer. Without an answer the payment
 *  stays as it is and the job tries again. Safe to repeat and to run twice at once: everything goes by key. */
export async function takeNextStep(ctx: Ctx, payment: Payment): Promise<Payment> {
  const provider = providerNamed(payment.provider);
  const step = nextStep(payment);
  const { paymentId } = payment;
  if (step === undefined) return payment;
  if (step.kind === "look_up") return lookUp(ctx, payment);
  const facts = await answerOf(ctx, payment, () =>
    step.kind === "void"
      ? provider.void(paymentId, ctx)
      : provider.capture({ paymentId, amount: { ...payment.amount, amountMinor: step.amountMinor } }, ctx),
  );
  return facts === "unknown" ? reread(ctx, payment) : learn(ctx, payment, facts);
}

async function lookUp(ctx: Ctx, payment: Payment): Promise<Payment> {
  const facts = await answerOf(ctx, payment, () => providerNamed(payment.provider).findCharge(payment.paymentId, ctx));
  const isUnheard = facts === undefined;
  const told = isUnheard || facts === "unknown" ? payment : await learn(ctx, payment, facts);
  const limitMs = isUnheard ? ctx.setting(unheardLimitMs) : undefined;
  const after = await changePayment(ctx, told, (present) =>
    mayGiveUp(present, ctx.now, limitMs) ? { ...present, decided: { ...present.decided, isGivenUp: true } } : present,
  );
  // Only the provider's tombstone ends it: a request that is late by any chance is refused there. A provider that cannot be
  // reached for it leaves the payment open.
  return after.decided.isGivenUp ? takeNextStep(ctx, after) : after;
}

/** What the provider answered. Anything thrown means that nobody knows what happened. */
export async function answerOf<Answer>(
  ctx: Ctx,
  payment: Pick<Payment, "paymentId" | "provider">,
  ask: () => Promise<Answer>,
): Promise<Answer | "unknown"> {
  try {
    return await ask();
  } catch (cause) {
    ctx.log.warn(
      { paymentId: payment.paymentId, provider: payment.provider, cause },
      "payment provider gave no answer",
    );
    return "unknown";
  }
}
