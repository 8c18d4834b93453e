import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId, type Id } from "#kernel/id";
import { money } from "#kernel/money";
import { ProviderEventSent } from "#payment-simulator/events";
import { paymentSimulator, type CardBehaviour } from "#payment-simulator/contract";
import type { TestShop } from "#platform/testing";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { authorise } from "./authorise.ts";
import { payments } from "./contract.ts";
import { insertProviderEvent } from "./provider-event-store.ts";
import { service as paymentsService } from "./service.ts";
import { decide, letTimePass, startPayments, statusOf, tokenOf } from "./testing-payments.ts";

// The process is at home in store demo, market gb; these payments are of the outlet's German market.
let shop: TestShop;
beforeAll(async () => {
  shop = await startPayments(simulatorService);
}, 60_000);
afterAll(() => shop.stop());

const amount = money(10_000, "EUR");

async function payInGermany(behaviour: CardBehaviour): Promise<Id<"payment">> {
  const ctx = shop.context("payments", { store: "outlet", market: "de", locale: "de", currency: "EUR" });
  const paymentId = newId("payment");
  const token = await tokenOf(shop, behaviour);
  await authorise({ paymentId, orderId: newId("order"), amount, token }, ctx);
  return paymentId;
}

/** The names of the events about a payment, each with where it was told. */
async function told(paymentId: string): Promise<string[]> {
  await shop.settle();
  const kinds = [...paymentsService.publishes!, ProviderEventSent];
  const events = (await Promise.all(kinds.map((kind) => shop.heard(kind)))).flat();
  const ours = events.filter((event) => event.subject === paymentId);
  return ours.map(({ type, store, market }) => `${type.split(".")[1]} ${store} ${market}`).toSorted();
}

const inGermany = (...names: string[]) => names.map((name) => `${name} outlet de`).toSorted();

describe("events of a payment go to its own shop and market", () => {
  it("when a job captures it, and refunds it", async () => {
    const paymentId = await payInGermany("succeeds");
    await decide(shop, paymentId, (one) => ({ ...one, decided: { ...one.decided, captureMinor: 10_000 } }));
    await letTimePass(shop, 10_000);
    expect(await statusOf(shop, paymentId)).toBe("captured");
    const refund = { refundId: newId("refund"), amountMinor: 500, reason: "x", createdAt: new Date() };
    const pending = { ...refund, status: "pending", failureCode: null } as const;
    await decide(shop, paymentId, (one) => ({ ...one, refunds: [pending] }));
    await letTimePass(shop, 10_000);
    expect(await statusOf(shop, paymentId)).toBe("partially_refunded");
    const sent = ["ProviderEventSent", "ProviderEventSent", "ProviderEventSent"];
    expect(await told(paymentId)).toEqual(
      inGermany("PaymentAuthorised", "PaymentCaptured", "PaymentRefunded", ...sent),
    );
  });

  it("when a job voids it", async () => {
    const paymentId = await payInGermany("succeeds");
    await decide(shop, paymentId, (one) => ({ ...one, decided: { ...one.decided, isVoidWanted: true } }));
    await letTimePass(shop, 10_000);
    expect(await told(paymentId)).toEqual(
      inGermany("PaymentAuthorised", "PaymentVoided", "ProviderEventSent", "ProviderEventSent"),
    );
  });

  it("when a look-up finds it, or gives it up", async () => {
    const [found, lost] = [await payInGermany("charges_without_answer"), await payInGermany("silent")];
    await letTimePass(shop, 61_000);
    expect(await told(found)).toEqual(inGermany("PaymentAuthorised"));
    expect(await told(lost)).toEqual(inGermany("PaymentDeclined"));
  });

  it("when its challenge runs out", async () => {
    const paymentId = await payInGermany("challenge");
    await letTimePass(shop, 400_000);
    expect(await told(paymentId)).toEqual(
      inGermany("PaymentChallengeRequired", "PaymentDeclined", "ProviderEventSent", "ProviderEventSent"),
    );
  });

  it("when the staff of another market change it", async () => {
    const paymentId = await payInGermany("succeeds");
    await shop.call(payments.capture, { paymentId }, { market: "gb" });
    await shop.call(payments.refund, { refundId: newId("refund"), paymentId, amount, reason: "x" }, { market: "gb" });
    const names = (await told(paymentId)).filter((one) => one.startsWith("Payment"));
    expect(names).toEqual(inGermany("PaymentAuthorised", "PaymentCaptured", "PaymentRefunded"));
  });

  it("when the provider's event comes from nowhere in particular", async () => {
    const paymentId = await payInGermany("charges_without_answer");
    const { charge } = await shop.call(paymentSimulator.findCharge, { key: paymentId });
    const { db } = shop.context("payments");
    const body = JSON.stringify({ data: { key: paymentId, charge } });
    await insertProviderEvent(db, { provider: "simulator", eventId: newId("provider-event"), body, now: new Date(0) });
    await shop.runJob("payments", "apply-provider-events");
    expect(await told(paymentId)).toEqual(inGermany("PaymentAuthorised"));
  });
});
