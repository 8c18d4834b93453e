import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { eventually } from "./eventually.ts";
import { mustBe, openShop, request, stockShop, type Shop } from "./shop.ts";
import { Shopper } from "./shopper.ts";

async function bought(shop: Shop): Promise<{ ada: Shopper; orderId: string }> {
  const ada = await Shopper.arrive(shop);
  await ada.add("MUG", 2);
  const { body } = await ada.checkout();
  expect(body.status).toBe("confirmed");
  return { ada, orderId: body.orderId };
}

async function stock(shop: Shop): Promise<{ available: number; onHand: number }> {
  const { body } = await mustBe(200, request(shop, "GET", "/stock/MUG/warehouses", { headers: shop.staff }));
  return { available: body.available, onHand: body.warehouses[0].onHand };
}

async function dispatch(shop: Shop, orderId: string): Promise<void> {
  const { body } = await eventually(
    () => request(shop, "GET", `/shipments?orderId=${orderId}`, { headers: shop.staff }),
    (seen) => seen.body.items?.length === 1,
  );
  await mustBe(
    200,
    request(shop, "POST", `/shipments/${body.items[0].shipmentId}/dispatch`, {
      headers: shop.staff,
      body: { carrier: "Royal Mail", trackingCode: "RM123456785GB" },
    }),
  );
}

describe("cancelling before the capture", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ ORDERS_CAPTURE: "dispatch" });
    await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: 100 }]);
  }, 60_000);
  afterAll(() => shop.stop());

  it("voids the payment and frees the stock", async () => {
    const before = await stock(shop);
    const { ada, orderId } = await bought(shop);
    expect((await ada.post(`/orders/${orderId}/cancel`, {})).body.status).toBe("cancelled");
    const order = await eventually(
      () => ada.order(orderId),
      (seen) => seen.paymentStatus === "voided",
    );
    expect([order.captured.amountMinor, order.refunded.amountMinor]).toEqual([0, 0]);
    expect(await stock(shop)).toEqual(before);
  });

  it("is refused after dispatch, which captures the money and takes the goods off the shelf", async () => {
    const before = await stock(shop);
    const { ada, orderId } = await bought(shop);
    await dispatch(shop, orderId);
    const order = await eventually(
      () => ada.order(orderId),
      (seen) => seen.fulfilmentStatus === "dispatched" && seen.paymentStatus === "captured",
    );
    expect(order.trackingCodes).toEqual(["RM123456785GB"]);
    const { status, body } = await ada.post(`/orders/${orderId}/cancel`, {});
    expect([status, body.code]).toEqual([409, "ORDER_ALREADY_DISPATCHED"]);
    await eventually(
      () => stock(shop),
      (seen) => seen.onHand === before.onHand - 2,
    );
  });
});

describe("cancelling after the capture", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
    await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: 100 }]);
  }, 60_000);
  afterAll(() => shop.stop());

  it("refunds all of it, frees the stock, and is safe to repeat", async () => {
    const before = await stock(shop);
    const { ada, orderId } = await bought(shop);
    await eventually(
      () => ada.order(orderId),
      (seen) => seen.paymentStatus === "captured",
    );
    expect((await ada.post(`/orders/${orderId}/cancel`, {})).body.status).toBe("cancelled");
    expect((await ada.post(`/orders/${orderId}/cancel`, {})).body.status).toBe("cancelled");
    const order = await eventually(
      () => ada.order(orderId),
      (seen) => seen.paymentStatus === "refunded",
    );
    expect(order.refunded).toEqual(order.total);
    expect(await stock(shop)).toEqual(before);
  });

  it("gives back the rest after a partial refund, never more than was taken", async () => {
    const { ada, orderId } = await bought(shop);
    const paid = await eventually(
      () => ada.order(orderId),
      (seen) => seen.paymentStatus === "captured",
    );
    const refundId = newId("refund");
    const partial = { refundId, amount: { amountMinor: 500, currency: "GBP" }, reason: "one mug arrived broken" };
    for (let time = 0; time < 2; time++)
      await mustBe(201, request(shop, "POST", `/orders/${orderId}/refunds`, { headers: shop.staff, body: partial }));
    const tooMuch = { ...partial, refundId: newId("refund"), amount: paid.total };
    expect(
      (await request(shop, "POST", `/orders/${orderId}/refunds`, { headers: shop.staff, body: tooMuch })).body.code,
    ).toBe("ORDER_NOT_REFUNDABLE");
    await mustBe(200, ada.post(`/orders/${orderId}/cancel`, {}));
    const order = await eventually(
      () => ada.order(orderId),
      (seen) => seen.refunded.amountMinor === seen.total.amountMinor,
    );
    expect(order.paymentStatus).toBe("refunded");
  });

  it("answers a stranger as if the order were not there", async () => {
    const { orderId } = await bought(shop);
    const stranger = await Shopper.arrive(shop);
    expect((await stranger.post(`/orders/${orderId}/cancel`, {})).status).toBe(404);
  });
});
