import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "#kernel/id";
import { paymentSimulator } from "#payment-simulator/contract";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { payments } from "./contract.ts";
import { PaymentAuthorised, PaymentDeclined } from "./events.ts";
import { letTimePass, pay, startPayments, statusOf, tokenOf } from "./testing-payments.ts";

// The limit is its default of 60 s. A request is lost after 9 s; what the provider never heard of is given up 10 s after the last one.
let shop: TestShop;
beforeAll(async () => {
  shop = await startPayments(simulatorService);
}, 60_000);
afterAll(() => shop.stop());

async function told(paymentId: Id<"payment">) {
  await shop.settle();
  const events = [...(await shop.heard(PaymentAuthorised)), ...(await shop.heard(PaymentDeclined))];
  return events.filter((event) => event.subject === paymentId).map(({ type, data }) => ({ type, data }));
}

const noAnswer = [{ type: "payments.PaymentDeclined.v1", data: expect.objectContaining({ declineCode: "no_answer" }) }];

/** Asks again every 10 s, as an order does, for 50 s. */
async function askForFiftySeconds(input: Awaited<ReturnType<typeof pay>>["input"]): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await letTimePass(shop, 10_000);
    expect(await shop.call(payments.authorise, input)).toEqual({ paymentId: input.paymentId, status: "pending" });
  }
}

/** Makes the provider fail whatever it is asked; resolves to what brings it back. */
async function killProvider(): Promise<() => Promise<unknown>> {
  const { db } = shop.context("payment-simulator");
  await db.run(sql`alter table charge rename to charge_away`);
  return () => db.run(sql`alter table charge_away rename to charge`);
}

describe("a charge without an answer", () => {
  it("is barred at the provider and has failed after the limit, however often it is asked for", async () => {
    const { paymentId, input } = await pay(shop, "silent");
    await askForFiftySeconds(input);
    expect(await statusOf(shop, paymentId)).toBe("authorising");
    await letTimePass(shop, 10_000);
    expect(await statusOf(shop, paymentId)).toBe("failed");
    expect(await shop.call(payments.authorise, input)).toMatchObject({ status: "declined", declineCode: "no_answer" });
    expect(await told(paymentId)).toEqual(noAnswer);
    const late = { key: paymentId, amount: input.amount, token: await tokenOf(shop, "succeeds") };
    expect(await shop.call(paymentSimulator.authorise, late)).toMatchObject({ status: "voided", wasAuthorised: false });
  });

  it("is not sent again once its time is over", async () => {
    const { paymentId, input } = await pay(shop, "silent");
    await askForFiftySeconds(input);
    shop.advanceClock(10_000);
    const again = { ...input, token: await tokenOf(shop, "succeeds") };
    expect(await shop.call(payments.authorise, again)).toEqual({ paymentId, status: "pending" });
    expect((await shop.call(paymentSimulator.findCharge, { key: paymentId })).charge).toBeNull();
    await letTimePass(shop, 1_000);
    expect(await statusOf(shop, paymentId)).toBe("failed");
  });

  it("is authorised when the provider knows of it at the very end", async () => {
    const revive = await killProvider();
    const { paymentId, input } = await pay(shop, "succeeds").finally(revive);
    expect(await shop.call(paymentSimulator.authorise, { key: paymentId, ...chargeOf(input) })).toMatchObject({
      status: "authorised",
    });
    await letTimePass(shop, 60_000);
    expect(await statusOf(shop, paymentId)).toBe("authorised");
  });

  it("stays open while the bar cannot be placed, and is given up when the provider is back", async () => {
    const revive = await killProvider();
    const { paymentId, input } = await pay(shop, "succeeds");
    try {
      shop.advanceClock(61_000);
      await shop.runJob("payments", "resolve-payments");
      expect(await statusOf(shop, paymentId)).toBe("authorising");
      expect(await shop.call(payments.authorise, input)).toEqual({ paymentId, status: "pending" });
      expect(await told(paymentId)).toEqual([]);
    } finally {
      await revive();
    }
    await letTimePass(shop, 10_000);
    expect(await statusOf(shop, paymentId)).toBe("failed");
    expect(await told(paymentId)).toEqual(noAnswer);
  });

  it("that was held all the same is let go, and never told as authorised", async () => {
    const { paymentId } = await pay(shop, "charges_without_answer");
    const revive = await killProvider();
    try {
      shop.advanceClock(61_000);
      await shop.runJob("payments", "resolve-payments");
      expect(await statusOf(shop, paymentId)).toBe("authorising");
    } finally {
      await revive();
    }
    await letTimePass(shop, 10_000);
    expect(await statusOf(shop, paymentId)).toBe("failed");
    expect(await told(paymentId)).toEqual(noAnswer);
    const { charge } = await shop.call(paymentSimulator.findCharge, { key: paymentId });
    expect(charge).toMatchObject({ status: "voided", wasAuthorised: true });
  });
});

function chargeOf({ amount, token }: Awaited<ReturnType<typeof pay>>["input"]) {
  return { amount, token };
}
