import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Event } from "#kernel/event";
import { newId } from "#kernel/id";
import { sql } from "#platform/sql";
import { startTestShop, type TestShop } from "#platform/testing";
import type { OrderConfirmed } from "#orders/events";
import { cart, maximumLines, maximumQuantity } from "./contract.ts";
import { CartAbandoned } from "./events.ts";
import { limits, stampOf } from "./owner.ts";
import { service } from "./service.ts";
import { ensureCart, putLine, replaceLines, type Owner } from "./store.ts";
import { takeOutOrdered } from "./take-out-ordered.ts";

/** The cart by itself: nobody answers for prices or stock. */
let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({
    services: [service],
    settings: { CART_TTL_SECONDS: "36000", CART_ABANDONED_AFTER_HOURS: "1" },
  });
}, 60_000);
afterAll(() => shop?.stop());

const hourMs = 3_600_000;
const guest = (): Owner => ({ store: "demo", kind: "guest", id: newId("guest") });
const customer = (): Owner => ({ store: "demo", kind: "customer", id: newId("customer") });

async function put(owner: Owner, quantities: Readonly<Record<string, number>>): Promise<string> {
  const ctx = shop.context("cart");
  let cartId = "";
  for (const [sku, quantity] of Object.entries(quantities)) {
    const change = { sku, quantity, isAdding: true, newCartId: newId("cart") };
    cartId = (await putLine(ctx.db, owner, change, stampOf(ctx), { limits }))!.cartId;
  }
  return cartId;
}

async function fill(owner: Owner, count: number, prefix: string): Promise<void> {
  const ctx = shop.context("cart");
  const lines = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, [1, index + 1]] as const),
  );
  await ctx.db.transaction(async (tx) => {
    await ensureCart(tx, owner, newId("cart"), stampOf(ctx));
    await replaceLines(tx, owner, lines, stampOf(ctx));
  });
}

const asActor = (owner: Owner) => ({ as: { kind: owner.kind, id: owner.id } });
async function linesOf(owner: Owner): Promise<Record<string, number>> {
  const { lines } = await shop.call(cart.getCartLines, {}, asActor(owner));
  return Object.fromEntries(lines.map((line) => [line.sku, line.quantity]));
}
const merge = (from: Owner, into: Owner) => shop.call(cart.mergeGuestCart, { guestId: from.id, customerId: into.id });

describe("when catalogue and inventory are down", () => {
  test("a cart is shown, its lines without price and marked", async () => {
    const owner = guest();
    await put(owner, { A: 2 });
    const seen = await shop.call(cart.getCart, {}, asActor(owner));
    expect(seen.lines).toMatchObject([
      {
        sku: "A",
        quantity: 2,
        unitPrice: null,
        subtotal: null,
        availability: "unknown",
        problem: "temporarily_unavailable",
      },
    ]);
    expect(seen).toMatchObject({ canCheckOut: false, subtotal: { amountMinor: 0, currency: "GBP" } });
  });

  test("nothing goes in unchecked, but anything can be taken out", async () => {
    const owner = guest();
    await put(owner, { A: 2 });
    await expect(shop.call(cart.addLine, { sku: "A", quantity: 1 }, asActor(owner))).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
    expect(await linesOf(owner)).toEqual({ A: 2 });
    expect(await shop.call(cart.removeLine, { sku: "A" }, asActor(owner))).toMatchObject({ lineCount: 0 });
  });
});

describe("at login", () => {
  test("the guest's goods move into the customer's cart, once", async () => {
    const [from, into] = [guest(), customer()];
    await put(from, { A: 2, B: 1 });
    await put(into, { C: 1, A: 3 });
    const summary = await merge(from, into);
    expect(summary).toMatchObject({ lineCount: 3, itemCount: 7, leftOut: [] });
    expect(await merge(from, into)).toEqual(summary);
    expect(await linesOf(into)).toEqual({ C: 1, A: 5, B: 1 });
    expect(await linesOf(from)).toEqual({});
  });

  test("a customer without a cart gets one; a guest without one changes nothing", async () => {
    const [from, into] = [guest(), customer()];
    expect(await merge(from, into)).toEqual({ cartId: null, version: 0, lineCount: 0, itemCount: 0, leftOut: [] });
    await put(from, { A: 2 });
    expect(await merge(from, into)).toMatchObject({ lineCount: 1, itemCount: 2 });
    expect(await linesOf(into)).toEqual({ A: 2 });
  });

  test("20 merges at once move the goods once", async () => {
    const [from, into] = [guest(), customer()];
    await put(from, { A: 2 });
    await Promise.all(Array.from({ length: 20 }, () => merge(from, into)));
    expect(await linesOf(into)).toEqual({ A: 2 });
  });

  test("quantities are cut at the limit, and lines beyond it stay with the guest", async () => {
    const [from, into] = [guest(), customer()];
    await fill(into, maximumLines - 1, "OLD");
    await put(into, { A: maximumQuantity - 1 });
    await put(from, { A: 5, NEW: 1 });
    expect(await merge(from, into)).toMatchObject({ lineCount: maximumLines, leftOut: ["NEW"] });
    expect((await linesOf(into))["A"]).toBe(maximumQuantity);
    expect(await linesOf(from)).toEqual({ NEW: 1 });
  });
});

describe("after an order was confirmed", () => {
  const money = { amountMinor: 100, currency: "GBP" };
  function confirmed(
    owner: Owner,
    cartId: string,
    quantities: Readonly<Record<string, number>>,
  ): Event<typeof OrderConfirmed> {
    const orderId = newId("order");
    const line = ([sku, quantity]: [string, number]) => ({
      sku,
      productId: newId("product"),
      quantity,
      unitPrice: money,
      total: money,
    });
    return {
      specversion: "1.0",
      id: newId("event"),
      source: "/orders",
      type: "orders.OrderConfirmed.v1",
      subject: orderId,
      time: new Date().toISOString(),
      store: "demo",
      market: "gb",
      data: {
        orderId,
        orderNumber: "T-1",
        owner: { kind: owner.kind, id: owner.id },
        cartId,
        lines: Object.entries(quantities).map(line),
        currency: "GBP",
        total: money,
        reservationId: newId("reservation"),
        paymentId: newId("payment"),
        allocations: [],
        shippingMethod: "standard",
        country: "GB",
        confirmedAt: new Date().toISOString(),
      },
    };
  }

  test("what was ordered leaves the cart, once, and what came in meanwhile stays", async () => {
    const owner = guest();
    const cartId = await put(owner, { A: 2, B: 1 });
    const event = confirmed(owner, cartId, { A: 2, B: 1 });
    await put(owner, { B: 4, C: 1 });
    await Promise.all(Array.from({ length: 5 }, () => takeOutOrdered(event, shop.context("cart"))));
    expect(await linesOf(owner)).toEqual({ B: 4, C: 1 });
    await put(owner, { A: 1 });
    await takeOutOrdered(event, shop.context("cart"));
    expect(await linesOf(owner)).toEqual({ B: 4, C: 1, A: 1 });
  });

  test("another owner's cart and another cart of the same owner stay as they are", async () => {
    const [owner, other] = [guest(), guest()];
    const cartId = await put(owner, { A: 1 });
    await put(other, { A: 1 });
    await takeOutOrdered(confirmed(other, cartId, { A: 1 }), shop.context("cart"));
    await takeOutOrdered(confirmed(owner, newId("cart"), { A: 1 }), shop.context("cart"));
    expect(await linesOf(owner)).toEqual({ A: 1 });
    expect(await linesOf(other)).toEqual({ A: 1 });
  });

  test("goods that a login moved while the order was open leave the customer's cart", async () => {
    const [owner, into] = [guest(), customer()];
    const cartId = await put(owner, { A: 2 });
    const event = confirmed(owner, cartId, { A: 2 });
    await put(into, { A: 1, B: 1 });
    await merge(owner, into);
    await takeOutOrdered(event, shop.context("cart"));
    expect(await linesOf(into)).toEqual({ A: 1, B: 1 });
  });
});

describe("a cart left alone", () => {
  test("is told once when it has goods in it, and again only after a change and another idle time", async () => {
    const [owner, empty] = [guest(), guest()];
    const cartId = await put(owner, { A: 2, B: 1 });
    await put(empty, { A: 1 });
    await shop.call(cart.clearCart, {}, asActor(empty));
    const told = async () => {
      await shop.runJob("cart", "tell-abandoned");
      await shop.settle();
      const events = await shop.heard(CartAbandoned);
      expect(events.some((event) => event.data.owner.id === empty.id)).toBe(false);
      return events.filter((event) => event.data.cartId === cartId);
    };
    shop.advanceClock(0.7 * hourMs);
    expect(await told()).toEqual([]);
    await put(owner, { A: 1 });
    shop.advanceClock(0.7 * hourMs);
    expect(await told()).toEqual([]);
    await put(owner, { A: 1 });
    const changedAt = (await changedAtOf(owner)).toISOString();
    shop.advanceClock(1.1 * hourMs);
    const events = await told();
    expect(events).toHaveLength(1);
    expect(events[0]!.data).toEqual({
      cartId,
      owner: { kind: "guest", id: owner.id },
      store: "demo",
      market: "gb",
      lines: [
        { sku: "A", quantity: 4 },
        { sku: "B", quantity: 1 },
      ],
      lastChangedAt: changedAt,
    });
    shop.advanceClock(1.1 * hourMs);
    expect(await told()).toHaveLength(1);
    await put(owner, { A: 1 });
    shop.advanceClock(1.1 * hourMs);
    expect(await told()).toHaveLength(2);
  });

  test("is told in its own shop and market, whichever the process is at home in", async () => {
    const owner: Owner = { ...guest(), store: "outlet" };
    const change = { sku: "A", quantity: 1, isAdding: true, newCartId: newId("cart") };
    const ctx = shop.context("cart", { store: "outlet", market: "de" });
    await putLine(ctx.db, owner, change, stampOf(ctx), { limits });
    shop.advanceClock(1.1 * hourMs);
    await shop.runJob("cart", "tell-abandoned");
    await shop.settle();
    const events = (await shop.heard(CartAbandoned)).filter((event) => event.data.owner.id === owner.id);
    expect(events).toMatchObject([{ store: "outlet", market: "de", data: { store: "outlet", market: "de" } }]);
  });

  test("expires after its time to live, which every change begins anew", async () => {
    const [owner, other] = [guest(), guest()];
    const first = await put(owner, { A: 1 });
    await put(other, { A: 1 });
    shop.advanceClock(9 * hourMs);
    expect(await put(owner, { B: 1 })).toBe(first);
    shop.advanceClock(9 * hourMs);
    expect(await linesOf(owner)).toEqual({ A: 1, B: 1 });
    expect(await linesOf(other)).toEqual({});
    await shop.runJob("cart", "sweep-expired");
    expect(await rowsOf(owner)).toBe(1);
    expect(await rowsOf(other)).toBe(0);
    shop.advanceClock(2 * hourMs);
    expect(await shop.call(cart.getCart, {}, asActor(owner))).toMatchObject({ cartId: null, version: 0, lines: [] });
  });

  test("that expired is begun anew by a login's merge, and taken as empty", async () => {
    const [from, into] = [guest(), customer()];
    const old = await put(into, { OLD: 1 });
    shop.advanceClock(11 * hourMs);
    await put(from, { A: 1 });
    const summary = await merge(from, into);
    expect(summary.cartId).not.toBe(old);
    expect(await linesOf(into)).toEqual({ A: 1 });
  });

  test("is swept in batches until none is left", async () => {
    const ctx = shop.context("cart");
    await ctx.db.run(manyExpired(ctx.now));
    await shop.runJob("cart", "sweep-expired");
    const left = await ctx.db.get(countExpired(ctx.now));
    expect(left.count).toBe(0);
  });
});

async function changedAtOf(owner: Owner): Promise<Date> {
  const ctx = shop.context("cart");
  const row = await ctx.db.get(sql<{ at: Date }>`select changed_at as at from cart where owner_id = ${owner.id}`);
  return row.at;
}

async function rowsOf(owner: Owner): Promise<number> {
  const row = await shop
    .context("cart")
    .db.get(sql<{ count: number }>`select count(*) from cart where owner_id = ${owner.id}`);
  return row.count;
}

function manyExpired(now: Date) {
  const longAgo = new Date(now.getTime() - 30 * hourMs);
  return sql`
    insert into cart (store, owner_kind, owner_id, cart_id, market, changed_at, expires_at, changed_hour)
    select 'demo', 'guest', 'old-' || n, gen_random_uuid(), 'gb', ${longAgo}::timestamptz, ${longAgo}::timestamptz, ${longAgo}::timestamptz
    from generate_series(1, 1700) n`;
}

function countExpired(now: Date) {
  return sql<{ count: number }>`select count(*) from cart where expires_at <= ${now}`;
}
