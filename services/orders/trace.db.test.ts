import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Id } from "#kernel/id";
import { newTraceparent, traceIdOf } from "#platform/telemetry/traceparent";
import type { TestShop } from "#platform/testing";
import { service as notificationsService } from "../notifications/service.ts";
import { orders } from "./contract.ts";
import { participants } from "./participants.ts";
import { ADA, answerChallenge, arrive, disturb, letTimePass, startOrders, stock } from "./testing-orders.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startOrders({ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, { others: [notificationsService] });
  await stock(shop, "LAMP", 100);
});
afterAll(() => shop.stop());

type Card = "succeeds" | "challenge" | "insufficient_funds";

/** Buys in a trace of its own; what comes before and after is not traced. */
async function buyTraced(card: Card, isKept = true) {
  const shopper = arrive(shop);
  await shopper.add("LAMP");
  const body = await shopper.body(card, {});
  const traceparent = newTraceparent(isKept);
  const told = { ...shopper.told, traceparent, idempotencyKey: `trace-${traceIdOf(traceparent)}` };
  const answer = await shop.call(orders.checkout, body, told);
  return { shopper, answer, orderId: answer.orderId as Id<"order">, traceId: traceIdOf(traceparent), body };
}

function spansOf(traceId: string) {
  return shop.runtime.telemetry.recent.find(traceId)?.spans ?? [];
}

const namesOf = (traceId: string) => new Set(spansOf(traceId).map((span) => span.name));

/** Every span but those that began the trace has a parent that is there. */
function orphansOf(traceId: string): string[] {
  const spans = spansOf(traceId);
  const known = new Set(spans.map((span) => span.spanId));
  return spans.filter((span) => !known.has(span.parentId!)).map((span) => span.name);
}

describe("a purchase is one trace", () => {
  test("of everything that it caused: calls, events, what heard them, statements", async () => {
    const { traceId, answer } = await buyTraced("succeeds");
    expect(answer.status).toBe("confirmed");
    await shop.settle();
    const names = namesOf(traceId);
    for (const name of [
      "orders.checkout",
      "cart.getCartLines",
      "pricing.quote",
      "publish OrderPlaced",
      "inventory.reserve",
      "payments.authorise",
      "payment-simulator.authorise",
      "inventory.pin",
      "publish OrderConfirmed",
      "hears orders.OrderConfirmed.v1",
      "payments.capture",
      "hears payments.PaymentCaptured.v1",
      "shipping.createShipment",
      "hears shipping.ShipmentCreated.v1",
      "transaction",
      "INSERT orders",
      "UPDATE orders",
    ])
      expect(names, name).toContain(name);
    expect(orphansOf(traceId)).toEqual(["orders.checkout"]);
    const hearers = spansOf(traceId).filter((span) => span.name === "hears orders.OrderConfirmed.v1");
    expect(hearers.map((span) => span.service).toSorted()).toEqual(["cart", "notifications", "orders"]);
    for (const span of hearers) expect(span.attributes["tradepost.event_delay_ms"]).toBeGreaterThanOrEqual(0);
  });

  test("also when the shopper comes back from the bank later", async () => {
    const { traceId, answer } = await buyTraced("challenge");
    expect(answer.status).toBe("awaiting_shopper");
    expect(namesOf(traceId)).not.toContain("inventory.pin");
    await answerChallenge(shop, answer.nextAction!.url, "accept");
    await shop.settle();
    for (const name of ["inventory.pin", "publish OrderConfirmed", "payments.capture", "publish PaymentCaptured"])
      expect(namesOf(traceId), name).toContain(name);
    expect(orphansOf(traceId)).toEqual(["orders.checkout"]);
  });

  test("also when the sweeper finishes it", async () => {
    const stockPart = participants.find((part) => part.name === "stock")!;
    const lost = disturb(stockPart, "settle", async () => Promise.reject(new Error("the answer got lost")));
    const { traceId, orderId } = await buyTraced("succeeds");
    lost.restore();
    const before = spansOf(traceId).length;
    expect(namesOf(traceId)).not.toContain("publish OrderConfirmed");
    await letTimePass(shop, 60_000);
    expect((await shop.call(orders.getOrder, { orderId })).status).toBe("confirmed");
    expect(spansOf(traceId).length).toBeGreaterThan(before);
    for (const name of ["inventory.pin", "publish OrderConfirmed", "payments.capture"])
      expect(namesOf(traceId), name).toContain(name);
    expect(orphansOf(traceId)).toEqual(["orders.checkout"]);
  });

  test("that has no span at all when its client wants none", async () => {
    const { traceId, answer } = await buyTraced("succeeds", false);
    await letTimePass(shop, 60_000);
    expect(answer.status).toBe("confirmed");
    expect(spansOf(traceId)).toEqual([]);
  });

  test("whose refusals are told by their codes, and are no faults", async () => {
    const { traceId, shopper, body } = await buyTraced("insufficient_funds");
    await shop.settle();
    expect(spansOf(traceId).filter((span) => span.isFault)).toEqual([]);
    const another = newTraceparent(true);
    const told = { ...shopper.told, traceparent: another, idempotencyKey: "trace-other-total" };
    const wrong = { ...body, expectedTotal: { amountMinor: 1, currency: "GBP" } };
    await expect(shop.call(orders.checkout, wrong, told)).rejects.toMatchObject({ code: "PRICE_CHANGED" });
    const root = spansOf(traceIdOf(another)).find((span) => span.name === "orders.checkout");
    expect(root).toMatchObject({ isFault: false, attributes: { "tradepost.refusal": "PRICE_CHANGED" } });
  });
});

test("no span holds personal data, a token or a card", async () => {
  const { traceId, body } = await buyTraced("succeeds");
  await shop.settle();
  const everything = JSON.stringify(shop.runtime.telemetry.recent.list());
  expect(everything).toContain(traceId);
  const { name, line1, city, postcode } = ADA.address;
  for (const planted of [ADA.email, name, line1, city, postcode, body.paymentToken, "4242424242424242", "Bearer"])
    expect(everything, planted).not.toContain(planted);
});

test("the log leads to the trace, and the desk shows what is under way", async () => {
  const broken = disturb(participants[0]!, "prepare", async () => Promise.reject(new Error("nobody answers")));
  const { traceId, orderId } = await buyTraced("succeeds");
  broken.restore();
  const line = shop.logged.map((text) => JSON.parse(text)).find((one) => one.orderId === orderId);
  expect(line).toMatchObject({ traceId, requestId: expect.any(String) });
  const { service } = shop.runtime.services.get("orders")!;
  const rows = await service.sagas![0]!.list(shop.context("orders"), 20);
  expect(rows).toContainEqual(expect.objectContaining({ state: "open", traceId, attempts: 1 }));
  const read = await Promise.all(service.gauges!.map((gauge) => gauge.read(shop.context("orders"))));
  expect(read).toEqual([[{ labels: ["open"], value: 1 }], [{ labels: ["open"], value: expect.any(Number) }]]);
});
