import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Buyers, expectBooksToAgree } from "./buyers.ts";
import { eventually } from "./eventually.ts";
import { openFleetShop, type FleetShop } from "./fleet-shop.ts";
import { stockShop } from "./shop.ts";

// What can go wrong on the way between two processes, set on purpose by every member's switchboard.

const ON_HAND = 10_000;
const BUYERS = 12;

let shop: FleetShop;
beforeAll(async () => {
  // Long limits: an order whose charge reached nobody for half a minute fails, rightly, and that is another story.
  const limits = { PAYMENTS_UNHEARD_LIMIT_MS: "600000", PAYMENTS_AUTHORISE_LIMIT_SECONDS: "600" };
  const settings = { CONSUMER_FIRST_RETRY_MS: "10", ...limits };
  shop = await openFleetShop(settings, { orders: 2, inventory: 2, payments: 2 });
  await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: ON_HAND }]);
});
afterAll(() => shop?.stop());
afterEach(() => atEveryDesk("DELETE"));

async function atEveryDesk(method: string, order?: (service: string, replica: number) => object | undefined) {
  for (const { operatorUrl, plan } of shop.fleet.members) {
    const body = order?.(plan.service, plan.replica);
    if (order !== undefined && body === undefined) continue;
    const headers = { "content-type": "application/json" };
    const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const { status } = await fetch(`${operatorUrl}/faults`, { method, ...sent });
    expect([201, 204], `${method} ${operatorUrl}/faults`).toContain(status);
  }
}

async function strikes(): Promise<number> {
  const desks = shop.fleet.members.map(async ({ operatorUrl }) => {
    const { items } = (await (await fetch(`${operatorUrl}/faults`)).json()) as { items: { struck: number }[] };
    return items.reduce((sum, one) => sum + one.struck, 0);
  });
  return (await Promise.all(desks)).reduce((sum, one) => sum + one, 0);
}

let left = ON_HAND;

/** Everybody fills a cart in peace, then buys while the faults strike; every purchase happens once. How often they struck. */
async function buyWhile(
  name: string,
  order: (service: string, replica: number) => object | undefined,
): Promise<number> {
  const buyers = new Buyers(shop, name);
  await buyers.arrive(BUYERS, "MUG");
  await atEveryDesk("POST", order);
  const orders = await buyers.buy();
  const struck = await strikes();
  await atEveryDesk("DELETE");
  left -= orders.length;
  await shop.inside.settle();
  await expectBooksToAgree(shop, { sku: "MUG", left, orders });
  expect(buyers.complaints.filter((told) => !isAllowed(told))).toEqual([]);
  return struck;
}

/** A fault that was set is told as one: nobody knows, or too late. Anything else would be ours. */
function isAllowed(told: string): boolean {
  return /^\w+ \S+: (500 .*"INTERNAL"|504 .*"(DEADLINE_EXCEEDED|OUTCOME_UNKNOWN)")/.test(told);
}

describe("a fleet in which every call may", () => {
  it.each(["drop_before", "drop_after", "twice", "error", "unavailable"])(
    "suffer %s sells each thing once",
    { timeout: 180_000 },
    async (kind) => {
      const struck = await buyWhile(kind, (service, replica) =>
        // Shoppers' own requests are the edge's; all that stands behind it may suffer.
        service === "gateway"
          ? undefined
          : { kind, service, operation: "*", probability: 0.2, seed: 11 * replica, times: 25 },
      );
      expect(struck).toBeGreaterThan(10);
    },
  );
});

describe("a fleet in which every event may", () => {
  it.each(["duplicate", "drop_after", "reorder"])(
    "suffer %s tells each thing once",
    { timeout: 180_000 },
    async (kind) => {
      const listeners = ["cart", "orders", "payments", "inventory", "shipping", "notifications"];
      const struck = await buyWhile(`event-${kind}`, (service) =>
        listeners.includes(service) ? { kind, service, event: "*", probability: 0.3, seed: 7 } : undefined,
      );
      expect(struck).toBeGreaterThan(5);
    },
  );
});

it("sells when the clocks of its replicas are four minutes apart", { timeout: 180_000 }, async () => {
  await buyWhile("clocks", (_, replica) => ({ kind: "clock", ms: replica === 1 ? 120_000 : -120_000 }));
});

it("answers in time while the provider is stuck, and charges once when it goes on", { timeout: 180_000 }, async () => {
  const buyers = new Buyers(shop, "stuck");
  await buyers.arrive(4, "MUG");
  await atEveryDesk("POST", (service) =>
    service === "payment-simulator" ? { kind: "stuck", service, operation: "authorise" } : undefined,
  );
  const bought = buyers.buy();
  await eventually(strikes, (count) => count >= 4, 30_000);
  await atEveryDesk("DELETE");
  const orders = await bought;
  left -= orders.length;
  await shop.inside.settle();
  await expectBooksToAgree(shop, { sku: "MUG", left, orders });
  expect(buyers.complaints).toEqual([]);
});
