import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deletePostgres } from "#platform/postgres";
import { makeTestFolder } from "#platform/testing-folder";
import { expectBooksToAgree } from "./buyers.ts";
import { eventually } from "./eventually.ts";
import { stockShop, type Answer, type Json } from "./shop.ts";
import { startShopProcess } from "./shop-process.ts";
import { Shopper } from "./shopper.ts";

const BUYERS = 30;
const ON_HAND = 1_000;

let dataDir: string;
beforeAll(async () => {
  dataDir = makeTestFolder("kill");
});
afterAll(async () => {
  await deletePostgres(dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

describe("a process that is killed in the middle of checkouts", () => {
  it("goes on with every order where it was, loses none and charges none twice", { timeout: 120_000 }, async () => {
    const first = await startShopProcess(dataDir);
    await stockShop(first, [{ sku: "MUG", priceMinor: 850, onHand: ON_HAND }]);
    const shoppers = await Promise.all(Array.from({ length: BUYERS }, () => Shopper.arrive(first)));
    await Promise.all(shoppers.map((shopper) => shopper.add("MUG")));
    const bodies = await Promise.all(shoppers.map((shopper) => shopper.checkoutBody()));
    const answers = shoppers.map((shopper, index) =>
      shopper.post("/checkout", bodies[index], `kill-${index}-key`).catch(() => undefined),
    );
    await Promise.race(answers.slice(0, 5));
    await first.end("SIGKILL");
    const acknowledged = (await Promise.all(answers)).filter((answer): answer is Answer => answer?.status === 201);

    const second = await startShopProcess(dataDir);
    try {
      for (const shopper of shoppers) shopper.moveTo(second);
      const retried = await Promise.all(
        shoppers.map((shopper, index) => untilAnswered(shopper, bodies[index], `kill-${index}-key`)),
      );
      expect(retried.map((answer) => answer.status)).toEqual(shoppers.map(() => 201));
      const orders = await Promise.all(
        shoppers.map((shopper, index) => eventually(() => shopper.order(retried[index]!.body.orderId), isDone, 30_000)),
      );
      expect(new Set(orders.map((order) => order.status))).toEqual(new Set(["confirmed"]));
      for (const answer of acknowledged) expect(orders.map((order) => order.orderId)).toContain(answer.body.orderId);
      for (const shopper of shoppers) expect((await shopper.get("/orders")).body.items).toHaveLength(1);
      await expectBooksToAgree(second, { sku: "MUG", left: ON_HAND - orders.length, orders });
    } finally {
      await second.end("SIGTERM");
    }
  });
});

function isDone(order: Json): boolean {
  return order.status === "confirmed" && order.paymentStatus === "captured" && order.fulfilmentStatus === "pending";
}

/** As a client would: the same request with the same key, until it is told what became of it. */
function untilAnswered(shopper: Shopper, body: unknown, key: string): Promise<Answer> {
  return eventually(
    () => shopper.post("/checkout", body, key),
    (answer) => answer.status === 201,
    30_000,
  );
}
