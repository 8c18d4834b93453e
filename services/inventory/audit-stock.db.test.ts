import { afterAll, beforeAll, expect, test } from "vitest";
import { discrepanciesFoundBy } from "#kernel/audit";
import { inventory } from "./contract.ts";
import { sql } from "#platform/sql";
import { service } from "./service.ts";
import { takeDispatchedGoods } from "./take-dispatched-goods.ts";
import { dispatched, startTestInventory, type TestInventory } from "./testing-inventory.ts";

let here: TestInventory;
beforeAll(async () => {
  here = await startTestInventory();
});
afterAll(() => here.stop());

const run = (statement: ReturnType<typeof sql>) => here.own((db) => db.run(statement));
const command = (...args: string[]) =>
  service.commands!.find((one) => one.name === "stock")!.run(here.shop.context("inventory"), args);
const told = async () => {
  await here.shop.settle();
  return (await here.shop.heard(discrepanciesFoundBy("inventory"))).map((event) => event.data);
};

/** What the screening and the whole comparison find; they must agree on it. */
async function found(): Promise<readonly string[]> {
  await here.shop.runJob("inventory", "audit-stock");
  const lines = (await command()).slice(0, -1);
  expect((await command("--all")).slice(0, -1)).toEqual(lines);
  return lines.map((line) => line.slice(0, line.indexOf(" (")));
}

test(
  "finds each kind of damage by the newest movements, tells of it once, and nothing of what is sound",
  { timeout: 60_000 },
  async () => {
    await here.stock({ sku: "sound", onHand: 100 }, { sku: "row", onHand: 10 }, { sku: "sum", onHand: 5 });
    await here.stock({ sku: "stuck", onHand: 4 }, { sku: "twice", onHand: 4 }, { sku: "busy", onHand: 1_000 });
    for (let count = 0; count < 70; count++) {
      const held = await here.reserve([
        { sku: "busy", quantity: 1 },
        { sku: "sound", quantity: 1 },
      ]);
      if (count % 3 === 0) await here.shop.call(inventory.pin, { reservationId: held.reservationId });
      else await here.shop.call(inventory.release, { reservationId: held.reservationId });
      if (count % 6 === 0) await takeDispatchedGoods(dispatched(held.reservationId, held.allocations), here.at(0));
    }
    const { reservationId: ended } = await here.reserve([{ sku: "stuck", quantity: 3 }]);
    const { reservationId: freed } = await here.reserve([{ sku: "twice", quantity: 2 }]);
    expect(await found()).toEqual([]);
    expect(await told()).toEqual([]);

    await run(sql`update stock set on_hand = 14 where sku = 'row'`);
    await run(sql`update item set available = available + 1 where sku = 'sum'`);
    await run(sql`update reservation set state = 'released', open = '[]' where id = ${ended}`);
    await run(sql`update stock set allocated = 0 where sku = 'twice'`);
    expect(freed).toBeDefined();
    expect(await found()).toEqual([
      "row: on hand in main should be 10 and is 14",
      "stuck: allocated for open reservations in main should be 0 and is 3",
      "twice: allocated by the ledger in main should be 2 and is 0",
      "twice: allocated for open reservations in main should be 2 and is 0",
      "row: available should be 14 and is 10",
      "sum: available should be 5 and is 6",
      "twice: available should be 4 and is 2",
    ]);
    const [event, ...others] = await told();
    expect([event!.audit, event!.count, others]).toEqual(["stock", 7, []]);
    expect(here.shop.logged.some((line) => line.includes("an audit found discrepancies"))).toBe(true);

    const repair = service.commands!.find((one) => one.name === "reconcile")!;
    expect((await repair.run(here.shop.context("inventory"), ["--repair"])).at(-1)).toMatch(/ 0 differences left\.$/);
    expect(await found()).toEqual([]);
  },
);
