import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId, type Id } from "#kernel/id";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { payments } from "#payments/contract";
import { PaymentCaptured } from "#payments/events";
import { shipping } from "#shipping/contract";
import { orders } from "./contract.ts";
import { OrderCancelled, OrderFailed } from "./events.ts";
import { ADA, arrive, booksOf, buy, letTimePass, rowOf, startOrders, untilOver } from "./testing-orders.ts";

const NOTHING = { charged: 0, kept: 0, promised: 0, faults: [] };

async function dispatch(shop: TestShop, orderId: Id<"order">): Promise<void> {
  await shop.settle();
  const [parcel] = (await shop.call(shipping.listShipments, { orderId })).items;
  await shop.call(shipping.dispatchShipment, { shipmentId: parcel!.shipmentId, trackingCode: "RM123456785GB" });
}

const refund = (shop: TestShop, orderId: Id<"order">, amountMinor: number, refundId = newId("refund")) =>
  shop.call(orders.refundOrder, {
    orderId,
    refundId,
    amount: { amountMinor, currency: "GBP" },
    reason: "arrived broken",
  });

describe("cancelling where money is taken at confirmation", () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await startOrders();
  });
  afterAll(() => shop?.stop());

  it("gives everything back, says so in the event even before the capture was heard of, and is safe to repeat", async () => {
    const { orderId, cancel, order } = await buy(shop);
    const { payment_id: paymentId } = await rowOf(shop, orderId);
    await shop.call(payments.capture, { paymentId });
    expect((await cancel(orderId)).status).toBe("cancelled");
    expect((await cancel(orderId)).status).toBe("cancelled");
    await letTimePass(shop, 10_000);
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "cancelled", ...NOTHING });
    expect(await order(orderId)).toMatchObject({ paymentStatus: "refunded", refunded: { amountMinor: 795 } });
    const told = (await shop.heard(OrderCancelled)).filter((event) => event.subject === orderId);
    expect(told.map((event) => event.data.refunded?.amountMinor)).toEqual([795]);
  });

  it("keeps what the shopper wrote out of events and logs", async () => {
    const { orderId, told, order } = await buy(shop);
    const reason = `call me: ${ADA.address.name}`;
    await shop.call(orders.cancelOrder, { orderId, reason }, told);
    await shop.settle();
    expect((await order(orderId)).cancellation).toEqual({ by: "shopper", reason });
    expect(JSON.stringify([await shop.heard(OrderCancelled), shop.logged])).not.toContain(reason);
  });

  it("after a partial refund gives back the rest", async () => {
    const { orderId, cancel, order } = await buy(shop);
    await shop.settle();
    const refundId = newId("refund");
    for (const _time of [1, 2]) expect((await refund(shop, orderId, 295, refundId)).status).toBe("succeeded");
    await cancel(orderId);
    await letTimePass(shop, 10_000);
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "cancelled", ...NOTHING });
    const { history } = await order(orderId);
    expect(history.filter((one) => one.about === "payment").map((one) => one.to)).toEqual([
      "authorised",
      "captured",
      "partially_refunded",
      "refunded",
    ]);
  });

  it("while the capture has no answer yet waits for it, and gives the money back then", async () => {
    const { orderId, cancel } = await buy(shop);
    await shop.settle();
    const { payment_id: paymentId } = await rowOf(shop, orderId);
    const { db } = shop.context("payments");
    // As a process leaves it that is killed after it decided to capture: the provider was asked, its answer is not in the books.
    await db.run(sql`update payment set captured_minor = null, status = 'authorised', next_step_at = now() + interval '1 hour'
      where payment_id = ${paymentId}`);
    expect((await cancel(orderId)).status).toBe("undoing");
    await db.run(
      sql`update payment set captured_minor = 795, status = 'captured', next_step_at = null where payment_id = ${paymentId}`,
    );
    await untilOver(shop, orderId);
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "cancelled", charged: 0, kept: 0 });
  });

  it("with a refund that the bank refuses ends, but tells that money is owed", async () => {
    const { orderId, cancel, order } = await buy(shop, "refund_fails");
    await shop.settle();
    expect((await cancel(orderId)).status).toBe("cancelled");
    await letTimePass(shop, 10_000);
    const told = await order(orderId);
    expect(told).toMatchObject({ paymentStatus: "captured", refunded: { amountMinor: 0 } });
    expect(told.history.map((one) => one.note)).toContain("a refund failed: refund_failed");
    expect(shop.logged.some((line) => line.includes(orderId) && line.includes("a refund failed"))).toBe(true);
  });

  it("that comes when the goods have just left is refused, and the order stands as if nobody had asked", async () => {
    const { orderId, cancel, order } = await buy(shop);
    await dispatch(shop, orderId);
    await shop.settle();
    // The news of the dispatch is still on its way.
    await shop.context("orders").db.run(sql`update orders set fulfilment_state = 'pending' where id = ${orderId}`);
    await expect(cancel(orderId)).rejects.toMatchObject({ code: "ORDER_ALREADY_DISPATCHED", status: 409 });
    expect(await order(orderId)).toMatchObject({ status: "confirmed", cancellation: null, failure: null });
  });

  it("is refused once it is delivered, returned, or failed anyway", async () => {
    const { orderId, cancel } = await buy(shop);
    await dispatch(shop, orderId);
    const { shipmentId } = (await shop.call(shipping.listShipments, { orderId })).items[0]!;
    await shop.call(shipping.markDelivered, { shipmentId });
    await shop.call(shipping.markReturned, { shipmentId });
    await shop.settle();
    expect((await rowOf(shop, orderId)).fulfilment_state).toBe("returned");
    await expect(cancel(orderId)).rejects.toMatchObject({ code: "ORDER_ALREADY_DISPATCHED" });
    const failed = await buy(shop, "insufficient_funds");
    await expect(failed.cancel(failed.orderId)).rejects.toMatchObject({ code: "ORDER_NOT_CANCELLABLE" });
  });

  it("many times at once, against the capture and the parcel being made, ends once", async () => {
    const { orderId, cancel } = await buy(shop);
    const answers = await Promise.all(Array.from({ length: 6 }, () => cancel(orderId)));
    expect(new Set(answers.map((one) => one.status)).difference(new Set(["cancelled", "undoing"])).size).toBe(0);
    await untilOver(shop, orderId);
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "cancelled", payments: 1, ...NOTHING });
    expect((await shop.heard(OrderCancelled)).filter((event) => event.subject === orderId)).toHaveLength(1);
    const parcels = (await shop.call(shipping.listShipments, { orderId })).items;
    expect(parcels.filter((parcel) => parcel.state !== "cancelled")).toEqual([]);
  });

  it("is nobody else's business", async () => {
    const { orderId } = await buy(shop);
    const stranger = arrive(shop);
    const notFound = { code: "ORDER_NOT_FOUND", status: 404 };
    await expect(stranger.cancel(orderId)).rejects.toMatchObject(notFound);
    await expect(stranger.resume(orderId)).rejects.toMatchObject(notFound);
    await expect(stranger.order(orderId)).rejects.toMatchObject(notFound);
    await expect(stranger.cancel(newId("order"))).rejects.toMatchObject(notFound);
  });

  it("refuses refunds of more than was taken, in another currency, or under a used id", async () => {
    const { orderId } = await buy(shop);
    await shop.settle();
    await expect(refund(shop, orderId, 796)).rejects.toMatchObject({ code: "ORDER_NOT_REFUNDABLE", status: 422 });
    const inEuro = { orderId, refundId: newId("refund"), amount: { amountMinor: 1, currency: "EUR" }, reason: "x" };
    await expect(shop.call(orders.refundOrder, inEuro)).rejects.toMatchObject({ code: "ORDER_NOT_REFUNDABLE" });
    const refundId = newId("refund");
    await refund(shop, orderId, 100, refundId);
    await expect(refund(shop, orderId, 101, refundId)).rejects.toMatchObject({ code: "REFUND_MISMATCH", status: 409 });
  });
});

describe("where money is taken at dispatch", () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await startOrders({ ORDERS_CAPTURE: "dispatch" });
  });
  afterAll(() => shop?.stop());

  it("cancelling lets the held amount go", async () => {
    const { orderId, cancel, order } = await buy(shop);
    await shop.settle();
    expect((await cancel(orderId)).status).toBe("cancelled");
    await letTimePass(shop, 10_000);
    expect((await order(orderId)).paymentStatus).toBe("voided");
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "cancelled", ...NOTHING });
    const told = (await shop.heard(OrderCancelled)).find((event) => event.subject === orderId);
    expect(told?.data.refunded).toBeNull();
    expect((await shop.heard(PaymentCaptured)).filter((event) => event.data.orderId === orderId)).toEqual([]);
  });

  it("dispatch takes it", async () => {
    const { orderId, order } = await buy(shop);
    await dispatch(shop, orderId);
    await shop.settle();
    expect(await order(orderId)).toMatchObject({
      paymentStatus: "captured",
      fulfilmentStatus: "dispatched",
      trackingCodes: ["RM123456785GB"],
    });
  });

  it("an order whose money cannot be had any more fails before the goods leave", async () => {
    const { orderId, order } = await buy(shop);
    await shop.settle();
    shop.advanceClock(8 * 86_400_000);
    await shop.runJob("payment-simulator", "settle-due");
    await shop
      .call(payments.capture, { paymentId: (await rowOf(shop, orderId)).payment_id })
      .catch((error: { code: string }) => expect(error.code).toBe("PAYMENT_NOT_CAPTURABLE"));
    await untilOver(shop, orderId);
    expect(await order(orderId)).toMatchObject({ status: "failed", failure: { code: "payment_declined" } });
    expect(await booksOf(shop, orderId)).toMatchObject({ state: "failed", ...NOTHING });
    expect((await shop.call(shipping.listShipments, { orderId })).items.map((one) => one.state)).toEqual(["cancelled"]);
    expect((await shop.heard(OrderFailed)).filter((event) => event.subject === orderId)).toHaveLength(1);
  });
});
