import type { Id } from "#kernel/id";
import type { Money } from "#kernel/money";
import type { Ctx } from "#platform/ctx";
import type { ProviderFact } from "./model/provider-fact.ts";

/** Card details on their way to the provider. Never keep, log or throw them. */
export type Card = {
  readonly number: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
  readonly cvc: string;
};
export type TokenisedCard = {
  readonly token: string;
  readonly brand: string;
  readonly last4: string;
  readonly expiresAt: string;
};
export type RefusedCard = {
  readonly field: "number" | "expiry" | "cvc";
  readonly reason: "invalid" | "expired" | "test_cards_only";
};

export type AuthoriseRequest = {
  readonly paymentId: Id<"payment">;
  readonly amount: Money;
  readonly token: string;
  readonly returnUrl?: string;
};
export type RefundRequest = {
  readonly refundId: Id<"refund">;
  readonly paymentId: Id<"payment">;
  readonly amount: Money;
};

/** An event as it was posted, by the rules of Standard Webhooks. */
export type PostedEvent = {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
};
export type ProviderNews = { readonly paymentId: string; readonly facts: readonly ProviderFact[] };

/** Someone who moves money. Everything goes by our keys (paymentId, refundId), so every call may be repeated. What a call
 *  throws means "unknown": it may have happened. Expected outcomes, such as a decline, are facts. */
export type Provider = {
  readonly name: string;
  tokenise(card: Card, ctx: Ctx): Promise<TokenisedCard | RefusedCard>;
  /** At most one charge per paymentId, ever; a repeat tells what became of the first. */
  authorise(request: AuthoriseRequest, ctx: Ctx): Promise<readonly ProviderFact[]>;
  capture(
    request: { readonly paymentId: Id<"payment">; readonly amount: Money },
    ctx: Ctx,
  ): Promise<readonly ProviderFact[]>;
  /** After it answered, nothing is held under this key and no charge can come to be, even when it never heard of the key. */
  void(paymentId: Id<"payment">, ctx: Ctx): Promise<readonly ProviderFact[]>;
  refund(request: RefundRequest, ctx: Ctx): Promise<readonly ProviderFact[]>;
  /** All that is known of a charge; undefined when the provider never heard of the key. */
  findCharge(paymentId: Id<"payment">, ctx: Ctx): Promise<readonly ProviderFact[] | undefined>;
  /** Claims that the event comes from the provider and is fresh. */
  isGenuine(event: PostedEvent, ctx: Ctx): boolean;
  /** What a genuine event tells; undefined when it is about nothing that payments keeps. Throws when it cannot be read. */
  readEvent(body: string): ProviderNews | undefined;
};
