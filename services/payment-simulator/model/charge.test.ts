import { describe, expect, it } from "vitest";
import type { CardBehaviour } from "../contract.ts";
import { testCards } from "../contract.ts";
import { hasLuhnChecksum } from "./card-number.ts";
import {
  answerChallenge,
  captureCharge,
  openCharge,
  refundCharge,
  settleDue,
  snapshotsToSend,
  tombstone,
  voidCharge,
  type ChargeRecord,
} from "./charge.ts";

const now = new Date("2026-11-20T12:00:00Z");
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const amount = { amountMinor: 5_000, currency: "GBP" };
const request = {
  key: "payment-1",
  chargeId: "c",
  store: "demo",
  market: "gb",
  amount,
  returnUrl: null,
  challengeSeconds: 300,
  slowAnswerMs: 5_000,
};
const open = (behaviour: CardBehaviour) => openCharge(request, { brand: "visa", last4: "4242", behaviour }, now);
const captured = (charge: ChargeRecord) => captureCharge(charge, amount, now) as ChargeRecord;

describe("test cards", () => {
  it("have valid checksums and are all different", () => {
    expect(testCards.filter((card) => !hasLuhnChecksum(card.number))).toEqual([]);
    expect(new Set(testCards.map((card) => card.number)).size).toBe(testCards.length);
  });
});

describe("openCharge", () => {
  it.each([
    ["succeeds", "authorised", null],
    ["insufficient_funds", "declined", "insufficient_funds"],
    ["stolen_card", "declined", "stolen_card"],
    ["challenge", "challenge", null],
    ["slow", "processing", null],
    ["charges_without_answer", "authorised", null],
  ] as const)("%s → %s", (behaviour, status, declineCode) => {
    expect(open(behaviour)).toMatchObject({ status, declineCode });
  });

  it("declines a token that is unknown, used or too old", () => {
    expect(openCharge(request, undefined, now)).toMatchObject({ status: "declined", declineCode: "token_not_valid" });
  });
});

describe("a charge", () => {
  it("is confirmed or refused by the shopper once", () => {
    const confirmed = answerChallenge(open("challenge"), true, now);
    expect(confirmed).toMatchObject({ status: "authorised", wasAuthorised: true, version: 2 });
    expect(answerChallenge(confirmed, false, now)).toBe(confirmed);
    expect(answerChallenge(open("challenge"), false, now)).toMatchObject({ declineCode: "challenge_refused" });
  });

  it("runs out: a challenge after its minutes, an authorisation after a week", () => {
    expect(settleDue(open("challenge"), inDays(1))).toMatchObject({
      status: "declined",
      declineCode: "challenge_expired",
    });
    expect(settleDue(open("succeeds"), inDays(6)).status).toBe("authorised");
    expect(settleDue(open("succeeds"), inDays(8))).toMatchObject({ status: "voided", wasAuthorised: true });
    expect(captureCharge(settleDue(open("succeeds"), inDays(8)), amount, now)).toBe("authorisation_gone");
  });

  it("is captured once and then not voided", () => {
    const taken = captured(open("succeeds"));
    expect(captureCharge(taken, amount, now)).toBe(taken);
    expect(captureCharge(taken, { ...amount, amountMinor: 1 }, now)).toBe("already_captured");
    expect(voidCharge(taken, now)).toBeUndefined();
  });

  it("is never refunded beyond its capture", () => {
    const once = refundCharge(captured(open("succeeds")), { key: "refund-1", amountMinor: 3_000 }, now)!;
    expect(refundCharge(once, { key: "refund-2", amountMinor: 2_001 }, now)).toBeUndefined();
    expect(refundCharge(once, { key: "refund-2", amountMinor: 2_000 }, now)!.refunds).toHaveLength(2);
  });

  it("cannot come back from its tombstone", () => {
    const stone = tombstone(request, now);
    expect(captureCharge(stone, amount, now)).toBe("not_authorised");
    expect(voidCharge(stone, now)).toBe(stone);
  });
});

describe("snapshotsToSend", () => {
  it("loses, repeats and shuffles only where the card says so", () => {
    const [plain, lost, noisy] = [open("succeeds"), open("charges_without_answer"), open("noisy_events")];
    expect(snapshotsToSend(undefined, plain)).toEqual([plain]);
    expect(snapshotsToSend(undefined, lost)).toEqual([]);
    expect(snapshotsToSend(undefined, noisy)).toEqual([noisy, noisy]);
    expect(snapshotsToSend(noisy, captured(noisy)).map((one) => one.status)).toEqual([
      "captured",
      "authorised",
      "captured",
    ]);
    expect(snapshotsToSend(undefined, tombstone(request, now))).toEqual([]);
  });
});
