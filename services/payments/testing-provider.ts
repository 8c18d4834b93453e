import { describe, expect, it } from "vitest";
import { newId, type Id } from "#kernel/id";
import { money } from "#kernel/money";
import type { Ctx } from "#platform/ctx";
import type { ProviderFact } from "./model/provider-fact.ts";
import type { Card, Provider } from "./provider.ts";

/** What the suite needs of a provider's test mode. */
export type ProviderUnderTest = {
  readonly provider: Provider;
  readonly ctx: () => Ctx;
  readonly cards: {
    readonly approved: Card;
    readonly declined: Card;
    readonly challenged: Card;
    readonly lostAnswer: Card;
    readonly lostRequest: Card;
  };
};

const amount = money(10_000, "GBP");
const part = (amountMinor: number) => money(amountMinor, "GBP");
const kinds = (facts: readonly ProviderFact[] | undefined) =>
  facts?.map((fact) => fact.kind).filter((kind) => kind !== "card_known");

type CardName = keyof ProviderUnderTest["cards"];

/** What payments relies on, whoever the provider is. Every implementation of `Provider` runs it. */
export function describeProvider(name: string, tested: () => ProviderUnderTest): void {
  describe(`payment provider ${name}: authorise`, () => void authorising(tested));
  describe(`payment provider ${name}: by key`, () => void byKey(tested));
  describe(`payment provider ${name}: void, capture, refund`, () => void afterwards(tested));
}

function authorising(tested: () => ProviderUnderTest): void {
  it("answers a bad card with a reason, and a good one with its last digits only", async () => {
    const { approved } = tested().cards;
    expect(await tested().provider.tokenise({ ...approved, number: "4242424242424241" }, tested().ctx())).toMatchObject(
      {
        field: "number",
      },
    );
    const good = await tested().provider.tokenise(approved, tested().ctx());
    expect(good).toMatchObject({ last4: approved.number.slice(-4) });
    expect(JSON.stringify(good)).not.toContain(approved.number);
  });

  it("authorises, declines and challenges", async () => {
    expect(kinds((await authorise(tested(), "approved")).facts)).toEqual(["authorised"]);
    expect(kinds((await authorise(tested(), "declined")).facts)).toEqual(["declined"]);
    expect(kinds((await authorise(tested(), "challenged")).facts)).toEqual(["challenge_required"]);
  });

  it("takes a token once", async () => {
    const token = await tokenOf(tested(), "approved");
    const pay = () => tested().provider.authorise({ paymentId: newId("payment"), amount, token }, tested().ctx());
    expect(kinds(await pay())).toEqual(["authorised"]);
    expect(kinds(await pay())).toEqual(["declined"]);
  });
}

function byKey(tested: () => ProviderUnderTest): void {
  it("charges once per key, also when asked ten times at once", async () => {
    const paymentId = newId("payment");
    const tokens = await Promise.all(Array.from({ length: 10 }, () => tokenOf(tested(), "approved")));
    const answers = await Promise.allSettled(
      tokens.map((token) => tested().provider.authorise({ paymentId, amount, token }, tested().ctx())),
    );
    const told = answers.filter((answer) => answer.status === "fulfilled").map((answer) => answer.value);
    expect(told.length).toBeGreaterThan(0);
    for (const facts of told) expect(facts).toEqual(told[0]);
  });

  it("finds a charge whose answer was lost, and none where the request was", async () => {
    const [lostAnswer, lostRequest] = [newId("payment"), newId("payment")];
    await expect(authorise(tested(), "lostAnswer", lostAnswer)).rejects.toBeInstanceOf(Error);
    await expect(authorise(tested(), "lostRequest", lostRequest)).rejects.toBeInstanceOf(Error);
    expect(kinds(await tested().provider.findCharge(lostAnswer, tested().ctx()))).toEqual(["authorised"]);
    expect(await tested().provider.findCharge(lostRequest, tested().ctx())).toBeUndefined();
  });

  it("bars a key that is voided before it is charged", async () => {
    const paymentId = newId("payment");
    expect(kinds(await tested().provider.void(paymentId, tested().ctx()))).toEqual(["voided"]);
    expect(kinds((await authorise(tested(), "approved", paymentId)).facts)).toEqual(["voided"]);
  });
}

function afterwards(tested: () => ProviderUnderTest): void {
  it("voids an authorisation, again and again, and then captures no more", async () => {
    const { paymentId } = await authorise(tested(), "approved");
    const first = await tested().provider.void(paymentId, tested().ctx());
    expect(kinds(first)).toEqual(["authorised", "voided"]);
    expect(await tested().provider.void(paymentId, tested().ctx())).toEqual(first);
    expect(kinds(await tested().provider.capture({ paymentId, amount }, tested().ctx()))).toEqual(["capture_refused"]);
  });

  it("captures once, tells a later void that it is captured, and lets a part be captured", async () => {
    const paymentId = await captured(tested());
    expect(kinds(await tested().provider.capture({ paymentId, amount }, tested().ctx()))).toEqual([
      "authorised",
      "captured",
    ]);
    expect(kinds(await tested().provider.void(paymentId, tested().ctx()))).toEqual(["authorised", "captured"]);
    const partly = await authorise(tested(), "approved");
    const facts = await tested().provider.capture({ paymentId: partly.paymentId, amount: part(4_000) }, tested().ctx());
    expect(facts).toContainEqual({ kind: "captured", amountMinor: 4_000 });
  });

  it("refunds once per key and never beyond the capture", async () => {
    const paymentId = await captured(tested());
    const [first, second] = [newId("refund"), newId("refund")];
    const give = (refundId: Id<"refund">, amountMinor: number) =>
      tested().provider.refund({ refundId, paymentId, amount: part(amountMinor) }, tested().ctx());
    const once = await give(first, 6_000);
    expect(once).toContainEqual({ kind: "refunded", refundId: first });
    expect(await give(first, 6_000)).toEqual(once);
    expect(await give(second, 5_000)).toContainEqual(
      expect.objectContaining({ kind: "refund_failed", refundId: second }),
    );
    expect(await give(newId("refund"), 4_000)).toHaveLength(once.length + 1);
  });
}

async function tokenOf({ provider, ctx, cards }: ProviderUnderTest, card: CardName): Promise<string> {
  const answer = await provider.tokenise(cards[card], ctx());
  if ("field" in answer) throw new Error(`The card was refused: ${answer.reason}`);
  return answer.token;
}

async function authorise(tested: ProviderUnderTest, card: CardName, paymentId: Id<"payment"> = newId("payment")) {
  const facts = await tested.provider.authorise(
    { paymentId, amount, token: await tokenOf(tested, card) },
    tested.ctx(),
  );
  return { paymentId, facts };
}

async function captured(tested: ProviderUnderTest): Promise<Id<"payment">> {
  const { paymentId } = await authorise(tested, "approved");
  await tested.provider.capture({ paymentId, amount }, tested.ctx());
  return paymentId;
}
