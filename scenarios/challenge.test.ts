import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { mustBe, openShop, request, stockShop, type Shop, type Json } from "./shop.ts";
import { CARDS, Shopper } from "./shopper.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: 100 }]);
}, 60_000);
afterAll(() => shop.stop());

async function stock(): Promise<number> {
  return (await mustBe(200, request(shop, "GET", "/stock/MUG/warehouses", { headers: shop.staff }))).body.available;
}

async function challenged(): Promise<{ ada: Shopper; body: Json }> {
  const ada = await Shopper.arrive(shop);
  await ada.add("MUG");
  const { status, body } = await ada.checkout(CARDS.challenge);
  expect([status, body.status, body.nextAction.kind]).toEqual([201, "awaiting_shopper", "challenge"]);
  return { ada, body };
}

/** Presses a button of the bank's page, as a browser without JavaScript would. */
async function press(challengeUrl: string, button: "accept" | "refuse"): Promise<void> {
  const page = new URL(challengeUrl, shop.url);
  const html = await (await fetch(page)).text();
  const field = new RegExp(`<button[^>]*name="([^"]*)" value="${button}"`).exec(html)?.[1];
  if (field === undefined) throw new Error(`No button "${button}" on ${html}`);
  const answer = await fetch(page, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ [field]: button }),
  });
  expect(answer.status).toBeLessThan(400);
}

describe("a card that asks for a challenge", () => {
  it("confirms the order when the shopper accepts", async () => {
    const { ada, body } = await challenged();
    await press(body.nextAction.url, "accept");
    const order = await eventually(
      () => ada.order(body.orderId),
      (seen) => seen.status === "confirmed" && seen.paymentStatus === "captured",
    );
    expect(order.captured).toEqual(order.total);
  });

  it("fails the order and frees the stock when the shopper refuses", async () => {
    const before = await stock();
    const { ada, body } = await challenged();
    await press(body.nextAction.url, "refuse");
    const order = await eventually(
      () => ada.order(body.orderId),
      (seen) => seen.status === "failed",
    );
    expect(order.failure.code).toBe("payment_declined");
    expect(await stock()).toBe(before);
  });

  it("can be cancelled by the shopper while it waits", async () => {
    const before = await stock();
    const { ada, body } = await challenged();
    expect((await ada.post(`/orders/${body.orderId}/cancel`, {})).body.status).toBe("cancelled");
    expect(await stock()).toBe(before);
  });

  it("fails the order and frees the stock when the shopper stays away", async () => {
    const before = await stock();
    const { ada, body } = await challenged();
    await shop.inside.advanceClock(600_000);
    await shop.inside.runJob("orders", "sweep");
    const order = await eventually(
      () => ada.order(body.orderId),
      (seen) => seen.status === "failed",
    );
    expect(order.failure.code).toBe("payment_abandoned");
    await eventually(stock, (seen) => seen === before);
  });
});
