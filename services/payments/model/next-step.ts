import { stateOf, type Payment } from "./payment.ts";

/** What has to be done with the provider about a payment. */
export type Step =
  | { readonly kind: "look_up"; readonly at: Date | null }
  | { readonly kind: "void" }
  | { readonly kind: "capture"; readonly amountMinor: number };

/** The step that a payment waits for; undefined when the provider has nothing left to do or to tell. Refunds go their own way. */
export function nextStep(payment: Payment): Step | undefined {
  const { decided } = payment;
  const state = stateOf(payment);
  const isUnwanted = decided.isVoidWanted || decided.isGivenUp;
  switch (state.status) {
    case "authorising":
      return isUnwanted ? { kind: "void" } : { kind: "look_up", at: null };
    case "challenge":
      return isUnwanted ? { kind: "void" } : { kind: "look_up", at: state.expiresAt };
    case "authorised":
      if (isUnwanted) return { kind: "void" };
      if (decided.captureMinor !== null) return { kind: "capture", amountMinor: decided.captureMinor };
      return state.expiresAt === null ? undefined : { kind: "look_up", at: state.expiresAt };
    case "failed":
      // A refused capture may leave the amount held.
      return payment.told.captureRefusal !== null && !payment.told.isVoided ? { kind: "void" } : undefined;
    default:
      return undefined;
  }
}

/** Claims that the payment will change by itself: its outcome is open, or something that was decided is not done yet. */
export function isMoving(payment: Payment): boolean {
  const { status } = stateOf(payment);
  const step = nextStep(payment);
  const isOpen = status === "authorising" || status === "challenge";
  const isDecided = step !== undefined && step.kind !== "look_up";
  return isOpen || isDecided || payment.refunds.some((refund) => refund.status === "pending");
}

const FIRST_LOOK_MS = 1_000;
/** Longer than a request may take, so that a step that is under way is not taken again beside it. */
const FIRST_RETRY_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
const CHALLENGE_PAUSE_MS = 20_000;
/** Lets the provider notice a deadline before we ask about it. */
const GRACE_MS = 1_000;

/** When to take the next step (again) after `lookCount` fruitless tries: 1, 2, 4 … 300 s (a void or a
 *  capture first after 5 s), and when the time of a charge without an outcome is over; at the deadline that a look-up waits
 *  for, and during a challenge also every 20 s, should the event about it be lost. Null: never. */
export function nextStepAt(payment: Payment, now: Date): Date | null {
  const step = nextStep(payment);
  if (step === undefined) return null;
  const pauseMs = doubled(step.kind === "look_up" ? FIRST_LOOK_MS : FIRST_RETRY_MS, payment.lookCount);
  if (step.kind !== "look_up") return later(now, pauseMs);
  if (step.at === null)
    return payment.answerBy > now ? earliest(later(now, pauseMs), payment.answerBy) : later(now, pauseMs);
  const deadline = later(step.at, GRACE_MS);
  const isPast = deadline <= now;
  if (isPast) return later(now, pauseMs);
  if (stateOf(payment).status === "authorised") return deadline;
  return earliest(deadline, later(now, CHALLENGE_PAUSE_MS));
}

/** Claims that a charge without an outcome may be given up: its time is over, or the provider never heard of it
 *  (`unheardLimitMs`, else undefined) and no request of ours can still be on its way there. */
export function mayGiveUp(payment: Payment, now: Date, unheardLimitMs: number | undefined): boolean {
  if (stateOf(payment).status !== "authorising") return false;
  const isUnheard = unheardLimitMs !== undefined && now.getTime() > payment.sentUntil.getTime() + unheardLimitMs;
  return isUnheard || now >= payment.answerBy;
}

/** When the next pending refund is to be sent again. */
export function nextRefundAt(tries: number, now: Date): Date {
  return later(now, doubled(FIRST_RETRY_MS, tries));
}

function doubled(firstMs: number, times: number): number {
  return Math.min(LONGEST_PAUSE_MS, firstMs * 2 ** Math.min(times, 20));
}

function earliest(one: Date, other: Date): Date {
  return one < other ? one : other;
}

function later(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
