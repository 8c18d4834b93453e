import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { money } from "#kernel/money";
import { announcementsBetween } from "./announcements.ts";
import { balancesOf, linesBetween, type LedgerLine } from "./ledger.ts";
import { mayGiveUp, nextStep, nextStepAt } from "./next-step.ts";
import { nothingDecided, nothingTold, refundableMinor, stateOf, type Payment, type Refund } from "./payment.ts";
import { applyProviderFact, type ProviderFact } from "./provider-fact.ts";

const now = new Date("2026-11-20T12:00:00Z");
const later = new Date("2026-11-20T12:05:00Z");
const seconds = (count: number) => new Date(now.getTime() + count * 1_000);

const pendingRefund = (amountMinor: number): Refund => ({
  refundId: newId("refund"),
  amountMinor,
  reason: "returned",
  status: "pending",
  failureCode: null,
  createdAt: now,
});
const refunds = [pendingRefund(3_000), pendingRefund(1_000)];
const [large, small] = [refunds[0]!, refunds[1]!];

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
  sentUntil: seconds(3),
  answerBy: seconds(60),
  lookCount: 0,
  version: 1,
  createdAt: now,
  updatedAt: now,
  traceparent: null,
};
const withRefunds: Payment = { ...payment, refunds };
const after = (facts: readonly ProviderFact[], from = payment) => facts.reduce(applyProviderFact, from);

const authorised: ProviderFact = { kind: "authorised", expiresAt: later };
const captured: ProviderFact = { kind: "captured", amountMinor: 10_000 };
const challenge: ProviderFact = { kind: "challenge_required", url: "/pay/1", expiresAt: later };

const anyFact: fc.Arbitrary<ProviderFact> = fc.oneof(
  fc.record({
    kind: fc.constant("challenge_required" as const),
    url: fc.constantFrom("/pay/1", "/pay/2"),
    expiresAt: fc.constantFrom(now, later),
  }),
  fc.record({ kind: fc.constant("authorised" as const), expiresAt: fc.constantFrom(now, later, null) }),
  fc.record({
    kind: fc.constant("card_known" as const),
    brand: fc.constantFrom("visa", "amex"),
    last4: fc.constantFrom("4242", "0005"),
  }),
  fc.record({ kind: fc.constant("declined" as const), code: fc.constantFrom("do_not_honour", "stolen_card") }),
  fc.record({ kind: fc.constant("captured" as const), amountMinor: fc.constantFrom(6_000, 10_000) }),
  fc.record({ kind: fc.constant("capture_refused" as const), code: fc.constantFrom("authorisation_gone", "closed") }),
  fc.constant({ kind: "voided" as const }),
  fc.record({ kind: fc.constant("refunded" as const), refundId: fc.constantFrom(large.refundId, small.refundId) }),
  fc.record({
    kind: fc.constant("refund_failed" as const),
    refundId: fc.constantFrom(large.refundId, small.refundId),
    code: fc.constantFrom("closed_account", "refund_failed"),
  }),
);

/** A set of facts, and the same facts again in another order, some of them more than once. */
const factsTwoWays = fc.array(anyFact, { maxLength: 8 }).chain((facts) =>
  fc.record({
    facts: fc.constant(facts),
    shuffled: fc
      .tuple(fc.subarray(facts), fc.subarray(facts))
      .chain(([some, more]) =>
        fc.shuffledSubarray([...facts, ...some, ...more], { minLength: facts.length + some.length + more.length }),
      ),
  }),
);

describe("applyProviderFact", () => {
  it("leads to the same payment whatever the order and repetition of the facts", () => {
    fc.assert(
      fc.property(factsTwoWays, ({ facts, shuffled }) => {
        expect(after(shuffled, withRefunds)).toEqual(after(facts, withRefunds));
      }),
      { numRuns: 3_000 },
    );
  });

  it("leads to the same balances, line by line, whatever the order", () => {
    fc.assert(
      fc.property(factsTwoWays, ({ facts, shuffled }) => {
        expect(posted(shuffled)).toEqual(balancesOf(after(facts, withRefunds)));
      }),
      { numRuns: 1_000 },
    );
  });

  it("would notice an order-dependent rule: last fact wins is one", () => {
    const lastWins = (facts: readonly ProviderFact[]) => facts.findLast((fact) => fact.kind === "declined")?.code;
    const property = fc.property(factsTwoWays, ({ facts, shuffled }) => lastWins(facts) === lastWins(shuffled));
    expect(fc.check(property, { numRuns: 3_000 }).failed).toBe(true);
  });

  it("returns the very payment when a fact is no news", () => {
    const held = after([authorised, captured]);
    expect(after([captured, authorised, captured], held)).toBe(held);
  });
});

/** Balances that the ledger shows after facts came one by one, checked posting by posting. */
function posted(facts: readonly ProviderFact[]) {
  const balances = { shopper: 0, held: 0, merchant: 0 };
  let present = withRefunds;
  for (const fact of facts) {
    const next = applyProviderFact(present, fact);
    const lines = linesBetween(present, next);
    expect(sumOf(lines)).toBe(0);
    for (const line of lines) expect((balances[line.account] += line.amountMinor)).toBe(line.balanceMinor);
    present = next;
  }
  return balances;
}

function sumOf(lines: readonly LedgerLine[]): number {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0);
}

describe("stateOf", () => {
  const refunded = (refundId: Refund["refundId"]): ProviderFact => ({ kind: "refunded", refundId });

  it.each([
    ["authorising", []],
    ["challenge", [challenge]],
    ["authorised", [challenge, authorised]],
    ["declined", [challenge, { kind: "declined", code: "challenge_refused" }]],
    ["captured", [authorised, captured]],
    ["captured", [captured]],
    ["partially_refunded", [authorised, captured, refunded(large.refundId)]],
    ["refunded", [{ kind: "captured", amountMinor: 4_000 }, refunded(large.refundId), refunded(small.refundId)]],
    ["voided", [authorised, { kind: "voided" }]],
    ["failed", [authorised, { kind: "capture_refused", code: "authorisation_gone" }]],
  ] as const)("is %s", (status, facts) => {
    expect(stateOf(after(facts, withRefunds)).status).toBe(status);
  });

  it("is failed, not voided, when a charge that nobody heard of was closed", () => {
    const givenUp = { ...payment, decided: { ...nothingDecided, isGivenUp: true } };
    expect(stateOf(after([{ kind: "voided" }], givenUp))).toEqual({ status: "failed", code: "no_answer" });
  });

  it("leaves to refund what is captured and neither refunded nor on its way", () => {
    expect(refundableMinor(after([captured], withRefunds))).toBe(6_000);
    expect(
      refundableMinor(after([captured, { kind: "refund_failed", refundId: large.refundId, code: "x" }], withRefunds)),
    ).toBe(9_000);
  });
});

describe("linesBetween", () => {
  it("lets go of what a partial capture leaves", () => {
    const lines = linesBetween(after([authorised]), after([authorised, { kind: "captured", amountMinor: 6_000 }]));
    expect(
      lines.map(({ kind, account, amountMinor, balanceMinor }) => [kind, account, amountMinor, balanceMinor]),
    ).toEqual([
      ["captured", "held", -6_000, 4_000],
      ["captured", "merchant", 6_000, 6_000],
      ["released", "held", -4_000, 0],
      ["released", "shopper", 4_000, -6_000],
    ]);
  });
});

describe("announcementsBetween", () => {
  const kinds = (before: Payment, then: Payment) =>
    announcementsBetween(before, then, now).map(({ kind }) => kind.name);

  it("tells of an authorisation that is only known by its capture", () => {
    expect(kinds(payment, after([captured]))).toEqual(["PaymentAuthorised", "PaymentCaptured"]);
  });

  it("tells of no authorisation that nobody wants any more", () => {
    const unwanted = { ...payment, decided: { ...nothingDecided, isVoidWanted: true } };
    expect(kinds(unwanted, after([authorised], unwanted))).toEqual([]);
    expect(kinds(unwanted, after([authorised, { kind: "voided" }], unwanted))).toEqual(["PaymentVoided"]);
  });

  it("tells of nothing twice", () => {
    const held = after([authorised, captured]);
    expect(kinds(held, after([challenge], held))).toEqual([]);
  });
});

describe("nextStep", () => {
  const decided = (change: Partial<Payment["decided"]>, from = payment) => ({
    ...from,
    decided: { ...nothingDecided, ...change },
  });

  it("asks about a charge without an answer, after 1, 2, 4 … at most 300 s", () => {
    expect(nextStep(payment)).toEqual({ kind: "look_up", at: null });
    const pauses = [0, 1, 2, 9, 40].map(
      (lookCount) => nextStepAt({ ...payment, answerBy: now, lookCount }, now)!.getTime() - now.getTime(),
    );
    expect(pauses).toEqual([1_000, 2_000, 4_000, 300_000, 300_000]);
  });

  it("asks at the latest when the time of a charge without an outcome is over", () => {
    expect(nextStepAt({ ...payment, lookCount: 3 }, now)).toEqual(seconds(8));
    expect(nextStepAt({ ...payment, lookCount: 9 }, now)).toEqual(payment.answerBy);
  });

  it("voids whatever is unwanted and not over", () => {
    expect(nextStep(decided({ isVoidWanted: true }))).toEqual({ kind: "void" });
    expect(nextStep(decided({ isVoidWanted: true }, after([authorised])))).toEqual({ kind: "void" });
    expect(nextStep(decided({ isVoidWanted: true }, after([authorised, { kind: "voided" }])))).toBeUndefined();
  });

  it("captures what is authorised and wanted", () => {
    expect(nextStep(decided({ captureMinor: 500 }, after([authorised])))).toEqual({
      kind: "capture",
      amountMinor: 500,
    });
    expect(nextStep(decided({ captureMinor: 500 }, after([captured])))).toBeUndefined();
  });

  it("gives up what was never heard of only when no request can be on its way any more", () => {
    expect(mayGiveUp(payment, seconds(12), 10_000)).toBe(false);
    expect(mayGiveUp(payment, seconds(14), 10_000)).toBe(true);
    expect(mayGiveUp(after([authorised]), seconds(60), 10_000)).toBe(false);
  });

  it("gives up whatever has no outcome when its time is over", () => {
    expect(mayGiveUp(payment, seconds(59), undefined)).toBe(false);
    expect(mayGiveUp(payment, seconds(60), undefined)).toBe(true);
    expect(mayGiveUp({ ...payment, sentUntil: seconds(62) }, seconds(60), 10_000)).toBe(true);
    expect(mayGiveUp(after([challenge]), seconds(60), undefined)).toBe(false);
  });
});
