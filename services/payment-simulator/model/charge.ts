import type { Money } from "#kernel/money";
import type { CardBehaviour } from "../contract.ts";

/** A charge in the provider's books. Every change makes `version` one more. */
export type ChargeRecord = {
  readonly key: string;
  readonly chargeId: string;
  /** Of whoever asked for it: its events go there. */
  readonly store: string;
  readonly market: string;
  readonly status: "processing" | "challenge" | "authorised" | "declined" | "captured" | "voided";
  readonly amount: Money | null;
  readonly behaviour: CardBehaviour | null;
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly wasAuthorised: boolean;
  readonly capturedMinor: number;
  readonly declineCode: string | null;
  readonly returnUrl: string | null;
  readonly dueAt: Date | null;
  readonly refunds: readonly RefundRecord[];
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type RefundRecord = {
  readonly key: string;
  readonly amountMinor: number;
  readonly status: "succeeded" | "failed";
  readonly failureCode: string | null;
};

export type CardOnFile = { readonly brand: string; readonly last4: string; readonly behaviour: CardBehaviour };

/** What names a charge before anything is known of it. */
export type ChargeName = Pick<ChargeRecord, "key" | "chargeId" | "store" | "market">;

export type ChargeRequest = ChargeName & {
  readonly amount: Money;
  readonly returnUrl: string | null;
  readonly challengeSeconds: number;
  readonly slowAnswerMs: number;
};

/** Card schemes let an authorisation go after about a week. */
const AUTHORISATION_DAYS = 7;
const DAY_MS = 86_400_000;

/** A new charge and what the card makes of it; without a card (unknown, used or expired token) it is declined. */
export function openCharge(request: ChargeRequest, card: CardOnFile | undefined, now: Date): ChargeRecord {
  const fresh: ChargeRecord = {
    key: request.key,
    chargeId: request.chargeId,
    store: request.store,
    market: request.market,
    status: "processing",
    amount: request.amount,
    behaviour: card?.behaviour ?? null,
    card: card === undefined ? null : { brand: card.brand, last4: card.last4 },
    wasAuthorised: false,
    capturedMinor: 0,
    declineCode: null,
    returnUrl: request.returnUrl,
    dueAt: null,
    refunds: [],
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  switch (card?.behaviour) {
    case undefined:
      return { ...fresh, status: "declined", declineCode: "token_not_valid" };
    case "insufficient_funds":
    case "do_not_honour":
    case "stolen_card":
    case "expired_card":
      return { ...fresh, status: "declined", declineCode: card!.behaviour };
    case "challenge":
      return { ...fresh, status: "challenge", dueAt: later(now, request.challengeSeconds * 1_000) };
    case "slow":
      return { ...fresh, dueAt: later(now, request.slowAnswerMs) };
    default:
      return { ...fresh, status: "authorised", wasAuthorised: true, dueAt: later(now, AUTHORISATION_DAYS * DAY_MS) };
  }
}

/** The tombstone of a key that was voided before it was charged. */
export function tombstone(name: ChargeName, now: Date): ChargeRecord {
  const nothing = {
    amount: null,
    behaviour: null,
    card: null,
    declineCode: null,
    returnUrl: null,
    dueAt: null,
    refunds: [],
  };
  return {
    ...name,
    status: "voided",
    wasAuthorised: false,
    capturedMinor: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...nothing,
  };
}

/** What happened by itself until `now`: a slow answer came, a challenge or an authorisation ran out. The same charge when nothing did. */
export function settleDue(charge: ChargeRecord, now: Date): ChargeRecord {
  if (charge.dueAt === null || charge.dueAt > now) return charge;
  if (charge.status === "processing") return authorised(charge, now);
  if (charge.status === "challenge")
    return changed(charge, now, { status: "declined", declineCode: "challenge_expired", dueAt: null });
  if (charge.status === "authorised") return changed(charge, now, { status: "voided", dueAt: null });
  return charge;
}

/** The shopper's answer on the challenge page; no effect once the challenge is over. */
export function answerChallenge(charge: ChargeRecord, isAccepted: boolean, now: Date): ChargeRecord {
  if (charge.status !== "challenge") return charge;
  if (isAccepted) return authorised(charge, now);
  return changed(charge, now, { status: "declined", declineCode: "challenge_refused", dueAt: null });
}

/** Takes the amount. A repeat with the same amount changes nothing; otherwise a code says why it cannot be. */
export function captureCharge(charge: ChargeRecord, amount: Money, now: Date): ChargeRecord | string {
  if (charge.status === "captured") return charge.capturedMinor === amount.amountMinor ? charge : "already_captured";
  if (charge.status === "voided" && charge.wasAuthorised) return "authorisation_gone";
  if (charge.status !== "authorised" || charge.amount === null) return "not_authorised";
  if (amount.currency !== charge.amount.currency || amount.amountMinor > charge.amount.amountMinor)
    return "amount_too_large";
  return changed(charge, now, { status: "captured", capturedMinor: amount.amountMinor, dueAt: null });
}

/** Lets the amount go; undefined when it was taken already. A declined or voided charge stays as it is. */
export function voidCharge(charge: ChargeRecord, now: Date): ChargeRecord | undefined {
  if (charge.status === "captured") return undefined;
  if (charge.status === "voided" || charge.status === "declined") return charge;
  return changed(charge, now, { status: "voided", dueAt: null });
}

/** Adds a refund; undefined when it is more than is left. */
export function refundCharge(
  charge: ChargeRecord,
  refund: { key: string; amountMinor: number },
  now: Date,
): ChargeRecord | undefined {
  if (refund.amountMinor > refundableMinor(charge)) return undefined;
  const isFailing = charge.behaviour === "refund_fails";
  const outcome = isFailing
    ? { status: "failed" as const, failureCode: "refund_failed" }
    : { status: "succeeded" as const, failureCode: null };
  return changed(charge, now, { refunds: [...charge.refunds, { ...refund, ...outcome }] });
}

export function refundableMinor(charge: ChargeRecord): number {
  const given = charge.refunds.filter((refund) => refund.status === "succeeded");
  return charge.capturedMinor - given.reduce((sum, refund) => sum + refund.amountMinor, 0);
}

/** Which snapshots go out as events after a change: a well-behaved provider sends one, test cards may lose or shuffle them. */
export function snapshotsToSend(before: ChargeRecord | undefined, after: ChargeRecord): readonly ChargeRecord[] {
  if (after.amount === null || after === before) return [];
  if (after.behaviour === "charges_without_answer" && after.status === "authorised") return [];
  if (after.behaviour !== "noisy_events") return [after];
  return before === undefined ? [after, after] : [after, before, after];
}

function authorised(charge: ChargeRecord, now: Date): ChargeRecord {
  return changed(charge, now, {
    status: "authorised",
    wasAuthorised: true,
    dueAt: later(now, AUTHORISATION_DAYS * DAY_MS),
  });
}

function changed(charge: ChargeRecord, now: Date, change: Partial<ChargeRecord>): ChargeRecord {
  return { ...charge, ...change, version: charge.version + 1, updatedAt: now };
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
