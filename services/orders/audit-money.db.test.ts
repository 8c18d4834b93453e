import { afterAll, beforeAll, expect, test } from "vitest";
import { discrepanciesFoundBy } from "#kernel/audit";
import { newId, type Id } from "#kernel/id";
import { money } from "#kernel/money";
import { payments } from "#payments/contract";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { orders } from "./contract.ts";
import { arrive, buy, letTimePass, rowOf, startOrders } from "./testing-orders.ts";
import { service } from "./service.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startOrders();
}, 60_000);
afterAll(() => shop.stop());

const run = (name: string, statement: ReturnType<typeof sql>) => shop.context(name).db.run(statement);
const command = (...args: string[]) =>
  service.commands!.find((one) => one.name === "money")!.run(shop.context("orders"), args);
const told = async () => {
  await shop.settle();
  return (await shop.heard(discrepanciesFoundBy("orders"))).map((event) => event.data);
};
const paymentOf = (orderId: Id<"order">) => rowOf(shop, orderId).then((row) => row.payment_id);

async function bought(): Promise<Id<"order">> {
  const { answer, orderId } = await buy(shop);
  expect(answer.status).toBe("confirmed");
  return orderId;
}

async function cancelled(): Promise<Id<"order">> {
  const { orderId, cancel } = await buy(shop);
  await shop.settle();
  expect((await cancel(orderId)).status).toBe("cancelled");
  return orderId;
}

test(
  "a shop that sold, cancelled, refunded and was refused a card has nothing to tell",
  { timeout: 30_000 },
  async () => {
    for (let count = 0; count < 4; count++) await bought();
    await cancelled();
    await buy(shop, "insufficient_funds");
    const partly = await bought();
    await shop.settle();
    const amount = money(200, "GBP");
    await shop.call(orders.refundOrder, { orderId: partly, refundId: newId("refund"), amount, reason: "a scratch" });
    const shopper = arrive(shop);
    await shopper.add("MUG", 3);
    await shopper.send(await shopper.body("challenge"));
    await shop.settle();
    expect(await command("--all")).toEqual(["0 checked, 0 findings."]); // all of it is too fresh to be judged
    await letTimePass(shop, 70_000);
    await letTimePass(shop, 70_000);
    expect(await command("--all")).toEqual(["7 checked, 0 findings."]);
    await shop.runJob("orders", "audit-money");
    expect(await told()).toEqual([]);
    expect(shop.logged.filter((line) => line.includes("an audit found"))).toEqual([]);
  },
);

test(
  "finds each kind of damage, tells of it once, and is content when it is repaired",
  { timeout: 60_000 },
  async () => {
    const [twice, noted, freed, unpaid] = [await bought(), await bought(), await bought(), await bought()];
    const [kept, forgotten] = [await cancelled(), await cancelled()];
    const declined = (await buy(shop, "insufficient_funds")).orderId;
    await letTimePass(shop, 70_000);
    const clean = (await command("--all")).at(-1);
    expect(clean).toMatch(/ 0 findings\.$/);

    const token = await tokenOf();
    const second = newId("payment");
    const { total_minor: totalMinor } = await rowOf(shop, twice);
    await shop.call(payments.authorise, { paymentId: second, orderId: twice, amount: money(totalMinor, "GBP"), token });
    await letTimePass(shop, 70_000);
    await run(
      "orders",
      sql`update orders set captured_minor = captured_minor - 1, refunded_minor = 5 where id = ${noted}`,
    );
    await run("inventory", sql`update reservation set state = 'released', open = '[]' where order_id = ${freed}`);
    await run(
      "payments",
      sql`update payment set captured_minor = null, is_voided = true, status = 'voided'
    where payment_id = ${await paymentOf(unpaid)}`,
    );
    await run("payments", sql`update refund set status = 'failed' where payment_id = ${await paymentOf(kept)}`);
    await run("inventory", sql`delete from reservation where order_id = ${forgotten}`);
    await run(
      "inventory",
      sql`update reservation set state = 'pinned', open = '[{"sku":"MUG","warehouse":"leicester","quantity":2}]'
    where id = ${(await rowOf(shop, declined)).reservation_id}`,
    );

    await shop.runJob("orders", "audit-money");
    const lines = await command("--all");
    const about = (orderId: string) =>
      lines.filter((line) => line.startsWith(orderId)).map((line) => line.slice(38, line.indexOf(" (")));
    expect(about(twice)).toEqual([
      "live payments should be 1 and is 2",
      `its payment should be ${await paymentOf(twice)} and is ${second}`,
      `held beside what was taken, in minor units of GBP should be 0 and is ${totalMinor}`,
    ]);
    expect(about(noted)).toEqual([
      `taken by its own note, in minor units of GBP should be ${totalMinor} and is ${totalMinor - 1}`,
      "given back by its own note, in minor units of GBP should be 0 and is 5",
    ]);
    expect(about(freed)).toEqual(["its reservation should be pinned and is released"]);
    expect(about(unpaid)).toEqual([
      "live payments should be 1 and is 0",
      `taken by its own note, in minor units of GBP should be 0 and is ${totalMinor}`,
    ]);
    expect(about(kept)).toEqual([
      `kept, in minor units of GBP should be 0 and is ${totalMinor}`,
      `given back by its own note, in minor units of GBP should be 0 and is ${totalMinor}`,
    ]);
    expect(about(forgotten)).toEqual(["its reservation should be released and is unknown"]);
    expect(about(declined)).toEqual(["pieces still reserved should be 0 and is 2"]);
    expect(lines).toHaveLength(13);

    const [event, ...others] = await told();
    expect([event!.audit, event!.count, others]).toEqual(["money", 12, []]);
    expect(shop.logged.filter((line) => line.includes("an audit found discrepancies"))).toHaveLength(2);
    expect(shop.logged.join("\n")).not.toContain("lovelace");

    await run(
      "orders",
      sql`update orders set captured_minor = captured_minor + 1, refunded_minor = 0 where id = ${noted}`,
    );
    await shop.runJob("orders", "audit-money");
    expect((await told()).map((one) => one.count)).toEqual([12, 10]);
  },
);

test("what happens to an old order while it is looked at is no finding", { timeout: 30_000 }, async () => {
  const before = (await told()).length;
  const { orderId, cancel } = await buy(shop);
  await letTimePass(shop, 70_000);
  const cancelling = cancel(orderId);
  const lines = await command("--all");
  await cancelling;
  expect(lines.filter((line) => line.startsWith(orderId))).toEqual([]);
  await letTimePass(shop, 70_000);
  expect((await command()).filter((line) => line.startsWith(orderId))).toEqual([]);
  expect((await told()).length).toBe(before);
});

async function tokenOf(): Promise<string> {
  const shopper = arrive(shop);
  await shopper.add();
  return (await shopper.body("succeeds")).paymentToken!;
}
