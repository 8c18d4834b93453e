import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import type { Queryable } from "#platform/database";
import { until } from "#platform/testing-events";
import { sql, type Statement } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { orders } from "./contract.ts";
import { newLease } from "./hold-order.ts";
import { opensOrder } from "./order-link.ts";
import { participants } from "./participants.ts";
import { sweepOrders } from "./sweep-orders.ts";
import {
  findOrder,
  keepOrder,
  leaseDueOrders,
  listHistory,
  listOrderSummaries,
  recordDecision,
  takeOrder,
  type OrderRow,
} from "./store.ts";
import { arrive, buy, disturb, rowOf, startOrders } from "./testing-orders.ts";
import { noteCapture, noteRefund, noteVoid } from "./track-payment.ts";
import { noteShipmentCreated, noteShipmentDispatched } from "./track-shipment.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startOrders({ ORDERS_CAPTURE: "dispatch" });
});
afterAll(() => shop?.stop());

const ANYBODY = { as: { kind: "anonymous" } } as const;

describe("a link to an order", () => {
  const link = async (orderId: Parameters<typeof rowOf>[1]) => {
    const { path } = await shop.call(orders.createOrderLink, { orderId });
    return new URL(path, "http://localhost").searchParams.get("access")!;
  };

  it("opens that order to whoever has it, and no other", async () => {
    const [one, other] = [await buy(shop), await buy(shop)];
    const access = await link(one.orderId);
    expect((await shop.call(orders.getOrder, { orderId: one.orderId, access }, ANYBODY)).orderId).toBe(one.orderId);
    await expect(shop.call(orders.getOrder, { orderId: other.orderId, access }, ANYBODY)).rejects.toMatchObject({
      code: "ORDER_NOT_FOUND",
    });
  });

  it("is refused when it is missing, forged, prolonged or cut", async () => {
    const { orderId } = await buy(shop);
    const [expiry, signature] = (await link(orderId)).split(".") as [string, string];
    const longer = (Number.parseInt(expiry, 36) + 86_400).toString(36);
    const forged = [
      undefined,
      "",
      ".",
      expiry,
      `${longer}.${signature}`,
      `${expiry}.${signature.slice(1)}`,
      `zz!.${signature}`,
    ];
    for (const access of forged) {
      const input = access === undefined ? { orderId } : { orderId, access };
      await expect(shop.call(orders.getOrder, input, ANYBODY)).rejects.toMatchObject({ status: 404 });
    }
  });

  it("ends after ORDER_LINK_DAYS", async () => {
    const { orderId } = await buy(shop);
    const { now } = shop.context("orders");
    const access = await link(orderId);
    const opens = (atMs: number) =>
      opensOrder(orderId, access, Object.assign(shop.context("orders"), { now: new Date(atMs) }));
    const days = (count: number) => now.getTime() + count * 86_400_000;
    expect([opens(days(59.9)), opens(days(60.1))]).toEqual([true, false]);
  });
});

describe("the list of orders", () => {
  it("pages through one's own, newest first, each once", async () => {
    const shopper = arrive(shop);
    const placed = [];
    for (let index = 0; index < 5; index++) {
      await shopper.add();
      placed.unshift((await shopper.send(await shopper.body("succeeds"))).orderId);
      await shop.settle();
    }
    const seen = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const input = { limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const page = await shop.call(orders.listOrders, input, shopper.told);
      seen.push(...page.items.map((item) => item.orderId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(placed);
    expect((await shop.call(orders.listOrders, { status: "failed" }, shopper.told)).items).toEqual([]);
  });

  it("shows staff everybody's, by state too, and nobody anything without a token", async () => {
    await buy(shop, "insufficient_funds");
    const { items } = await shop.call(orders.listOrders, { status: "failed", limit: 100 });
    expect(new Set(items.map((item) => item.status))).toEqual(new Set(["failed"]));
    await expect(shop.call(orders.listOrders, {}, ANYBODY)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await expect(shop.call(orders.listOrders, { cursor: "WyJ4Il0" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("knows nothing of another store's orders", async () => {
    const { orderId, told } = await buy(shop);
    await shop.context("orders").db.run(sql`update orders set store = 'other' where id = ${orderId}`);
    await expect(shop.call(orders.getOrder, { orderId })).rejects.toMatchObject({ code: "ORDER_NOT_FOUND" });
    await expect(shop.call(orders.cancelOrder, { orderId })).rejects.toMatchObject({ code: "ORDER_NOT_FOUND" });
    expect((await shop.call(orders.listOrders, {}, told)).items).toEqual([]);
  });
});

describe("events of an order's payment and parcel", () => {
  const envelope = <Data extends object>(data: Data, time: string) => ({
    specversion: "1.0" as const,
    id: newId("event"),
    source: "/payments",
    type: "x",
    subject: "x",
    time,
    store: "demo",
    market: "gb",
    data,
  });
  const pounds = (amountMinor: number) => ({ amountMinor, currency: "GBP" });

  it("heard twice and last to first leave exact amounts and a true state", async () => {
    const { orderId, order } = await buy(shop);
    await shop.settle();
    const { payment_id: paymentId } = await rowOf(shop, orderId);
    const facts = { paymentId, orderId };
    const refund = (amount: number, total: number) =>
      envelope(
        {
          ...facts,
          refundId: newId("refund"),
          amount: pounds(amount),
          refundedTotal: pounds(total),
          capturedTotal: pounds(795),
        },
        `2026-11-20T12:0${total === 795 ? 2 : 1}:00Z`,
      );
    const [first, second] = [refund(300, 300), refund(495, 795)];
    const captured = envelope(
      { ...facts, amount: pounds(795), capturedAt: "2026-11-20T12:00:00Z" },
      "2026-11-20T12:00:00Z",
    );
    const ctx = shop.context("orders");
    for (const event of [second, first, second, first]) await noteRefund(event, ctx);
    for (const event of [captured, captured]) await noteCapture(event, ctx);
    const told = await order(orderId);
    expect(told).toMatchObject({ paymentStatus: "refunded", captured: pounds(795), refunded: pounds(795) });
    expect(told.history.filter((one) => one.about === "payment").map((one) => one.to)).toEqual([
      "authorised",
      "refunded",
    ]);
    await noteVoid(envelope({ ...facts, amount: pounds(795) }, "2026-11-20T12:03:00Z"), ctx);
    expect((await order(orderId)).paymentStatus).toBe("refunded");
  });

  it("of a parcel, too", async () => {
    const { orderId, order } = await buy(shop);
    await shop.settle();
    const parcel = {
      orderId,
      shipmentId: newId("shipment"),
      reservationId: newId("reservation"),
      method: "standard",
      country: "GB",
      lines: [],
    };
    const at = new Date().toISOString();
    const ctx = shop.context("orders");
    const left = envelope({ ...parcel, carrier: null, trackingCode: "RM1", dispatchedAt: at }, at);
    for (const event of [left, left, { ...left, id: newId("event") }]) await noteShipmentDispatched(event, ctx);
    await noteShipmentCreated(envelope({ ...parcel, createdAt: at }, at), ctx);
    expect(await order(orderId)).toMatchObject({ fulfilmentStatus: "dispatched", trackingCodes: ["RM1"] });
  });
});

describe("the sweeper", () => {
  it("goes on with every order although many others cannot go on at all", async () => {
    const stuck = disturb(participants[0]!, "prepare", () => Promise.reject(new Error("no answer")), {
      isForever: true,
    });
    const placed = await Promise.all(Array.from({ length: 24 }, () => buy(shop))).finally(stuck.restore);
    const ids = placed.map((one) => one.orderId);
    const [poisoned, healthy] = [ids.slice(0, 20), ids.slice(20)];
    const { db } = shop.context("orders");
    // Nothing that is decided about these can be written.
    await db.run(sql`alter table orders add constraint poison check (market <> 'poison' or state = 'open')`);
    await db.run(sql`update orders set market = 'poison', wake_at = placed_at where id = any(${poisoned}::uuid[])`);
    shop.advanceClock(10_000);
    await sweepOrders(shop.context("orders"));
    const states = async (some: typeof ids) =>
      new Set((await Promise.all(some.map((id) => rowOf(shop, id)))).map((row) => row.state));
    // The job of the schedule may have taken some of them just before.
    await until("the healthy ones are confirmed", async () => [...(await states(healthy))].join() === "confirmed");
    expect(await states(poisoned)).toEqual(new Set(["open"]));
    expect(shop.logged.some((line) => line.includes("order cannot go on; it is put off"))).toBe(true);
    await db.run(sql`alter table orders drop constraint poison`);
    await db.run(sql`update orders set market = 'gb' where market = 'poison'`);
    shop.advanceClock(60_000);
    await sweepOrders(shop.context("orders"));
    await until("the others are, too", async () => [...(await states(poisoned))].join() === "confirmed");
  });
});

it("records no decision of somebody who has lost the order to another", async () => {
  const stuck = disturb(participants[0]!, "prepare", () => Promise.reject(new Error("no answer")), { isForever: true });
  const { orderId } = await buy(shop);
  const { db } = shop.context("orders");
  const at = (ms: number) => new Date(shop.context("orders").now.getTime() + ms);
  const decide = (order: OrderRow, now: Date) =>
    db.transaction((tx) => recordDecision(tx, { order, to: "open", wakeAt: at(600_000), now }));
  const [mine, others] = [newLease(at(100_000)), newLease(at(200_000))];
  const order = (await takeOrder(db, orderId, mine, at(100_000)))!;
  expect((await takeOrder(db, orderId, others, at(101_000)))?.lease_token).toBe(mine.token);
  const theirs = (await takeOrder(db, orderId, others, at(200_000)))!;
  expect(theirs.lease_token).toBe(others.token);
  expect(await keepOrder(db, order, at(300_000))).toBe(0);
  expect(await decide(order, at(201_000))).toBeUndefined();
  expect((await decide(theirs, at(201_000)))?.lease_token).toBeNull();
  stuck.restore();
});

describe("the statements that run all the time", () => {
  /** The plan for any values, as a prepared statement gets it, when reading a whole table is out of the question. */
  async function planOf(ask: (db: Queryable) => Promise<unknown>): Promise<string> {
    let asked: Statement | undefined;
    const spy = {
      find: (one: Statement) => ((asked = one), Promise.resolve()),
      rows: (one: Statement) => ((asked = one), Promise.resolve([])),
    };
    await ask(spy as unknown as Queryable);
    return shop.context("orders").db.transaction(async (tx) => {
      await tx.run(sql`set local enable_seqscan = off`);
      await tx.run(sql`set local enable_bitmapscan = off`);
      await tx.run(sql`set local enable_sort = off`);
      const explain: Statement<{ "QUERY PLAN": string }> = {
        name: "",
        text: `explain (generic_plan) ${asked!.text}`,
        values: [],
      };
      return (await tx.rows(explain)).map((row) => row["QUERY PLAN"]).join("\n");
    });
  }
  const id = newId("order");
  const now = new Date();
  const filter = { store: "demo", owner: { kind: "guest", id: "x" }, state: undefined, before: undefined, limit: 20 };

  it.each<[string, (db: Queryable) => Promise<unknown>, string]>([
    ["find an order", (db) => findOrder(db, id), "orders_pkey"],
    ["take an order", (db) => takeOrder(db, id, newLease(now), now), "orders_pkey"],
    ["find what is due", (db) => leaseDueOrders(db, { lease: newLease(now), now, limit: 16 }), "orders_to_wake"],
    ["list a shopper's orders", (db) => listOrderSummaries(db, filter), "orders_by_owner"],
    [
      "list orders by state",
      (db) => listOrderSummaries(db, { ...filter, owner: undefined, state: "failed" }),
      "orders_by_state",
    ],
    ["list all orders", (db) => listOrderSummaries(db, { ...filter, owner: undefined }), "orders_pkey"],
    ["read an order's history", (db) => listHistory(db, id), "order_history_by_order"],
  ])("%s by an index, without sorting", async (_name, ask, index) => {
    const plan = await planOf(ask);
    expect(plan).toContain(index);
    expect(plan).not.toContain("Seq Scan");
    expect(plan).not.toContain("Sort");
  });
});
