import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#kernel/id";
import { inventory } from "./contract.ts";
import { AvailabilityChanged, StockChanged, StockLow } from "./events.ts";
import { startTestInventory, type TestInventory } from "./testing-inventory.ts";

let here: TestInventory;
beforeAll(async () => {
  here = await startTestInventory({ INVENTORY_LOW_STOCK_THRESHOLD: "3" });
});
afterAll(async () => {
  expect(await here.differences()).toEqual([]);
  await here.stop();
});

const eventsOf = async (kind: typeof AvailabilityChanged | typeof StockLow, sku: string) => {
  await here.shop.settle();
  const events = await here.shop.heard(kind);
  return events.filter((event) => event.data.sku === sku).map(({ data }) => data);
};

test("adjusts by a difference or to a count, and answers a repeat without doing it again", async () => {
  const { call } = here.shop;
  const input = {
    adjustmentId: newId("adjustment"),
    reason: "first count",
    lines: [
      { sku: "cup", warehouse: "main", onHand: 7 },
      { sku: "cup", warehouse: "spare", delta: 2 },
    ],
  };
  const answer = await call(inventory.adjustStock, input);
  expect(answer.lines).toEqual([
    { sku: "cup", warehouse: "main", onHand: 7, allocated: 0, available: 7 },
    { sku: "cup", warehouse: "spare", onHand: 2, allocated: 0, available: 2 },
  ]);
  expect(await call(inventory.adjustStock, input)).toEqual(answer);
  expect(await here.count([call(inventory.adjustStock, { ...input, reason: "other" })])).toEqual({
    ADJUSTMENT_REUSED: 1,
  });
  expect(await here.books("cup")).toEqual({ main: [7, 0], spare: [2, 0] });
});

test("the same adjustment sent twice at once is made once", async () => {
  await here.stock({ sku: "twin", onHand: 1 });
  const lines = [{ sku: "twin", warehouse: "main", delta: 5 }];
  const input = { adjustmentId: newId("adjustment"), reason: "found", lines };
  expect(await here.count([1, 2, 3].map(() => here.shop.call(inventory.adjustStock, input)))).toEqual({ ok: 3 });
  expect(await here.books("twin")).toEqual({ main: [6, 0] });
});

test("refuses bad adjustments whole: below what is promised, unknown warehouses, unclear lines", async () => {
  await here.stock({ sku: "tight", onHand: 4 });
  await here.reserve([{ sku: "tight", quantity: 3 }]);
  const adjust = (...lines: { sku: string; warehouse: string; delta?: number; onHand?: number }[]) =>
    here.shop.call(inventory.adjustStock, { adjustmentId: newId("adjustment"), reason: "test", lines });
  const main = { sku: "tight", warehouse: "main" };
  const refused = [
    adjust({ sku: "other", warehouse: "main", delta: 5 }, { ...main, delta: -2 }),
    adjust({ ...main, onHand: 2 }),
    adjust({ sku: "tight", warehouse: "atlantis", onHand: 2 }),
    adjust({ ...main, onHand: 5, delta: 1 }),
    adjust(main),
    adjust({ ...main, onHand: 5 }, { ...main, delta: 1 }),
  ];
  expect(await here.count(refused)).toEqual({ STOCK_BELOW_ALLOCATED: 2, WAREHOUSE_NOT_FOUND: 1, INVALID_INPUT: 3 });
  expect(await here.books("tight")).toEqual({ main: [4, 3] });
  expect(await here.count([here.shop.call(inventory.getStock, { sku: "other" })])).toEqual({ SKU_NOT_FOUND: 1 });
});

test("received goods are queued, put on hand once, and sold", async () => {
  const event = {
    warehouseEventId: newId("warehouseEvent"),
    kind: "goods_received" as const,
    warehouse: "main",
    occurredAt: "2026-11-20T08:30:00Z",
    lines: [
      { sku: "fresh", quantity: 4 },
      { sku: "fresh", quantity: 1 },
    ],
  };
  const record = (more: object = {}) => here.shop.call(inventory.recordWarehouseEvent, { ...event, ...more });
  const { warehouseEventId } = event;
  expect(await record()).toEqual({ warehouseEventId, state: "queued" });
  await here.shop.settle();
  expect(await record()).toEqual({ warehouseEventId, state: "applied" });
  await here.shop.settle();
  expect(await here.books("fresh")).toEqual({ main: [5, 0] });
  expect(await here.count([record({ lines: [{ sku: "fresh", quantity: 9 }] })])).toEqual({ WAREHOUSE_EVENT_REUSED: 1 });
  expect(await here.count([record({ warehouse: "atlantis" })])).toEqual({ WAREHOUSE_NOT_FOUND: 1 });
  const changes = (await here.shop.heard(StockChanged)).filter(({ data }) => data.changeId === warehouseEventId);
  expect(changes).toMatchObject([{ data: { cause: "received", lines: [{ sku: "fresh", deltaOnHand: 5 }] } }]);
  expect(await here.count([here.reserve([{ sku: "fresh", quantity: 5 }])])).toEqual({ ok: 1 });
});

test("tells of availability only when a threshold is crossed, and asks for goods when it comes down", async () => {
  await here.stock({ sku: "tide", onHand: 6 });
  const take = async (quantity: number) => (await here.reserve([{ sku: "tide", quantity }])).reservationId;
  await take(1);
  const second = await take(2);
  await take(1);
  await take(2);
  await here.shop.call(inventory.release, { reservationId: second });
  expect(await eventsOf(AvailabilityChanged, "tide")).toEqual([
    { sku: "tide", availability: "in", previous: "out", version: 1 },
    { sku: "tide", availability: "low", previous: "in", version: 3 },
    { sku: "tide", availability: "out", previous: "low", version: 5 },
    { sku: "tide", availability: "low", previous: "out", version: 6 },
  ]);
  expect(await eventsOf(StockLow, "tide")).toEqual([
    { sku: "tide", available: 3, lowThreshold: 3, warehouses: [{ warehouse: "main", onHand: 6, allocated: 3 }] },
  ]);
});

test("a SKU's own threshold counts, and crossing it by changing it is told", async () => {
  await here.stock({ sku: "own", onHand: 10 });
  const set = (lowThreshold: number | null) => here.shop.call(inventory.setLowThreshold, { sku: "own", lowThreshold });
  expect(await set(10)).toEqual({ sku: "own", lowThreshold: 10, availability: "low" });
  expect(await eventsOf(StockLow, "own")).toMatchObject([{ available: 10, lowThreshold: 10 }]);
  expect(await here.shop.call(inventory.getStockDetail, { sku: "own" })).toMatchObject({
    lowThreshold: 10,
    hasOwnThreshold: true,
  });
  expect(await set(null)).toEqual({ sku: "own", lowThreshold: 3, availability: "in" });
  const unknown = here.shop.call(inventory.setLowThreshold, { sku: "none", lowThreshold: 1 });
  expect(await here.count([unknown])).toEqual({ SKU_NOT_FOUND: 1 });
});

test("shoppers see stock from a cache that follows every change", async () => {
  const see = () => here.shop.call(inventory.getStock, { sku: "seen" }, { as: { kind: "anonymous" } });
  await here.stock({ sku: "seen", onHand: 25 });
  await here.shop.settle();
  expect(await see()).toEqual({ sku: "seen", availability: "in", available: 20, isAtLeast: true });
  const { reservationId } = await here.reserve([{ sku: "seen", quantity: 6 }]);
  await expect.poll(see).toEqual({ sku: "seen", availability: "in", available: 19, isAtLeast: false });
  await here.own((db) =>
    db.run({ name: "past", text: "update item set available = 1 where sku = 'seen'", values: [] }),
  );
  expect(await see()).toMatchObject({ available: 19 }); // read from the cache: the row says otherwise
  await here.own((db) =>
    db.run({ name: "back", text: "update item set available = 19 where sku = 'seen'", values: [] }),
  );
  await here.shop.call(inventory.release, { reservationId });
  await expect.poll(see).toMatchObject({ available: 20, isAtLeast: true });
  await here.stock({ sku: "seen", onHand: 0 });
  await expect.poll(see).toEqual({ sku: "seen", availability: "out", available: 0, isAtLeast: false });
});

test("answers every SKU asked for once, unknown ones as out", async () => {
  await here.stock({ sku: "asked", onHand: 30 });
  const { items } = await here.shop.call(inventory.getAvailability, { skus: ["nothing", "asked", "nothing"] });
  expect(items).toEqual([
    { sku: "nothing", availability: "out", available: 0 },
    { sku: "asked", availability: "in", available: 30 },
  ]);
});

test("lists page by page: what is low, every SKU, a SKU's ledger", async () => {
  const { call } = here.shop;
  await here.stock(
    { sku: "z1", onHand: 1 },
    { sku: "z2", onHand: 2 },
    { sku: "z3", onHand: 0 },
    { sku: "z4", onHand: 9 },
  );
  const low = await call(inventory.listLowStock, { availability: "low", limit: 100 });
  const own = low.items.filter(({ sku }) => sku.startsWith("z"));
  expect(own.map(({ sku, available, lowThreshold }) => [sku, available, lowThreshold])).toEqual([
    ["z1", 1, 3],
    ["z2", 2, 3],
  ]);
  const everything: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await call(inventory.exportAvailability, { limit: 3, ...(cursor === undefined ? {} : { cursor }) });
    everything.push(...page.items.map(({ sku }) => sku));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(everything).toEqual([...new Set(everything)].toSorted());
  expect(everything).toEqual(expect.arrayContaining(["z1", "z2", "z3", "z4", "asked"]));
  await here.stock({ sku: "z4", onHand: 8 });
  const newest = await call(inventory.listMovements, { sku: "z4", limit: 1 });
  expect(newest.items).toMatchObject([{ seq: 2, kind: "adjusted", deltaOnHand: -1, balanceOnHand: 8 }]);
  const older = await call(inventory.listMovements, { sku: "z4", limit: 1, cursor: newest.nextCursor! });
  expect(older).toMatchObject({ items: [{ seq: 1, deltaOnHand: 9 }], nextCursor: null });
  const foreign = [
    call(inventory.listMovements, { sku: "z4", cursor: "nonsense" }),
    call(inventory.listLowStock, { cursor: newest.nextCursor! }),
  ];
  expect(await here.count(foreign)).toEqual({ INVALID_INPUT: 2 });
});

test("lists warehouses, the one taken from first at the top", async () => {
  await here.shop.call(inventory.putWarehouse, { code: "nearby", name: "Nearby", priority: 0, countries: ["GB"] });
  await here.shop.call(inventory.putWarehouse, { code: "nearby", name: "Near by", priority: 500 });
  const { warehouses } = await here.shop.call(inventory.listWarehouses, {});
  expect(warehouses.map(({ code, name, countries }) => [code, name, countries])).toEqual([
    ["main", "main", null],
    ["spare", "spare", null],
    ["nearby", "Near by", null],
  ]);
});
