import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "#kernel/id";
import type { Actor } from "#platform/ctx";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import { service as catalogService } from "../catalog/service.ts";
import { service as inventoryService } from "../inventory/service.ts";
import { cart } from "./contract.ts";
import { service as cartService } from "./service.ts";

const many = Array.from({ length: 1_001 }, (_, index) => `MANY-${String(index).padStart(4, "0")}`);
let shop: TestShop;

beforeAll(async () => {
  shop = await startTestShop({ services: [catalogService, inventoryService, cartService] });
  await product("Lantern", ["SKU-001"]);
  await product("Candle", ["SKU-002"]);
  for (let start = 0; start < many.length; start += 250) await product(`Many ${start}`, many.slice(start, start + 250));
  await shop.call(inventory.putWarehouse, { code: "leicester", name: "Leicester" });
  await shop.call(inventory.adjustStock, {
    adjustmentId: newId("adjustment"),
    reason: "opening stock",
    lines: [{ sku: "SKU-001", warehouse: "leicester", onHand: 500 }],
  });
}, 60_000);
afterAll(() => shop?.stop());

function product(title: string, skus: readonly string[]) {
  return shop.call(catalog.createProduct, {
    titles: { en: title },
    status: "active",
    ...(skus.length === 1 ? {} : { options: [{ name: "Number", values: [...skus] }] }),
    variants: skus.map((sku) => ({
      sku,
      ...(skus.length === 1 ? {} : { options: { Number: sku } }),
      weightGrams: 100,
      prices: [{ market: "gb", currency: "GBP", amountMinor: 425 }],
    })),
  });
}

/** A shopper with an own cart. */
function newShopper(as: Actor = { kind: "guest", id: newId("guest") }) {
  const told = { as };
  return {
    add: (sku: string, quantity: number, expectedVersion?: number) =>
      shop.call(cart.addLine, { sku, quantity, ...(expectedVersion === undefined ? {} : { expectedVersion }) }, told),
    change: (sku: string, quantity: number) => shop.call(cart.changeLine, { sku, quantity }, told),
    remove: (sku: string) => shop.call(cart.removeLine, { sku }, told),
    clear: () => shop.call(cart.clearCart, {}, told),
    see: () => shop.call(cart.getCart, {}, told),
    lines: async () => {
      const { lines } = await shop.call(cart.getCartLines, {}, told);
      return Object.fromEntries(lines.map((line) => [line.sku, line.quantity]));
    },
    told,
  };
}

describe("a cart", () => {
  test("holds what user123 put in (V3)", async () => {
    const user = newShopper({ kind: "customer", id: "user123" });
    await user.add("SKU-001", 2);
    expect(await user.lines()).toEqual({ "SKU-001": 2 });
  });

  test("is the same from every device of its owner, and nobody else's", async () => {
    const owner = newShopper({ kind: "customer", id: "ada" });
    await owner.add("SKU-001", 1);
    expect(await newShopper({ kind: "customer", id: "ada" }).lines()).toEqual({ "SKU-001": 1 });
    expect(await newShopper({ kind: "guest", id: "ada" }).lines()).toEqual({});
    expect(await newShopper({ kind: "customer", id: "bob" }).lines()).toEqual({});
  });

  test("that nobody wrote to is empty", async () => {
    expect(await newShopper().see()).toEqual({
      cartId: null,
      version: 0,
      lineCount: 0,
      itemCount: 0,
      currency: "GBP",
      lines: [],
      subtotal: { amountMinor: 0, currency: "GBP" },
      canCheckOut: false,
      expiresAt: null,
    });
  });

  test("adds up, sets, removes and clears, and answers its sums", async () => {
    const shopper = newShopper();
    const first = await shopper.add("SKU-001", 2);
    expect(first).toMatchObject({ version: 1, lineCount: 1, itemCount: 2 });
    expect(await shopper.add("SKU-002", 1)).toEqual({ ...first, version: 2, lineCount: 2, itemCount: 3 });
    expect(await shopper.add("SKU-001", 3)).toEqual({ ...first, version: 3, lineCount: 2, itemCount: 6 });
    expect(await shopper.change("SKU-001", 4)).toEqual({ ...first, version: 4, lineCount: 2, itemCount: 5 });
    expect(await shopper.lines()).toEqual({ "SKU-001": 4, "SKU-002": 1 });
    expect(await shopper.change("SKU-002", 0)).toEqual({ ...first, version: 5, lineCount: 1, itemCount: 4 });
    expect(await shopper.remove("SKU-002")).toEqual({ ...first, version: 5, lineCount: 1, itemCount: 4 });
    expect(await shopper.remove("SKU-001")).toEqual({ ...first, version: 6, lineCount: 0, itemCount: 0 });
    await shopper.change("SKU-002", 7);
    expect(await shopper.clear()).toEqual({ ...first, version: 8, lineCount: 0, itemCount: 0 });
    expect(await shopper.clear()).toEqual({ ...first, version: 8, lineCount: 0, itemCount: 0 });
    expect(await shopper.lines()).toEqual({});
  });

  test("keeps its lines in the order in which they came in", async () => {
    const shopper = newShopper();
    for (const sku of ["SKU-002", "MANY-0003", "SKU-001"]) await shopper.add(sku, 1);
    await shopper.add("SKU-002", 1);
    expect((await shopper.see()).lines.map((line) => line.sku)).toEqual(["SKU-002", "MANY-0003", "SKU-001"]);
  });

  test("refuses what cannot be sold, and names the field", async () => {
    const archived = await product("Old", ["OLD-1"]);
    await shop.call(catalog.archiveProduct, { productId: archived.productId });
    await shop.settle();
    const shopper = newShopper();
    for (const sku of ["NOWHERE", "OLD-1"]) {
      const refusal = { code: "SKU_NOT_SELLABLE", status: 422, data: { field: "sku", skus: [sku] } };
      await expect(shopper.add(sku, 1)).rejects.toMatchObject(refusal);
      await expect(shopper.change(sku, 1)).rejects.toMatchObject(refusal);
    }
    await expect(
      shop.call(cart.addLine, { sku: "SKU-001", quantity: 1 }, { ...shopper.told, market: "us" }),
    ).rejects.toMatchObject({
      code: "SKU_NOT_SELLABLE",
    });
    expect(await shopper.lines()).toEqual({});
  });

  test("refuses quantities beyond its limits and changes nothing", async () => {
    const shopper = newShopper();
    for (const quantity of [0, -1, 1.5, 10_000]) {
      await expect(shopper.add("SKU-001", quantity)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    await shopper.add("SKU-001", 9_998);
    await expect(shopper.add("SKU-001", 2)).rejects.toMatchObject({
      code: "QUANTITY_TOO_LARGE",
      data: { field: "quantity", sku: "SKU-001", quantity: 10_000, maximum: 9_999 },
    });
    expect(await shopper.add("SKU-001", 1)).toMatchObject({ itemCount: 9_999, version: 2 });
  });

  test("refuses a change based on another version", async () => {
    const shopper = newShopper();
    await expect(shopper.add("SKU-001", 1, 3)).rejects.toMatchObject({ code: "CART_CHANGED", data: { version: 0 } });
    await shopper.add("SKU-001", 1, 0);
    await expect(shopper.add("SKU-001", 1, 0)).rejects.toMatchObject({ code: "CART_CHANGED", data: { version: 1 } });
    const stale = { expectedVersion: 7 };
    await expect(shop.call(cart.removeLine, { sku: "SKU-001", ...stale }, shopper.told)).rejects.toMatchObject({
      code: "CART_CHANGED",
    });
    await expect(shop.call(cart.removeLine, { sku: "SKU-002", ...stale }, shopper.told)).rejects.toMatchObject({
      code: "CART_CHANGED",
    });
    await expect(shop.call(cart.clearCart, stale, shopper.told)).rejects.toMatchObject({ code: "CART_CHANGED" });
    expect(await shopper.add("SKU-001", 1, 1)).toMatchObject({ version: 2, itemCount: 2 });
  });

  test("belongs to shoppers only", async () => {
    for (const as of [{ kind: "anonymous" }, { kind: "staff", id: "s" }] as const) {
      await expect(shop.call(cart.getCart, {}, { as })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    }
  });

  test("adds once for one Idempotency-Key", async () => {
    const shopper = newShopper();
    const input = { sku: "SKU-001", quantity: 2 };
    const keyed = { ...shopper.told, idempotencyKey: newId("key") };
    const first = await shop.call(cart.addLine, input, keyed);
    expect(await shop.call(cart.addLine, input, keyed)).toEqual(first);
    await expect(shop.call(cart.addLine, { ...input, quantity: 3 }, keyed)).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
    expect(await shopper.lines()).toEqual({ "SKU-001": 2 });
  });
});

describe("many at once", () => {
  test("50 parallel adds of one SKU add up", async () => {
    const shopper = newShopper();
    const answers = await Promise.all(Array.from({ length: 50 }, () => shopper.add("SKU-001", 2)));
    expect(await shopper.lines()).toEqual({ "SKU-001": 100 });
    expect(new Set(answers.map((answer) => answer.version)).size).toBe(50);
    expect(await shopper.see()).toMatchObject({ version: 50, itemCount: 100, lineCount: 1 });
  });

  test("parallel adds of different SKUs lose none", async () => {
    const shopper = newShopper();
    await Promise.all(many.slice(0, 50).map((sku) => shopper.add(sku, 1)));
    expect(Object.keys(await shopper.lines()).toSorted()).toEqual(many.slice(0, 50));
  });

  test("of parallel changes based on one version, one wins", async () => {
    const shopper = newShopper();
    const { version } = await shopper.add("SKU-001", 1);
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => shopper.add("SKU-001", 1, version)));
    expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
    expect(await shopper.lines()).toEqual({ "SKU-001": 2 });
  });
});

test("a cart takes 1,000 lines, shows them with prices, and refuses one more but not more of the same", async () => {
  const shopper = newShopper();
  // Ninety at a time: all at once would wait for a connection longer than a slow machine lets them.
  for (let from = 0; from < 990; from += 90)
    await Promise.all(many.slice(from, from + 90).map((sku) => shopper.add(sku, 1)));
  // More than there is room for, at once: exactly the room is used.
  const rest = await Promise.allSettled([...many.slice(990), "SKU-001", "SKU-002"].map((sku) => shopper.add(sku, 1)));
  expect(rest.filter((answer) => answer.status === "fulfilled")).toHaveLength(10);
  const refused = rest.filter((answer) => answer.status === "rejected").map((answer) => answer.reason);
  expect(refused.map(({ code, data }) => [code, data.maximum])).toEqual([
    ["CART_FULL", 1_000],
    ["CART_FULL", 1_000],
    ["CART_FULL", 1_000],
  ]);
  expect(await shopper.add(many[0]!, 5)).toMatchObject({ lineCount: 1_000, itemCount: 1_005 });
  const seen = await shopper.see();
  expect(seen.lines).toHaveLength(1_000);
  expect(seen.lines.every((line) => line.unitPrice?.amountMinor === 425)).toBe(true);
  expect(seen.subtotal).toEqual({ amountMinor: 1_005 * 425, currency: "GBP" });
}, 30_000);

describe("a shown cart", () => {
  test("has title, price, availability and sum from the server", async () => {
    const shopper = newShopper();
    await shopper.add("SKU-001", 2);
    const seen = await shopper.see();
    expect(seen).toMatchObject({
      lineCount: 1,
      itemCount: 2,
      currency: "GBP",
      subtotal: { amountMinor: 850, currency: "GBP" },
      canCheckOut: true,
    });
    expect(seen.lines[0]).toMatchObject({
      title: "Lantern",
      slug: "lantern",
      unitPrice: { amountMinor: 425 },
      availability: "in",
      problem: null,
    });
  });

  test("marks lines that are short or out of stock, and cannot be checked out with them", async () => {
    const shopper = newShopper();
    await shopper.add("SKU-001", 501);
    await shopper.add("SKU-002", 1);
    const seen = await shopper.see();
    expect(seen.lines).toMatchObject([
      { sku: "SKU-001", problem: "insufficient_stock", available: 500, unitPrice: { amountMinor: 425 } },
      { sku: "SKU-002", problem: "insufficient_stock", available: 0, availability: "out" },
    ]);
    expect(seen.canCheckOut).toBe(false);
  });

  test("keeps a line that is sold no more, marked and without a price", async () => {
    const { productId } = await product("Leaving", ["LEAVING-1"]);
    const shopper = newShopper();
    await shopper.add("LEAVING-1", 1);
    await shopper.add("SKU-001", 1);
    await shop.call(catalog.archiveProduct, { productId });
    await shop.settle();
    await expect
      .poll(async () => (await shopper.see()).lines[0])
      .toMatchObject({ sku: "LEAVING-1", title: "Leaving", unitPrice: null, subtotal: null, problem: "not_sellable" });
    expect(await shopper.see()).toMatchObject({ canCheckOut: false, subtotal: { amountMinor: 425 } });
    await shopper.remove("LEAVING-1");
    expect(await shopper.see()).toMatchObject({ canCheckOut: true });
  });
});
