import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { mustBe, openShop, request, stockShop, type Shop, type Json } from "./shop.ts";
import { Shopper } from "./shopper.ts";

const BUYERS = 500;
const LINES = 1_000;
const AT_ONCE = 50;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  const many = Array.from({ length: LINES }, (_, index) => ({
    sku: `ITEM-${index}`,
    priceMinor: 101 + index,
    onHand: 5,
    weightGrams: 10,
  }));
  await stockShop(shop, [{ sku: "LAST-TEN", priceMinor: 2_000, onHand: 10 }, ...many]);
}, 60_000);
afterAll(() => shop.stop());

async function detail(sku: string): Promise<Json> {
  return (await mustBe(200, request(shop, "GET", `/stock/${sku}/warehouses`, { headers: shop.staff }))).body;
}

/** Runs `work` for every number below `count`, `AT_ONCE` at a time. */
async function forAll<Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const runner = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  return results;
}

describe("a rush", () => {
  it(
    `sells the last 10 units to exactly 10 of ${BUYERS} buyers, and charges nobody else`,
    { timeout: 120_000 },
    async () => {
      const bodies = await forAll(BUYERS, async () => {
        const buyer = await Shopper.arrive(shop);
        await buyer.add("LAST-TEN");
        return { buyer, asked: await buyer.checkoutBody() };
      });
      const answers = await forAll(BUYERS, (index) =>
        bodies[index]!.buyer.post("/checkout", bodies[index]!.asked, `rush-buyer-${index}`),
      );
      const finals = await forAll(BUYERS, (index) =>
        eventually(
          () => bodies[index]!.buyer.order(answers[index]!.body.orderId),
          (seen) => seen.status === "confirmed" || seen.status === "failed",
          30_000,
        ),
      );
      expect(finals.filter((order) => order.status === "confirmed")).toHaveLength(10);
      const failures = finals.filter((order) => order.status === "failed").map((order) => order.failure.code);
      expect(new Set(failures)).toEqual(new Set(["inventory_unavailable"]));
      expect(await detail("LAST-TEN")).toMatchObject({
        availability: "out",
        available: 0,
        warehouses: [{ onHand: 10, allocated: 10 }],
      });
      await shop.inside.settle();
      const { lines } = (await (
        await fetch(`${shop.desk("inventory")}/commands/inventory/reconcile`, { method: "POST" })
      ).json()) as { lines: string[] };
      expect(lines).toEqual(["Stock, ledger and reservations agree."]);
      const { body } = await mustBe(
        200,
        request(shop, "GET", "/transactions?limit=100&status=captured", { headers: shop.staff }),
      );
      expect(body.items).toHaveLength(10);
    },
  );

  it(`takes a cart of ${LINES} lines through a checkout`, { timeout: 60_000 }, async () => {
    const ada = await Shopper.arrive(shop);
    for (let index = 0; index < LINES; index++) await ada.add(`ITEM-${index}`);
    expect((await ada.cart()).lines).toHaveLength(LINES);
    const { body } = await ada.checkout();
    const order = await eventually(
      () => ada.order(body.orderId),
      (seen) => seen.status !== "open",
      30_000,
    );
    expect(order.status).toBe("confirmed");
    expect(order.quote.subtotal.amountMinor).toBe(LINES * 101 + (LINES * (LINES - 1)) / 2);
  });
});
