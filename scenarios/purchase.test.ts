import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OrderConfirmed } from "#orders/events";
import { PaymentCaptured } from "#payments/events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { topology } from "../topology.ts";
import { eventually } from "./eventually.ts";
import { mustBe, openShop, request, stockShop, type Shop, type Json } from "./shop.ts";
import { CARDS, Shopper } from "./shopper.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await stockShop(shop, [
    { sku: "MUG", priceMinor: 850, onHand: 100 },
    { sku: "LAMP", priceMinor: 4_999, onHand: 3 },
    { sku: "ONLY-ONE", priceMinor: 1_000, onHand: 1 },
  ]);
}, 60_000);
afterAll(() => shop.stop());

async function available(sku: string): Promise<number> {
  const { body } = await mustBe(200, request(shop, "GET", `/stock/${sku}/warehouses`, { headers: shop.staff }));
  return body.available;
}

async function isSettled(ada: Shopper, orderId: string, claim: (order: Json) => boolean): Promise<Json> {
  return eventually(() => ada.order(orderId), claim);
}

describe("a purchase", () => {
  it("is confirmed, captured, takes the stock, empties the cart and sends a mail", async () => {
    const ada = await Shopper.arrive(shop);
    const before = await available("MUG");
    await ada.add("MUG", 2);
    const { status, body } = await ada.checkout();
    expect([status, body.status]).toEqual([201, "confirmed"]);

    const order = await isSettled(
      ada,
      body.orderId,
      (seen) => seen.paymentStatus === "captured" && seen.fulfilmentStatus === "pending",
    );
    expect(order.captured).toEqual(order.total);
    expect(order.history.map((entry: Json) => `${entry.about}: ${entry.to}`)).toEqual(
      expect.arrayContaining(["order: open", "order: confirmed", "payment: captured", "fulfilment: pending"]),
    );
    expect(await available("MUG")).toBe(before - 2);
    expect(
      (
        await eventually(
          () => ada.cart(),
          (cart) => cart.lines.length === 0,
        )
      ).lines,
    ).toEqual([]);
    const { body: mails } = await eventually(
      () => request(shop, "GET", `/messages?orderId=${body.orderId}`, { headers: shop.staff }),
      (seen) => seen.body.items[0]?.state === "captured",
    );
    expect(mails.items[0].subject).toBe(`Your order ${body.orderNumber} is confirmed`);
    const inbox = await (await fetch(`${shop.desk("notifications")}/mail`)).text();
    expect(inbox).toContain(body.orderNumber);
  });

  it("is one trace, which the operators of every service that had part in it see", async () => {
    const traceId = randomUUID().replaceAll("-", "");
    const ada = (await Shopper.arrive(shop)).inTrace(traceId);
    await ada.add("MUG");
    const { body } = await ada.checkout();
    await isSettled(ada, body.orderId, (seen) => seen.paymentStatus === "captured");
    await shop.inside.settle();
    const parts = {
      gateway: "POST /api/v1/checkout",
      orders: "orders.checkout",
      inventory: "inventory.reserve",
      payments: "payments.capture",
      shipping: "shipping.createShipment",
      cart: "hears orders.OrderConfirmed.v1",
      notifications: "hears orders.OrderConfirmed.v1",
    };
    for (const [service, name] of Object.entries(parts)) {
      const trace: Json = await (await fetch(`${shop.desk(service)}/traces/${traceId}.json`)).json();
      expect(trace.spans, service).toContainEqual(expect.objectContaining({ service, name }));
    }
    const page = await fetch(`${shop.desk("orders")}/traces/${traceId}`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("publish OrderConfirmed")]);
  });

  it("publishes OrderConfirmed and PaymentCaptured with the same amount, once each", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const { body } = await ada.checkout();
    await shop.inside.settle();
    const confirmed = (await shop.inside.heard(OrderConfirmed)).filter((event) => event.data.orderId === body.orderId);
    const captured = (await shop.inside.heard(PaymentCaptured)).filter((event) => event.data.orderId === body.orderId);
    expect([confirmed.length, captured.length]).toEqual([1, 1]);
    expect(captured[0]!.data.amount).toEqual(confirmed[0]!.data.total);
  });

  it("opens by the signed link of its mail and for nobody else", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const { body } = await ada.checkout();
    const stranger = await Shopper.arrive(shop);
    expect((await stranger.get(`/orders/${body.orderId}`)).status).toBe(404);
    expect((await request(shop, "GET", `/orders/${body.orderId}`)).status).toBe(404);
    const { orders } = await import("#orders/contract");
    const { path } = await shop.inside.call(orders.createOrderLink, { orderId: body.orderId });
    expect((await fetch(`${shop.url}${path}`)).status).toBe(200);
    expect((await fetch(`${shop.url}${path}x`)).status).toBe(404);
  });
});

describe("a declined card", () => {
  it("fails the order with the bank's reason, gives the stock free and keeps the cart", async () => {
    const ada = await Shopper.arrive(shop);
    const before = await available("LAMP");
    await ada.add("LAMP", 2);
    const { body } = await ada.checkout(CARDS.declined);
    expect(body).toMatchObject({
      status: "failed",
      failure: { code: "payment_declined", declineCode: "insufficient_funds" },
    });
    expect(await available("LAMP")).toBe(before);
    expect((await ada.cart()).lines).toMatchObject([{ sku: "LAMP", quantity: 2 }]);
    const again = await ada.checkout(CARDS.succeeds);
    expect(again.body.status).toBe("confirmed");
  });
});

describe("goods that run out", () => {
  it("fail the order before anything is charged", async () => {
    const [ada, bob] = [await Shopper.arrive(shop), await Shopper.arrive(shop)];
    await Promise.all([ada.add("ONLY-ONE"), bob.add("ONLY-ONE")]);
    const [first, second] = await Promise.all([ada.checkout(), bob.checkout()]);
    expect([first.body.status, second.body.status].toSorted()).toEqual(["confirmed", "failed"]);
    const loser = first.body.status === "failed" ? first : second;
    expect(loser.body.failure).toMatchObject({ code: "inventory_unavailable", sku: "ONLY-ONE", available: 0 });
    const { body } = await mustBe(
      200,
      request(shop, "GET", `/transactions?orderId=${loser.body.orderId}`, { headers: shop.staff }),
    );
    expect(body.items.filter((payment: Json) => payment.captured.amountMinor > 0)).toEqual([]);
  });
});

describe("a changed price", () => {
  it("is refused with the new quote, and nothing is ordered", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const asked = { ...(await ada.checkoutBody()), expectedTotal: { amountMinor: 1, currency: "GBP" } };
    const { status, body } = await ada.post("/checkout", asked, randomUUID());
    expect([status, body.code]).toEqual([409, "PRICE_CHANGED"]);
    expect(body.data.quote.total.amountMinor).toBeGreaterThan(850);
    expect((await ada.get("/orders")).body.items).toEqual([]);
  });
});

describe("a checkout that is sent twice", () => {
  it("buys once and tells the same order", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const [asked, key] = [await ada.checkoutBody(), randomUUID()];
    const first = await ada.post("/checkout", asked, key);
    const second = await ada.post("/checkout", asked, key);
    expect(second.body).toEqual(first.body);
    expect([first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")]).toEqual([
      null,
      "true",
    ]);
    expect((await ada.get("/orders")).body.items).toHaveLength(1);
  });

  it("is refused with another body under the same key", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const [asked, key] = [await ada.checkoutBody(), randomUUID()];
    await mustBe(201, ada.post("/checkout", asked, key));
    const { status, body } = await ada.post("/checkout", { ...asked, email: "bob@example.com" }, key);
    expect([status, body.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  });

  it("buys once when both are in flight, and tells the second to wait or the same order", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const [asked, key] = [await ada.checkoutBody(), randomUUID()];
    const answers = await Promise.all([1, 2, 3, 4].map(() => ada.post("/checkout", asked, key)));
    expect(answers.filter((answer) => answer.status === 201).length).toBeGreaterThan(0);
    for (const { status, body } of answers)
      expect(status === 201 ? body.status : body.code).toMatch(/^(confirmed|IDEMPOTENCY_IN_FLIGHT)$/);
    expect((await ada.get("/orders")).body.items).toHaveLength(1);
  });

  it("buys once from two tabs with two keys, and tells the second of the first one's order", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const bodies = await Promise.all([ada.checkoutBody(), ada.checkoutBody()]);
    const answers = await Promise.all(bodies.map((asked) => ada.post("/checkout", asked, randomUUID())));
    const [first, second] = answers.toSorted((a, b) => a.status - b.status);
    expect([first!.status, second!.status, second!.body.code]).toEqual([201, 409, "CART_ALREADY_ORDERED"]);
    expect(second!.body.data.orderId).toBe(first!.body.orderId);
    expect((await ada.get("/orders")).body.items).toHaveLength(1);
  });

  it("is refused without a key", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const { status, body } = await ada.post("/checkout", await ada.checkoutBody());
    expect([status, body.code]).toEqual([400, "IDEMPOTENCY_KEY_REQUIRED"]);
  });
});

describe("bad input", () => {
  it("is refused with every bad field named, and changes nothing", async () => {
    const ada = await Shopper.arrive(shop);
    await ada.add("MUG");
    const { status, body } = await ada.post(
      "/checkout",
      { ...(await ada.checkoutBody()), email: "nobody", colour: "red" },
      randomUUID(),
    );
    expect([status, body.code]).toEqual([400, "INVALID_INPUT"]);
    expect(body.errors.map((error: Json) => error.field).toSorted()).toEqual(["colour", "email"]);
    expect((await ada.cart()).lines).toHaveLength(1);
  });
});

describe("metrics", () => {
  it("are those of the documentation: none is missing there, none is told of that is not served", async () => {
    const served = new Set<string>();
    for (const desk of new Set(topology.map((row) => shop.desk(row.name)))) {
      const text = await (await fetch(`${desk}/metrics`)).text();
      for (const [, name] of text.matchAll(/^# TYPE (\S+)/gm)) served.add(name!);
      const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      for (const line of samples) expect(line).toMatch(/^[a-z_0-9]+(\{.*\})? (-?[\d.e+-]+|Nan)$/);
    }
    const text = await readFile(join(import.meta.dirname, "../docs/metrics.md"), "utf8");
    const told = new Set([...text.matchAll(/`((?:tradepost|http|process|nodejs)_\w+)`/g)].map((match) => match[1]!));
    expect([...served].toSorted()).toEqual([...told].toSorted());
  });
});
