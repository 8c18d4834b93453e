import { describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { money } from "#kernel/money";
import { compareCharge, isAtRest } from "./compare-charge.ts";
import { nothingDecided, nothingTold, type Payment, type Told } from "./payment.ts";
import { applyProviderFact, type ProviderFact } from "./provider-fact.ts";

const quietSince = new Date("2026-11-20T12:00:00Z");
const at = (seconds: number) => new Date(quietSince.getTime() + seconds * 1_000);
const refundId = newId("refund");
const payment: Payment = {
  paymentId: newId("payment"),
  orderId: newId("order"),
  store: "demo",
  market: "gb",
  provider: "simulator",
  amount: money(10_000, "GBP"),
  told: nothingTold,
  decided: nothingDecided,
  refunds: [],
  sentUntil: at(-100),
  answerBy: at(-40),
  lookCount: 0,
  version: 1,
  createdAt: at(-100),
  updatedAt: at(-90),
  traceparent: null,
};
const refund = {
  refundId,
  amountMinor: 3_000,
  reason: "x",
  status: "pending",
  failureCode: null,
  createdAt: at(-95),
} as const;
const authorised: ProviderFact = { kind: "authorised", expiresAt: null };
const captured: ProviderFact = { kind: "captured", amountMinor: 8_000 };
const refunded: ProviderFact = { kind: "refunded", refundId };
const voided: ProviderFact = { kind: "voided" };
const after = (facts: readonly ProviderFact[], from: Payment = payment) => facts.reduce(applyProviderFact, from);
const found = (ours: Payment, facts: readonly ProviderFact[] | undefined) =>
  compareCharge(ours, facts).map(({ what, expected, found: is }) => [what.split(" ")[0], expected, is]);

describe("a charge", () => {
  it.each([
    ["held", [authorised]],
    ["captured", [authorised, captured]],
    ["refunded", [authorised, captured, refunded]],
    ["voided", [authorised, voided]],
    ["declined", [{ kind: "declined", code: "no" } as const]],
  ])("that is %s on both sides is sound", (_, facts: readonly ProviderFact[]) => {
    expect(found(after(facts, { ...payment, refunds: [refund] }), facts)).toEqual([]);
  });

  it("that the provider tells otherwise is told of, the provider's word first", () => {
    expect(found(after([authorised, voided]), [authorised])).toEqual([["held", 10_000, 0]]);
    expect(found(after([authorised]), [authorised, captured])).toEqual([
      ["held", 0, 10_000],
      ["captured", 8_000, 0],
    ]);
    const ours = after([authorised, captured, refunded], { ...payment, refunds: [refund] });
    expect(found(ours, [authorised, captured])).toEqual([["refunded", 0, 3_000]]);
    expect(found(after([authorised, captured]), [authorised, captured, refunded])).toEqual([
      ["refund", "one of ours", refundId],
    ]);
  });

  it("that the provider never heard of is none of ours, unless money stands against it", () => {
    expect(found(after([authorised, captured]), undefined)).toEqual([["captured", 0, 8_000]]);
    expect(found(after([voided]), undefined)).toEqual([]);
  });
});

describe("a payment is at rest", () => {
  const told = (more: Partial<Told>): Payment => ({ ...payment, told: { ...nothingTold, ...more } });

  it("when nothing changed lately and nothing is on its way, or hangs for an hour", () => {
    expect(isAtRest(after([authorised, captured]), quietSince)).toBe(true);
    expect(isAtRest({ ...after([authorised, captured]), updatedAt: at(1) }, quietSince)).toBe(false);
    expect(isAtRest(payment, quietSince)).toBe(false); // its outcome is not known
    expect(isAtRest({ ...payment, updatedAt: at(-3_700) }, quietSince)).toBe(true);
  });

  it("but not when its authorisation has just run out", () => {
    expect(isAtRest(told({ authorised: { expiresAt: at(-10) } }), quietSince)).toBe(false);
    expect(isAtRest(told({ authorised: { expiresAt: at(10) } }), quietSince)).toBe(true);
  });
});
