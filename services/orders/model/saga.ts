import type { Failure, NextAction, OrderState } from "../contract.ts";

/** What a participant of the checkout (stock, payment) says of its part. */
export type Outcome =
  | { readonly kind: "done" }
  /** The shopper has to act first. */
  | { readonly kind: "shopper"; readonly nextAction: NextAction }
  /** Nobody knows yet; ask again. */
  | { readonly kind: "unknown" }
  | { readonly kind: "refused"; readonly failure: Failure };

/** What is to be recorded of an order next: one commit each. */
export type Decision =
  | { readonly kind: "confirm" }
  | { readonly kind: "await"; readonly nextAction: NextAction; readonly wakeAt: Date }
  | { readonly kind: "wait"; readonly wakeAt: Date }
  | { readonly kind: "undo"; readonly failure: Failure };

export type Waiting = {
  readonly state: OrderState;
  readonly attempts: number;
  /** When the held stock would be lost; undefined before it is held. */
  readonly heldUntil: Date | undefined;
};

/** The shopper must be back this long before the stock is free again. */
export const SAFETY_MS = 60_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

/** Decides from the first outcome that is not `done`; all done means confirm. */
export function decide(order: Waiting, outcome: Outcome, now: Date): Decision {
  switch (outcome.kind) {
    case "done":
      return { kind: "confirm" };
    case "refused":
      return {
        kind: "undo",
        failure: isAbandoned(order, outcome.failure) ? { code: "payment_abandoned" } : outcome.failure,
      };
    case "shopper": {
      const deadline = shopperDeadline(outcome.nextAction, order.heldUntil);
      if (deadline <= now) return { kind: "undo", failure: { code: "payment_abandoned" } };
      return {
        kind: "await",
        nextAction: { ...outcome.nextAction, expiresAt: deadline.toISOString() },
        wakeAt: deadline,
      };
    }
    case "unknown": {
      const isTooLate = order.heldUntil !== undefined && order.heldUntil.getTime() - SAFETY_MS <= now.getTime();
      if (isTooLate) return { kind: "undo", failure: { code: "payment_unavailable" } };
      return {
        kind: "wait",
        wakeAt: new Date(now.getTime() + backOffMs(order.attempts, { longestMs: LONGEST_RETRY_MS })),
      };
    }
  }
}

/** Stock that was lost while we waited for the shopper: it is the shopper who stayed away. */
function isAbandoned(order: Waiting, failure: Failure): boolean {
  return order.state === "awaiting_shopper" && failure.code === "reservation_expired";
}

function shopperDeadline(action: NextAction, heldUntil: Date | undefined): Date {
  const challengeEnds = Date.parse(action.expiresAt);
  return new Date(heldUntil === undefined ? challengeEnds : Math.min(challengeEnds, heldUntil.getTime() - SAFETY_MS));
}

/** 0.5 s, doubling to `longestMs`. */
export function backOffMs(attempts: number, { longestMs }: { longestMs: number }): number {
  return Math.min(longestMs, FIRST_RETRY_MS * 2 ** Math.min(attempts, 20));
}

const NEXT: Readonly<Record<OrderState, readonly OrderState[]>> = {
  open: ["open", "awaiting_shopper", "confirmed", "undoing"],
  awaiting_shopper: ["awaiting_shopper", "open", "confirmed", "undoing"],
  // Back to confirmed only when the parcel had just left.
  undoing: ["undoing", "failed", "cancelled", "confirmed"],
  // Cancelled, or its money could not be captured.
  confirmed: ["undoing"],
  failed: [],
  cancelled: [],
};

export function mayBecome(from: OrderState, to: OrderState): boolean {
  return NEXT[from].includes(to);
}

/** Claims that nothing moves this order any more, except a cancellation of a confirmed one. */
export function isFinal(state: OrderState): boolean {
  return state === "confirmed" || state === "failed" || state === "cancelled";
}
