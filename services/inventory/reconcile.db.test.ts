import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, type Id } from "#kernel/id";
import { sql } from "#platform/sql";
import { inventory } from "./contract.ts";
import { pin } from "./pin.ts";
import { reconcile, reconcileCommand } from "./reconcile.ts";
import { release } from "./release.ts";
import { reserve } from "./reserve.ts";
import { sweep } from "./sweep.ts";
import { takeDispatchedGoods } from "./take-dispatched-goods.ts";
import { dispatched, startTestInventory, type TestInventory } from "./testing-inventory.ts";

let here: TestInventory;
beforeAll(async () => {
  here = await startTestInventory();
});
afterAll(() => here.stop());

const run = (...args: string[]) => reconcileCommand.run(here.shop.context("inventory"), args);

test("after a storm of operations everything agrees to the piece", { timeout: 30_000 }, async () => {
  const random = seeded(20_261_120);
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)]!;
  const skus = ["s1", "s2", "s3", "s4", "s5"];
  await here.stock(
    ...skus.flatMap((sku) =>
      ["main", "spare"].map((warehouse) => ({ sku, warehouse, onHand: 15 + Math.floor(random() * 30) })),
    ),
  );
  const known: Awaited<ReturnType<typeof reserve>>[] = [];
  const operations: (() => Promise<unknown>)[] = [
    ...Array.from({ length: 4 }, () => async () => {
      const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
        sku: pick(skus),
        quantity: 1 + Math.floor(random() * 3),
      }));
      const ids = { reservationId: newId("reservation"), orderId: newId("order") };
      known.push(await reserve({ ...ids, lines, ttlSeconds: pick([5, 600]) }, here.at(0)));
    }),
    () => pin({ reservationId: pick(known).reservationId }, here.at(pick([0, 6_000]))),
    () => release({ reservationId: pick(known).reservationId }, here.at(0)),
    () => release({ reservationId: newId("reservation") }, here.at(0)),
    () => sweep(here.at(6_000)),
    () => {
      const { reservationId, allocations } = pick(known);
      return takeDispatchedGoods(dispatched(reservationId, [pick(allocations)]), here.at(0));
    },
    () => {
      const lines = [{ sku: pick(skus), warehouse: pick(["main", "spare"]), delta: pick([-3, -1, 2, 8]) }];
      return here.shop.call(inventory.adjustStock, { adjustmentId: newId("adjustment"), reason: "storm", lines });
    },
    () => {
      const event = { kind: "goods_received" as const, warehouse: "main", occurredAt: "2026-11-20T08:30:00Z" };
      const lines = [{ sku: pick(skus), quantity: 1 + Math.floor(random() * 5) }];
      return here.shop.call(inventory.recordWarehouseEvent, {
        ...event,
        warehouseEventId: newId("warehouseEvent"),
        lines,
      });
    },
  ];
  const codes = new Set<string>();
  const found: object[] = [];
  for (let wave = 0; wave < 25; wave++) {
    const chosen = Array.from({ length: 40 }, () => (known.length === 0 ? operations[0]! : pick(operations)));
    for (const code of Object.keys(await here.count(chosen.map((operation) => operation())))) codes.add(code);
    found.push(...(wave % 8 === 0 ? await reconcile(here.shop.context("inventory")) : []));
  }
  await here.shop.settle();
  expect(found).toEqual([]);
  expect(await run()).toEqual(["Stock, ledger and reservations agree."]);
  const refusals = ["INSUFFICIENT_STOCK", "RESERVATION_EXPIRED", "RESERVATION_RELEASED", "STOCK_BELOW_ALLOCATED"];
  expect([...codes].filter((code) => code !== "ok" && !refusals.includes(code))).toEqual([]);
  expect(codes).toContain("ok");
  expect(codes).toContain("INSUFFICIENT_STOCK");
});

test("explains stock that was changed by hand, and a repair writes the movement that tells of it", async () => {
  await here.stock({ sku: "hand", onHand: 10 });
  await here.own((db) => db.run(sql`update stock set on_hand = 14 where sku = 'hand'`));
  expect(await reconcile(here.shop.context("inventory"))).toMatchObject([
    { sku: "hand", warehouse: "main", what: "on hand", expected: 10, found: 14 },
    { sku: "hand", warehouse: null, what: "available", expected: 14, found: 10 },
  ]);
  expect((await run()).at(-1)).toBe("2 differences; nothing was changed.");
  expect((await run("--repair")).at(-1)).toBe("1 repairs written; 0 differences left.");
  const { items } = await here.shop.call(inventory.listMovements, { sku: "hand" });
  expect(items[0]).toMatchObject({ seq: 2, kind: "repaired", deltaOnHand: 4, deltaAllocated: 0, balanceOnHand: 14 });
  expect(await here.count([here.reserve([{ sku: "hand", quantity: 14 }])])).toEqual({ ok: 1 });
});

test("finds a reservation that ended without freeing its stock, and frees it", async () => {
  await here.stock({ sku: "stuck", onHand: 4 });
  const { reservationId } = await here.reserve([{ sku: "stuck", quantity: 3 }]);
  await closePastTheLedger(reservationId);
  const [difference] = await reconcile(here.shop.context("inventory"));
  expect(difference).toEqual({
    sku: "stuck",
    warehouse: "main",
    what: "allocated for open reservations",
    expected: 0,
    found: 3,
    likelyCause: "a reservation ended without freeing its stock",
  });
  expect((await run("--repair")).at(-1)).toBe("1 repairs written; 0 differences left.");
  expect(await here.books("stuck")).toEqual({ main: [4, 0] });
});

test("finds what is promised and no longer there, and says that people must act", async () => {
  await here.stock({ sku: "lost", onHand: 2 });
  const { reservationId } = await here.reserve([{ sku: "lost", quantity: 2 }]);
  await here.own((db) => db.run(sql`update stock set on_hand = 1, allocated = 1 where sku = 'lost'`));
  const told = await run("--repair");
  expect(told.some((line) => line.startsWith("lost in main: promised, at most on hand should be 1 and is 2"))).toBe(
    true,
  );
  expect(told).toContain("0 repairs written; 4 differences left.");
  await here.shop.call(inventory.adjustStock, {
    adjustmentId: newId("adjustment"),
    reason: "found again",
    lines: [{ sku: "lost", warehouse: "main", delta: 1 }],
  });
  await run("--repair");
  expect(await here.books("lost")).toEqual({ main: [2, 2] });
  await here.shop.call(inventory.release, { reservationId });
  expect(await reconcile(here.shop.context("inventory"))).toEqual([]);
});

test("the ledger refuses to be changed; a movement lost by force is found by its missing number", async () => {
  await here.stock({ sku: "gap", onHand: 5 });
  await here.stock({ sku: "gap", onHand: 6 });
  await here.stock({ sku: "gap", onHand: 8 });
  await here.own(async (db) => {
    await expect(db.run(sql`delete from movement where sku = 'gap' and seq = 2`)).rejects.toThrow("append-only");
    await db.run(sql`alter table movement disable trigger movement_is_append_only`);
    await db.run(sql`delete from movement where sku = 'gap' and seq = 2`);
    await db.run(sql`alter table movement enable trigger movement_is_append_only`);
  });
  expect(await reconcile(here.shop.context("inventory"))).toMatchObject([
    { what: "on hand", expected: 7, found: 8 },
    { what: "movement number", expected: 2, found: 3 },
    { what: "balance on hand at movement 3", expected: 7, found: 8 },
  ]);
  expect((await run("--repair")).join("\n")).toContain("1 repairs written; 0 differences left.");
  expect(await here.count([here.reserve([{ sku: "gap", quantity: 8 }])])).toEqual({ ok: 1 });
});

async function closePastTheLedger(reservationId: Id<"reservation">): Promise<void> {
  await here.own((db) =>
    db.run(sql`update reservation set state = 'released', open = '[]' where id = ${reservationId}`),
  );
}

/** mulberry32: the same storm every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
