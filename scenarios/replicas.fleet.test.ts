import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Member } from "#platform/fleet/member";
import { expectBooksToAgree } from "./buyers.ts";
import { eventually } from "./eventually.ts";
import { openFleetShop, type FleetShop } from "./fleet-shop.ts";
import { request, stockShop, type Answer, type Json } from "./shop.ts";
import { CARDS, Shopper } from "./shopper.ts";

// Two replicas of everything that keeps state. Whatever happens to one of them, the other goes on, and the books agree.

const ON_HAND = 10_000;
/** Longer than any lease of an order (8 s), of a place on the bus (6 s) and of a relay (5 s). */
const ZOMBIE_MS = 12_000;

let shop: FleetShop;
beforeAll(async () => {
  const twice = ["catalog", "pricing", "inventory", "cart", "shipping", "orders", "payments", "notifications"];
  shop = await openFleetShop({}, Object.fromEntries(twice.map((name) => [name, 2])));
  await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: ON_HAND }]);
});
afterAll(() => shop?.stop());

let sold = 0;

/** Buys one MUG as a stubborn client does: the same request with the same key until it is told what became of it. */
async function buy(card: string = CARDS.succeeds): Promise<{ buyer: Shopper; orderId: string }> {
  const patient = (act: () => Promise<Answer>, status: number) =>
    eventually(
      () => act().catch((error: unknown) => ({ status: 0, body: String(error), headers: new Headers() })),
      (answer) => answer.status === status,
      60_000,
    );
  const { body: guest } = await patient(() => request(shop, "POST", "/guest-tokens", { body: {} }), 201);
  const buyer = Shopper.withToken(shop, guest.guestId, guest.token);
  await patient(() => buyer.post("/cart/lines", { sku: "MUG", quantity: 1 }), 200);
  const asked = await eventually(
    () => buyer.checkoutBody(card).catch(() => undefined),
    (body) => body !== undefined,
    60_000,
  );
  const key = randomUUID();
  const { body } = await patient(() => buyer.post("/checkout", asked, key), 201);
  return { buyer, orderId: body.orderId };
}

/** Buys with `count` shoppers at a time until `isOver`, at least once each. */
async function shopUntil(isOver: () => boolean, count: number): Promise<{ buyer: Shopper; orderId: string }[]> {
  const bought: { buyer: Shopper; orderId: string }[] = [];
  const one = async () => {
    do bought.push(await buy());
    while (!isOver());
  };
  await Promise.all(Array.from({ length: count }, one));
  return bought;
}

async function expectAllDone(bought: readonly { buyer: Shopper; orderId: string }[]): Promise<void> {
  const orders: Json[] = [];
  for (const { buyer, orderId } of bought) {
    const order = await eventually(
      () => buyer.order(orderId),
      (seen) => seen.status === "confirmed" && seen.paymentStatus === "captured" && seen.fulfilmentStatus === "pending",
      60_000,
    );
    expect(order.captured).toEqual(order.total);
    expect((await buyer.get("/orders")).body.items).toHaveLength(1);
    orders.push(order);
  }
  sold += bought.length;
  await expectBooksToAgree(shop, { sku: "MUG", left: ON_HAND - sold, orders });
}

const replicated = ["orders", "payments", "inventory", "cart", "shipping", "notifications"];

describe("a fleet with two replicas of everything", () => {
  it.each(replicated)("sells on while one of %s is killed", { timeout: 120_000 }, async (service) => {
    const victim = shop.fleet.member(service, 2);
    const { pid, restarts } = victim;
    const isBack = () => victim.restarts > restarts && victim.pid !== undefined;
    const selling = shopUntil(isBack, 6);
    victim.kill("SIGKILL");
    await eventually(
      async () => victim.pid,
      (now) => now !== undefined && now !== pid,
      30_000,
    );
    await victim.ready();
    await expectAllDone(await selling);
  });

  it(
    "sells on while a replica of each is halted, and what the zombies still do when they go on harms nothing",
    { timeout: 180_000 },
    async () => {
      const zombies = ["orders", "payments", "inventory"].map((service) => shop.fleet.member(service, 1));
      let isOver = false;
      const selling = shopUntil(() => isOver, 6);
      await Promise.all(zombies.map(haltForAWhile));
      isOver = true;
      await expectAllDone(await selling);
      for (const zombie of zombies) expect([zombie.name, zombie.restarts]).toEqual([zombie.name, 0]);
    },
  );
});

/** Stops a process in the middle of whatever it does, until all its leases have run out. */
async function haltForAWhile(member: Member): Promise<void> {
  const untilMs = performance.now() + ZOMBIE_MS;
  member.kill("SIGSTOP");
  try {
    await eventually(async () => performance.now() > untilMs, Boolean, ZOMBIE_MS + 1_000);
  } finally {
    member.kill("SIGCONT");
  }
}
