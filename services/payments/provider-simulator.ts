import { asId } from "#kernel/id";
import { paymentSimulator, refuse, type Charge } from "#payment-simulator/contract";
import type { Ctx } from "#platform/ctx";
import type { ProviderFact } from "./model/provider-fact.ts";
import type { Provider } from "./provider.ts";
import { providerEventSecret, providerTimeoutMs } from "./settings.ts";
import { isSignedWebhook } from "./webhook-signature.ts";

/** The provider of the demo, reached as the service payment-simulator. */
export const simulatorProvider: Provider = {
  name: "simulator",

  async tokenise(card, ctx) {
    try {
      return await ctx.call(paymentSimulator.tokenise, card, patience(ctx));
    } catch (error) {
      if (refuse.CARD_REFUSED.is(error)) return error.data;
      throw error;
    }
  },

  async authorise({ paymentId, ...request }, ctx) {
    return factsOf(await ctx.call(paymentSimulator.authorise, { key: paymentId, ...request }, patience(ctx)));
  },

  async capture({ paymentId, amount }, ctx) {
    try {
      return factsOf(await ctx.call(paymentSimulator.capture, { key: paymentId, amount }, patience(ctx)));
    } catch (error) {
      if (refuse.CHARGE_NOT_CAPTURABLE.is(error)) return [{ kind: "capture_refused", code: error.data.code }];
      throw error;
    }
  },

  async void(paymentId, ctx) {
    try {
      return factsOf(await ctx.call(paymentSimulator.void, { key: paymentId }, patience(ctx)));
    } catch (error) {
      const facts = refuse.CHARGE_ALREADY_CAPTURED.is(error) ? await this.findCharge(paymentId, ctx) : undefined;
      if (facts === undefined) throw error;
      return facts;
    }
  },

  async refund({ paymentId, refundId, amount }, ctx) {
    try {
      return factsOf(
        await ctx.call(paymentSimulator.refund, { key: paymentId, refundKey: refundId, amount }, patience(ctx)),
      );
    } catch (error) {
      if (refuse.REFUND_TOO_LARGE.is(error)) return [{ kind: "refund_failed", refundId, code: "amount_too_large" }];
      throw error;
    }
  },

  async findCharge(paymentId, ctx) {
    const { charge } = await ctx.call(paymentSimulator.findCharge, { key: paymentId }, patience(ctx));
    return charge === null ? undefined : factsOf(charge);
  },

  isGenuine(event, ctx) {
    const secret = ctx.setting(providerEventSecret);
    return secret !== undefined && isSignedWebhook(event, secret, ctx.now);
  },

  readEvent(body) {
    const event = JSON.parse(body) as { data?: { key?: unknown; charge?: Charge } };
    const { key, charge } = event.data ?? {};
    return typeof key === "string" && charge !== undefined ? { paymentId: key, facts: factsOf(charge) } : undefined;
  },
};

/** What a snapshot of a charge tells, the past that led to it included. */
export function factsOf(charge: Charge): readonly ProviderFact[] {
  const facts: ProviderFact[] = [];
  const expiresAt = charge.expiresAt === undefined ? null : new Date(charge.expiresAt);
  if (charge.card !== undefined) facts.push({ kind: "card_known", ...charge.card });
  if (charge.challengeUrl !== undefined && expiresAt !== null) {
    facts.push({ kind: "challenge_required", url: charge.challengeUrl, expiresAt });
  }
  if (charge.wasAuthorised)
    facts.push({ kind: "authorised", expiresAt: charge.status === "authorised" ? expiresAt : null });
  if (charge.status === "declined") facts.push({ kind: "declined", code: charge.declineCode ?? "declined" });
  if (charge.capturedMinor > 0) facts.push({ kind: "captured", amountMinor: charge.capturedMinor });
  if (charge.status === "voided") facts.push({ kind: "voided" });
  for (const refund of charge.refunds) {
    const refundId = asId("refund", refund.key);
    if (refund.status === "succeeded") facts.push({ kind: "refunded", refundId });
    else facts.push({ kind: "refund_failed", refundId, code: refund.failureCode ?? "refund_failed" });
  }
  return facts;
}

function patience(ctx: Ctx): { timeoutMs: number } {
  return { timeoutMs: ctx.setting(providerTimeoutMs) };
}
