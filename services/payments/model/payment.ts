import type { Id } from "#kernel/id";
import type { Money } from "#kernel/money";

/** Everything known about one payment: what the provider told, and what we decided. Its state is derived (`stateOf`). */
export type Payment = {
  readonly paymentId: Id<"payment">;
  readonly orderId: Id<"order">;
  /** Whose shop and market it is about. */
  readonly store: string;
  readonly market: string;
  readonly provider: string;
  readonly amount: Money;
  readonly told: Told;
  readonly decided: Decided;
  readonly refunds: readonly Refund[];
  /** Until when the last request for the charge may still be on its way. */
  readonly sentUntil: Date;
  /** When a charge whose outcome is still not known is given up. */
  readonly answerBy: Date;
  readonly lookCount: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The trace that it began in, when that is kept. */
  readonly traceparent: string | null;
};

/** What the provider has told so far. Each part only ever grows, so the order of the facts does not matter. */
export type Told = {
  readonly challenge: { readonly url: string; readonly expiresAt: Date } | null;
  readonly authorised: { readonly expiresAt: Date | null } | null;
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly declineCode: string | null;
  readonly capturedMinor: number | null;
  readonly captureRefusal: string | null;
  readonly isVoided: boolean;
};

/** What we decided: recorded before the provider is asked, carried out until it answers. */
export type Decided = {
  readonly isVoidWanted: boolean;
  /** Nobody ever heard of the charge: it is being closed. */
  readonly isGivenUp: boolean;
  readonly captureMinor: number | null;
};

export type Refund = {
  readonly refundId: Id<"refund">;
  readonly amountMinor: number;
  readonly reason: string;
  readonly status: "pending" | "succeeded" | "failed";
  readonly failureCode: string | null;
  readonly createdAt: Date;
};

export const nothingTold: Told = {
  challenge: null,
  authorised: null,
  card: null,
  declineCode: null,
  capturedMinor: null,
  captureRefusal: null,
  isVoided: false,
};
export const nothingDecided: Decided = { isVoidWanted: false, isGivenUp: false, captureMinor: null };

/** Where a payment stands. */
export type PaymentState =
  | { readonly status: "authorising" }
  | { readonly status: "challenge"; readonly url: string; readonly expiresAt: Date }
  | { readonly status: "authorised"; readonly expiresAt: Date | null }
  | {
      readonly status: "captured" | "partially_refunded" | "refunded";
      readonly capturedMinor: number;
      readonly refundedMinor: number;
    }
  | { readonly status: "declined"; readonly code: string }
  | { readonly status: "voided" }
  | { readonly status: "failed"; readonly code: string };

/** Derives the state. Where facts contradict each other the one that touches the shopper's money most wins. */
export function stateOf(payment: Pick<Payment, "told" | "decided" | "refunds">): PaymentState {
  const { told, decided } = payment;
  if (told.capturedMinor !== null) return capturedState(told.capturedMinor, refundedMinor(payment.refunds));
  if (told.captureRefusal !== null) return { status: "failed", code: told.captureRefusal };
  if (told.isVoided)
    return decided.isGivenUp && !decided.isVoidWanted ? { status: "failed", code: "no_answer" } : { status: "voided" };
  if (told.authorised !== null) return { status: "authorised", expiresAt: told.authorised.expiresAt };
  if (told.declineCode !== null) return { status: "declined", code: told.declineCode };
  if (told.challenge !== null) return { status: "challenge", ...told.challenge };
  return { status: "authorising" };
}

function capturedState(capturedMinor: number, refunded: number): PaymentState {
  const status = refunded === 0 ? "captured" : refunded < capturedMinor ? "partially_refunded" : "refunded";
  return { status, capturedMinor, refundedMinor: refunded };
}

/** What reached the shopper again. */
export function refundedMinor(refunds: readonly Refund[]): number {
  return sumOf(refunds.filter((refund) => refund.status === "succeeded"));
}

/** What may still be refunded: captured, and neither refunded nor on its way. */
export function refundableMinor(payment: Pick<Payment, "told" | "refunds">): number {
  return (payment.told.capturedMinor ?? 0) - sumOf(payment.refunds.filter((refund) => refund.status !== "failed"));
}

function sumOf(refunds: readonly Refund[]): number {
  return refunds.reduce((sum, refund) => sum + refund.amountMinor, 0);
}
