import { describe, expect, it } from "vitest";
import type { OrderState } from "../contract.ts";
import { backOffMs, decide, isFinal, mayBecome, SAFETY_MS, type Decision, type Outcome } from "./saga.ts";

const now = new Date("2026-11-20T12:00:00Z");
const inMs = (ms: number) => new Date(now.getTime() + ms);
const challenge = { kind: "challenge", url: "/pay", expiresAt: inMs(300_000).toISOString() } as const;
const declined = { code: "payment_declined", declineCode: "do_not_honour" } as const;
const expired = { code: "reservation_expired" } as const;

const OUTCOMES: readonly Outcome[] = [
  { kind: "done" },
  { kind: "shopper", nextAction: challenge },
  { kind: "unknown" },
  { kind: "refused", failure: declined },
  { kind: "refused", failure: expired },
];

/** What each outcome leads to while the stock is held for `heldForMs` more. */
function decisions(state: OrderState, heldForMs: number): Decision[] {
  return OUTCOMES.map((outcome) => decide({ state, attempts: 0, heldUntil: inMs(heldForMs) }, outcome, now));
}

describe("an order under way", () => {
  it.each(["open", "awaiting_shopper"] as const)("that is %s and held goes by the outcome", (state) => {
    const wakeAt = inMs(300_000);
    expect(decisions(state, 600_000)).toEqual([
      { kind: "confirm" },
      { kind: "await", nextAction: challenge, wakeAt },
      { kind: "wait", wakeAt: inMs(500) },
      { kind: "undo", failure: declined },
      { kind: "undo", failure: state === "open" ? expired : { code: "payment_abandoned" } },
    ]);
  });

  it.each(["open", "awaiting_shopper"] as const)(
    "that is %s waits for nobody once the stock is about to be lost",
    (state) => {
      const [confirmed, awaited, waited] = decisions(state, SAFETY_MS);
      expect(confirmed).toEqual({ kind: "confirm" });
      expect(awaited).toEqual({ kind: "undo", failure: { code: "payment_abandoned" } });
      expect(waited).toEqual({ kind: "undo", failure: { code: "payment_unavailable" } });
    },
  );

  it("gives the shopper until a minute before the stock is lost, or the end of the challenge", () => {
    const [, awaited] = decisions("open", 200_000);
    expect(awaited).toMatchObject({
      wakeAt: inMs(140_000),
      nextAction: { expiresAt: inMs(140_000).toISOString() },
    });
  });

  it("asks again after half a second, then ever more slowly", () => {
    expect([0, 1, 3, 4, 500].map((attempts) => backOffMs(attempts, { longestMs: 5_000 }))).toEqual([
      500, 1_000, 4_000, 5_000, 5_000,
    ]);
  });
});

describe("the states", () => {
  const states: readonly OrderState[] = ["open", "awaiting_shopper", "confirmed", "undoing", "failed", "cancelled"];
  const ways = states.flatMap((from) => states.filter((to) => mayBecome(from, to)).map((to) => `${from} > ${to}`));

  it("lead one way, but for a cancellation that came too late", () => {
    expect(ways).toEqual([
      "open > open",
      "open > awaiting_shopper",
      "open > confirmed",
      "open > undoing",
      "awaiting_shopper > open",
      "awaiting_shopper > awaiting_shopper",
      "awaiting_shopper > confirmed",
      "awaiting_shopper > undoing",
      "confirmed > undoing",
      "undoing > confirmed",
      "undoing > undoing",
      "undoing > failed",
      "undoing > cancelled",
    ]);
  });

  it("end in three", () => {
    expect(states.filter(isFinal)).toEqual(["confirmed", "failed", "cancelled"]);
  });
});
