import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { eventually } from "./eventually.ts";
import { mustBe, openShop, request, stockShop, type Shop } from "./shop.ts";
import { CARDS, Shopper } from "./shopper.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: 100 }]);
}, 60_000);
afterAll(() => shop.stop());

const AUDITS = [
  ["orders", "money"],
  ["payments", "charges"],
  ["payments", "ledger"],
  ["inventory", "stock"],
  ["bus", "audit"],
  ...[
    "cart",
    "catalog",
    "inventory",
    "notifications",
    "orders",
    "payments",
    "payment-simulator",
    "pricing",
    "shipping",
  ].map((service) => [service, "outbox"] as const),
] as const;

async function audit(service: string, name: string): Promise<readonly string[]> {
  const answer = await fetch(`${shop.desk(service)}/commands/${service}/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ args: ["--all"] }),
  });
  return ((await answer.json()) as { lines: string[] }).lines;
}

async function buy(card: string = CARDS.succeeds): Promise<{ ada: Shopper; orderId: string }> {
  const ada = await Shopper.arrive(shop);
  await ada.add("MUG", 2);
  const { body } = await ada.checkout(card);
  return { ada, orderId: body.orderId };
}

it("a shop that sells, cancels, refunds and dispatches passes every audit that it makes of itself", async () => {
  const bought = await Promise.all([buy(), buy(), buy(), buy(), buy(CARDS.declined), buy(CARDS.challenge)]);
  const [kept, cancelled, refunded, sent] = bought;
  await shop.inside.settle();
  await mustBe(200, cancelled.ada.post(`/orders/${cancelled.orderId}/cancel`, {}));
  const refund = { refundId: newId("refund"), amount: { amountMinor: 500, currency: "GBP" }, reason: "a scratch" };
  const headers = shop.staff;
  await mustBe(201, request(shop, "POST", `/orders/${refunded.orderId}/refunds`, { headers, body: refund }));
  const { body } = await mustBe(200, request(shop, "GET", `/shipments?orderId=${sent.orderId}`, { headers }));
  const parcel = { carrier: "Royal Mail", trackingCode: "RM123456785GB" };
  const dispatch = `/shipments/${body.items[0].shipmentId}/dispatch`;
  await mustBe(200, request(shop, "POST", dispatch, { headers, body: parcel }));
  await eventually(
    () => sent.ada.order(sent.orderId),
    (order) => order.fulfilmentStatus === "dispatched",
  );
  await shop.inside.settle();
  await shop.inside.advanceClock(70_000);

  const told = await Promise.all(AUDITS.map(async ([service, name]) => [service, name, await audit(service, name)]));
  expect(told).toEqual(
    AUDITS.map(([service, name]) => [service, name, [expect.stringMatching(/^\d+ checked, 0 findings\.$/)]]),
  );
  expect((told[0]![2] as string[])[0]).toMatch(/^5 checked/); // the sixth waits for its shopper
  expect((await kept.ada.order(kept.orderId)).status).toBe("confirmed");

  for (const [service, name] of AUDITS)
    expect(await (await fetch(`${shop.desk(service)}/metrics`)).text()).toContain(
      `tradepost_audit_findings{service="${service}",audit="${service === "bus" ? "log" : name}"} 0`,
    );
  expect(shop.inside.logged.filter((line) => line.includes("an audit found"))).toEqual([]);
});
