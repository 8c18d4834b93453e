import type { Id } from "#kernel/id";
import type { Payment, Refund, Told } from "./payment.ts";

/** One thing a provider tells about a payment: in a reply, in an event, or when asked. */
export type ProviderFact =
  | { readonly kind: "challenge_required"; readonly url: string; readonly expiresAt: Date }
  | { readonly kind: "authorised"; readonly expiresAt: Date | null }
  | { readonly kind: "card_known"; readonly brand: string; readonly last4: string }
  | { readonly kind: "declined"; readonly code: string }
  | { readonly kind: "captured"; readonly amountMinor: number }
  | { readonly kind: "capture_refused"; readonly code: string }
  | { readonly kind: "voided" }
  | { readonly kind: "refunded"; readonly refundId: Id<"refund"> }
  | { readonly kind: "refund_failed"; readonly refundId: Id<"refund">; readonly code: string };

/** Adds a fact to what is known. Facts may come late, twice and in any order: knowledge only grows, so the result is the same.
 *  Returns the same payment when the fact is no news. */
export function applyProviderFact(payment: Payment, fact: ProviderFact): Payment {
  if (fact.kind === "refunded") return withRefund(payment, fact.refundId, { status: "succeeded", failureCode: null });
  if (fact.kind === "refund_failed")
    return withRefund(payment, fact.refundId, { status: "failed", failureCode: fact.code });
  const news = newsIn(payment.told, fact);
  return news === undefined ? payment : { ...payment, told: { ...payment.told, ...news } };
}

/** What `fact` adds; undefined when it is known already. Two values of one part: the later deadline, the larger amount,
 *  the first text in the alphabet: any rule will do as long as the order of arrival plays no part. */
function newsIn(
  told: Told,
  fact: Exclude<ProviderFact, { kind: "refunded" | "refund_failed" }>,
): Partial<Told> | undefined {
  switch (fact.kind) {
    case "challenge_required": {
      const isNews = told.challenge === null || isLater(fact, told.challenge);
      return isNews ? { challenge: { url: fact.url, expiresAt: fact.expiresAt } } : undefined;
    }
    case "authorised": {
      const isNews = told.authorised === null || timeOf(fact.expiresAt) > timeOf(told.authorised.expiresAt);
      return isNews ? { authorised: { expiresAt: fact.expiresAt } } : undefined;
    }
    case "card_known": {
      const isNews = told.card === null || `${fact.brand} ${fact.last4}` < `${told.card.brand} ${told.card.last4}`;
      return isNews ? { card: { brand: fact.brand, last4: fact.last4 } } : undefined;
    }
    case "declined":
      return told.declineCode === null || fact.code < told.declineCode ? { declineCode: fact.code } : undefined;
    case "captured":
      return fact.amountMinor > (told.capturedMinor ?? 0) ? { capturedMinor: fact.amountMinor } : undefined;
    case "capture_refused":
      return told.captureRefusal === null || fact.code < told.captureRefusal
        ? { captureRefusal: fact.code }
        : undefined;
    case "voided":
      return told.isVoided ? undefined : { isVoided: true };
  }
}

type Challenge = { readonly url: string; readonly expiresAt: Date };

function isLater(one: Challenge, other: Challenge): boolean {
  const [first, second] = [timeOf(one.expiresAt), timeOf(other.expiresAt)];
  return first > second || (first === second && one.url < other.url);
}

function timeOf(time: Date | null): number {
  return time?.getTime() ?? 0;
}

/** A refund that succeeded stays so, whatever is told later. One that is not ours is none of our business. */
function withRefund(
  payment: Payment,
  refundId: Id<"refund">,
  outcome: Pick<Refund, "status" | "failureCode">,
): Payment {
  const refund = payment.refunds.find((one) => one.refundId === refundId);
  if (refund === undefined || !isRefundNews(refund, outcome)) return payment;
  return { ...payment, refunds: payment.refunds.map((one) => (one === refund ? { ...one, ...outcome } : one)) };
}

function isRefundNews(refund: Refund, outcome: Pick<Refund, "status" | "failureCode">): boolean {
  if (refund.status === "succeeded") return false;
  if (outcome.status === "succeeded" || refund.status === "pending") return true;
  return (outcome.failureCode ?? "") < (refund.failureCode ?? "");
}
