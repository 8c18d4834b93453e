import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { until } from "#platform/testing-events";
import type { TestShop } from "#platform/testing";
import { inventory } from "#inventory/contract";
import { pricing } from "#pricing/contract";
import { shipping } from "#shipping/contract";
import { orders } from "./contract.ts";
import { OrderConfirmed, OrderFailed, OrderPlaced } from "./events.ts";
import { participants } from "./participants.ts";
import {
  ADA,
  answerChallenge,
  arrive,
  booksOf,
  buy,
  disturb,
  gate,
  letTimePass,
  startOrders,
  stock,
  untilOver,
} from "./testing-orders.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startOrders();
});
afterAll(() => shop?.stop());

const part = (name: string) => participants.find((one) => one.name === name)!;
const lost = () => Promise.reject(new Error("no answer"));

describe("a checkout", () => {
  it("confirms, captures, has a parcel made and empties the cart", async () => {
    const { answer, orderId, order, lines } = await buy(shop);
    expect(answer).toMatchObject({ status: "confirmed", total: { amountMinor: 795, currency: "GBP" } });
    await shop.settle();
    const told = await order(orderId);
    expect(told).toMatchObject({ paymentStatus: "captured", fulfilmentStatus: "pending", captured: told.total });
    expect(told.history.filter((entry) => entry.about === "order").map((entry) => [entry.from, entry.to])).toEqual([
      [null, "open"],
      ["open", "confirmed"],
    ]);
    expect(told.history.filter((entry) => entry.about === "payment").map((entry) => [entry.from, entry.to])).toEqual([
      ["none", "authorised"],
      ["authorised", "captured"],
    ]);
    expect(await lines()).toEqual([]);
  });

  it("tells nothing of the person in events or logs", async () => {
    await buy(shop);
    await shop.settle();
    const told = JSON.stringify([await shop.heard(OrderPlaced), await shop.heard(OrderConfirmed), shop.logged]);
    for (const secret of [ADA.email, ADA.address.name, ADA.address.line1, ADA.address.postcode])
      expect(told).not.toContain(secret);
  });

  it("fails for want of goods, names them, and keeps the cart", async () => {
    await stock(shop, "RARE", 1);
    const shopper = arrive(shop);
    await shopper.add("RARE", 2);
    const { orderId, ...answer } = await shopper.send(await shopper.body("succeeds"));
    expect(answer).toMatchObject({
      status: "failed",
      failure: { code: "inventory_unavailable", sku: "RARE", available: 1 },
    });
    expect(await shopper.lines()).toEqual([{ sku: "RARE", quantity: 2 }]);
    await shop.settle();
    expect(await booksOf(shop, orderId)).toMatchObject({ payments: 0, charged: 0, promised: 0, faults: [] });
  });

  it("fails when the card is declined, says why, and can be tried again with another card", async () => {
    const { answer, orderId, order, send, body } = await buy(shop, "insufficient_funds");
    expect(answer).toMatchObject({
      status: "failed",
      failure: { code: "payment_declined", declineCode: "insufficient_funds" },
    });
    await shop.settle();
    expect(await order(orderId)).toMatchObject({ paymentStatus: "declined", fulfilmentStatus: "none" });
    expect((await shop.heard(OrderFailed)).find((event) => event.subject === orderId)?.data.reason).toBe(
      "payment_declined",
    );
    expect((await send(await body("succeeds"))).status).toBe("confirmed");
  });

  it("is refused with the new quote when the total is not what the shopper saw", async () => {
    const shopper = arrive(shop);
    await shopper.add();
    const body = await shopper.body("succeeds", { expectedTotal: { amountMinor: 1, currency: "GBP" } });
    await expect(shopper.send(body)).rejects.toMatchObject({
      code: "PRICE_CHANGED",
      data: { quote: { total: { amountMinor: 795 } } },
    });
  });

  it("is refused for an empty cart, and for staff, who have none", async () => {
    const shopper = arrive(shop);
    await shopper.add();
    const body = await shopper.body("succeeds");
    await expect(arrive(shop).send(body)).rejects.toMatchObject({ code: "CART_EMPTY" });
    await expect(shop.call(orders.checkout, body, { idempotencyKey: newId("request") })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("of goods that cost nothing charges nothing, and has nothing to give back", async () => {
    await stock(shop, "GIFT", 5, 0);
    const table = await shop.call(shipping.getRates, { currency: "GBP" });
    const free = table.zones.map((zone) => ({
      ...zone,
      methods: zone.methods.map((method) => ({
        ...method,
        method: `${method.method}`,
        bands: [{ upToGrams: 20_000, amountMinor: 0 }],
      })),
    }));
    await shop.call(shipping.putRates, { currency: "GBP", zones: free });
    await shop.settle();
    const shopper = arrive(shop);
    await shopper.add("GIFT");
    const { status, orderId } = await shopper.send(await shopper.body("succeeds"));
    await shop.call(shipping.putRates, { currency: "GBP", zones: table.zones });
    await shop.settle();
    expect([status, (await shopper.order(orderId)).paymentStatus]).toEqual(["confirmed", "none"]);
    expect((await shopper.cancel(orderId)).status).toBe("cancelled");
    expect(await booksOf(shop, orderId)).toMatchObject({ payments: 0, charged: 0, kept: 0, promised: 0, faults: [] });
  });
});

describe("a repeat with the same Idempotency-Key", () => {
  it("tells the same order; another body is refused", async () => {
    const shopper = arrive(shop);
    await shopper.add();
    const [body, key] = [await shopper.body("succeeds"), newId("request")];
    const first = await shopper.send(body, key);
    expect(await shopper.send(body, key)).toEqual(first);
    await expect(shopper.send({ ...body, email: "x@example.com" }, key)).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    expect(await shopper.orders()).toHaveLength(1);
  });

  it("during the first buys once: each is told the order or to wait", async () => {
    const shopper = arrive(shop);
    await shopper.add();
    const [body, key] = [await shopper.body("succeeds"), newId("request")];
    const told = await Promise.allSettled(Array.from({ length: 8 }, () => shopper.send(body, key)));
    const answers = told.map((one) => (one.status === "fulfilled" ? one.value.status : one.reason.code));
    expect(answers).toContain("confirmed");
    expect(new Set(answers).difference(new Set(["confirmed", "IDEMPOTENCY_IN_FLIGHT"])).size).toBe(0);
    expect(await shopper.orders()).toHaveLength(1);
  });
});

describe("a checkout that is not done in time", () => {
  let impatient: TestShop;
  beforeAll(async () => {
    impatient = await startOrders({ ORDERS_ANSWER_WITHIN_MS: "50" });
  });
  afterAll(() => impatient?.stop());

  it("answers 202 and is confirmed all the same", async () => {
    const door = gate();
    const disturbed = disturb(part("payment"), "prepare", async (act) => door.wait().then(act));
    const { answer, orderId, order } = await buy(impatient).finally(disturbed.restore);
    expect([answer.status, orders.checkout.isAccepted!(answer)]).toEqual(["open", true]);
    door.open();
    await until("it is confirmed", async () => (await order(orderId)).status === "confirmed");
  });

  it("goes on when the charge, whose answer was lost, is found", async () => {
    const { answer, orderId } = await buy(impatient, "charges_without_answer");
    expect(answer.status).toBe("open");
    await untilOver(impatient, orderId);
    expect(await booksOf(impatient, orderId)).toMatchObject({
      state: "confirmed",
      payments: 1,
      charged: 795,
      faults: [],
    });
  });

  it("fails when the request never reached the bank, and nothing is charged later", async () => {
    const { orderId, order } = await buy(impatient, "silent");
    await untilOver(impatient, orderId, 60_000);
    expect((await order(orderId)).failure).toMatchObject({ code: "payment_unavailable" });
    expect(await booksOf(impatient, orderId)).toMatchObject({ charged: 0, promised: 0, faults: [] });
  });

  it("fails in time when nobody ever knows whether it was paid", async () => {
    const disturbed = disturb(part("payment"), "prepare", lost, { isForever: true });
    try {
      const { orderId, order } = await buy(impatient);
      await letTimePass(impatient, 500_000);
      expect((await order(orderId)).status).toBe("open");
      await letTimePass(impatient, 45_000);
      expect(await order(orderId)).toMatchObject({ status: "failed", failure: { code: "payment_unavailable" } });
      expect(await booksOf(impatient, orderId)).toMatchObject({ charged: 0, promised: 0, faults: [] });
    } finally {
      disturbed.restore();
    }
  });
});

describe("a challenge", () => {
  it("waits for the shopper, who accepts and comes back", async () => {
    const { answer, orderId, resume } = await buy(shop, "challenge");
    expect(answer).toMatchObject({ status: "awaiting_shopper", nextAction: { kind: "challenge" } });
    await answerChallenge(shop, answer.nextAction!.url, "accept");
    await resume(orderId);
    await untilOver(shop, orderId);
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "confirmed", charged: 795, kept: 795, faults: [] });
  });

  it("goes on by the provider's event alone when the shopper never comes back", async () => {
    const { answer, orderId, order } = await buy(shop, "challenge");
    await answerChallenge(shop, answer.nextAction!.url, "accept");
    await shop.settle();
    await until("it is confirmed", async () => (await order(orderId)).status === "confirmed");
  });

  it("that the shopper refuses ends the order", async () => {
    const { answer, orderId, order } = await buy(shop, "challenge");
    await answerChallenge(shop, answer.nextAction!.url, "refuse");
    await untilOver(shop, orderId);
    expect(await order(orderId)).toMatchObject({ status: "failed", failure: { declineCode: "challenge_refused" } });
  });

  it("that the shopper leaves ends the order, and an answer that comes later charges nothing", async () => {
    const { answer, orderId, order } = await buy(shop, "challenge");
    await letTimePass(shop, 301_000);
    await untilOver(shop, orderId);
    expect(await order(orderId)).toMatchObject({ status: "failed", failure: { code: "payment_abandoned" } });
    await answerChallenge(shop, answer.nextAction!.url, "accept");
    await letTimePass(shop, 10_000);
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "failed", charged: 0, promised: 0, faults: [] });
  });

  it("outlived by the reservation (nobody swept) is given up, even when the shopper has paid", async () => {
    const { answer, orderId, order } = await buy(shop, "challenge");
    const standstill = disturb(part("payment"), "prepare", lost, { isForever: true });
    await answerChallenge(shop, answer.nextAction!.url, "accept");
    shop.advanceClock(601_000);
    await shop.runJob("inventory", "sweep");
    standstill.restore();
    await untilOver(shop, orderId);
    expect((await order(orderId)).status).toBe("failed");
    expect(await booksOf(shop, orderId)).toMatchObject({ charged: 0, promised: 0, faults: [] });
  });

  it("can be cancelled instead", async () => {
    const { answer, orderId, cancel } = await buy(shop, "challenge");
    expect((await cancel(orderId)).status).toBe("cancelled");
    await answerChallenge(shop, answer.nextAction!.url, "accept");
    await letTimePass(shop, 10_000);
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "cancelled", charged: 0, promised: 0, faults: [] });
  });
});

it("speaks of the order's own market whoever goes on with it", async () => {
  // Before anything is known of its payment: no event leads back to it, the sweeper goes on alone.
  const disturbed = disturb(part("stock"), "prepare", lost);
  const shopper = arrive(shop, { market: "de", currency: "EUR" });
  await shopper.add();
  const { total } = await shop.call(
    pricing.quote,
    { lines: await shopper.lines(), shipTo: { country: "DE" }, shippingMethod: "standard" },
    shopper.told,
  );
  const shippingAddress = { ...ADA.address, country: "DE", postcode: "10117" };
  const body = await shopper.body("succeeds", { shippingAddress, expectedTotal: total });
  const { orderId, status } = await shopper.send(body).finally(disturbed.restore);
  expect(status).toBe("open");
  await untilOver(shop, orderId);
  const [event] = (await shop.heard(OrderConfirmed)).filter((one) => one.subject === orderId);
  expect([event?.market, event?.data.currency]).toEqual(["de", "EUR"]);
  expect((await shop.call(inventory.getStockDetail, { sku: "MUG" })).warehouses).toHaveLength(1);
});
