import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { answerOf } from "./ask-provider.ts";
import { changePayment, learn, reread } from "./change-payment.ts";
import { refuse, type payments } from "./contract.ts";
import { nothingDecided, nothingTold, stateOf, type Payment } from "./model/payment.ts";
import { keptTrace } from "#platform/telemetry/traceparent";
import { chosenProvider, providerNamed } from "./provider-choice.ts";
import { authoriseLimitSeconds, providerTimeoutMs } from "./settings.ts";
import { findPayment, insertPayment } from "./store.ts";

type Request = Input<typeof payments.authorise>;
type Answer = Output<typeof payments.authorise>;

/** Holds the amount, once per payment id. The row commits before the provider is asked; without an answer it is `pending`. */
export async function authorise(input: Request, ctx: Ctx): Promise<Answer> {
  const sentUntil = new Date(ctx.now.getTime() + ctx.setting(providerTimeoutMs));
  const fresh = newPayment(input, sentUntil, ctx);
  // Should this process end now, the first look-up comes when the request can no longer be on its way.
  const nextStepAt = new Date(sentUntil.getTime() + 1_000);
  if (await insertPayment(ctx.db.groupCommit, fresh, nextStepAt)) {
    return told(await send(ctx, fresh, input));
  }
  const present = await findPayment(ctx.db, input.paymentId);
  if (present === undefined || present === "tombstone") {
    return { paymentId: input.paymentId, status: "declined", declineCode: "voided" };
  }
  if (!isSameRequest(present, input)) throw refuse.PAYMENT_MISMATCH({ paymentId: input.paymentId });
  return told(await sendAgainIfLost(ctx, present, { input, sentUntil }));
}

async function send(ctx: Ctx, payment: Payment, input: Request): Promise<Payment> {
  const { paymentId, amount, token, returnUrl } = input;
  const request = { paymentId, amount, token, ...(returnUrl === undefined ? {} : { returnUrl }) };
  const facts = await answerOf(ctx, payment, () => providerNamed(payment.provider).authorise(request, ctx));
  return facts === "unknown" ? reread(ctx, payment) : learn(ctx, payment, facts);
}

/** A repeat while nothing is known sends the request again, under the same key, once the one before cannot be on its way any more;
 *  not when its time is over: then the job is about to give the charge up. */
async function sendAgainIfLost(
  ctx: Ctx,
  payment: Payment,
  again: { input: Request; sentUntil: Date },
): Promise<Payment> {
  let isOurs = false;
  const present = await changePayment(ctx, payment, (one) => {
    isOurs = isLost(one, ctx.now);
    return isOurs ? { ...one, sentUntil: again.sentUntil } : one;
  });
  return isOurs ? send(ctx, present, again.input) : present;
}

function isLost(payment: Payment, now: Date): boolean {
  const { isVoidWanted, isGivenUp } = payment.decided;
  const isOpen = stateOf(payment).status === "authorising" && !isVoidWanted && !isGivenUp;
  return isOpen && payment.sentUntil < now && now < payment.answerBy;
}

function isSameRequest(payment: Payment, input: Request): boolean {
  const { amountMinor, currency } = payment.amount;
  return (
    payment.orderId === input.orderId && amountMinor === input.amount.amountMinor && currency === input.amount.currency
  );
}

function told(payment: Payment): Answer {
  const { paymentId } = payment;
  const state = stateOf(payment);
  const isUnwanted = payment.decided.isVoidWanted || payment.decided.isGivenUp;
  switch (state.status) {
    case "authorising":
      return { paymentId, status: "pending" };
    case "challenge":
      if (isUnwanted) return { paymentId, status: "pending" };
      return { paymentId, status: "challenge", challengeUrl: state.url, expiresAt: state.expiresAt.toISOString() };
    case "authorised":
      if (isUnwanted) return { paymentId, status: "pending" };
      return {
        paymentId,
        status: "authorised",
        ...(state.expiresAt === null ? {} : { expiresAt: state.expiresAt.toISOString() }),
      };
    case "declined":
    case "failed":
      return { paymentId, status: "declined", declineCode: state.code };
    case "voided":
      return { paymentId, status: "declined", declineCode: "voided" };
    default:
      return { paymentId, status: "authorised" };
  }
}

function newPayment(input: Request, sentUntil: Date, ctx: Ctx): Payment {
  const { store, market, now } = ctx;
  return {
    paymentId: input.paymentId,
    orderId: input.orderId,
    store,
    market,
    provider: chosenProvider(ctx).name,
    amount: input.amount,
    told: nothingTold,
    decided: nothingDecided,
    refunds: [],
    sentUntil,
    answerBy: new Date(now.getTime() + ctx.setting(authoriseLimitSeconds) * 1_000),
    lookCount: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
    traceparent: keptTrace(ctx),
  };
}
