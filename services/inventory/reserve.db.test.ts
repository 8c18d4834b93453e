import { afterAll, beforeAll, expect, test } from "vitest";
import { asId, newId } from "#kernel/id";
import { inventory, refuse } from "./contract.ts";
import { StockReleased, StockReserved } from "./events.ts";
import { pin } from "./pin.ts";
import { release } from "./release.ts";
import { reserve } from "./reserve.ts";
import { reserveTogether } from "./reserve-together.ts";
import { sweep } from "./sweep.ts";
import { startTestInventory, type TestInventory } from "./testing-inventory.ts";

let here: TestInventory;
beforeAll(async () => {
  here = await startTestInventory();
});
afterAll(async () => {
  expect(await here.differences()).toEqual([]);
  await here.stop();
});

const ids = () => ({ reservationId: newId("reservation"), orderId: newId("order") });
const one = (sku: string) => [{ sku, quantity: 1 }];

test("of 500 buyers of the last 10, exactly 10 get one", async () => {
  await here.stock({ sku: "rush", onHand: 10 });
  const calls = Array.from({ length: 500 }, () => here.reserve(one("rush")));
  expect(await here.count(calls)).toEqual({ ok: 10, INSUFFICIENT_STOCK: 490 });
  expect(await here.books("rush")).toEqual({ main: [10, 10] });
});

test("of two buyers of the last unit at two replicas, one gets it", async () => {
  const { db } = here.shop.context("inventory");
  for (let round = 0; round < 20; round++) {
    const sku = `last-${round}`;
    await here.stock({ sku, onHand: 1 });
    const requests = [1, 2].map(() => ({ input: { ...ids(), lines: one(sku) }, ctx: here.at(0) }));
    const outcomes = await Promise.all(requests.map((request) => reserveTogether(db, [request])));
    expect(outcomes.flat().filter((outcome) => refuse.INSUFFICIENT_STOCK.is(outcome))).toHaveLength(1);
    expect(await here.books(sku)).toEqual({ main: [1, 1] });
  }
});

test("crossing orders at many replicas never deadlock and never oversell", async () => {
  const { db } = here.shop.context("inventory");
  const skus = ["x1", "x2", "x3", "x4"];
  await here.stock(...skus.map((sku) => ({ sku, onHand: 30 })));
  const requests = Array.from({ length: 120 }, (_, index) => {
    const lines = [index % 4, (index * 3 + 1) % 4].map((pick) => ({ sku: skus[pick]!, quantity: 1 }));
    return { input: { ...ids(), lines }, ctx: here.at(0) };
  });
  const outcomes = (await Promise.all(requests.map((request) => reserveTogether(db, [request])))).flat();
  const isShort = (outcome: unknown) => refuse.INSUFFICIENT_STOCK.is(outcome);
  const granted = requests.filter((_, index) => !isShort(outcomes[index]));
  const quantities = granted.flatMap(({ input }) => input.lines.map(({ sku }) => sku));
  for (const sku of skus) {
    const taken = quantities.filter((own) => own === sku).length;
    expect(await here.books(sku)).toEqual({ main: [30, taken] });
  }
  expect(outcomes.filter(isShort).length).toBe(120 - granted.length);
});

test("the same reservationId holds once, however often and wherever it is asked for", async () => {
  await here.stock({ sku: "again", onHand: 5 });
  const { db } = here.shop.context("inventory");
  const input = { ...ids(), lines: [{ sku: "again", quantity: 2 }] };
  const atOneReplica = Array.from({ length: 5 }, () => here.shop.call(inventory.reserve, input));
  const atOthers = Array.from({ length: 5 }, async () => (await reserveTogether(db, [{ input, ctx: here.at(0) }]))[0]);
  const answers = await Promise.all([...atOneReplica, ...atOthers]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const upperCase = { ...input, reservationId: asId("reservation", input.reservationId.toUpperCase()) };
  expect(await here.shop.call(inventory.reserve, upperCase)).toEqual(answers[0]);
  expect(await here.books("again")).toEqual({ main: [5, 2] });
});

test("the repeat of a granted call is answered even when it took the last unit", async () => {
  await here.stock({ sku: "mine", onHand: 1 });
  const input = { ...ids(), lines: one("mine") };
  const first = await here.shop.call(inventory.reserve, input);
  expect(await here.shop.call(inventory.reserve, input)).toEqual(first);
  await here.shop.call(inventory.pin, { reservationId: input.reservationId });
  expect(await here.shop.call(inventory.reserve, input)).toEqual({ ...first, state: "pinned" });
});

test("tells every SKU that falls short, an unknown one included, and holds nothing", async () => {
  await here.stock({ sku: "few", onHand: 1 }, { sku: "many", onHand: 9 });
  const lines = [...one("many"), { sku: "few", quantity: 3 }, ...one("never-heard-of")];
  const error = await here.reserve(lines).catch((thrown: unknown) => thrown);
  expect(refuse.INSUFFICIENT_STOCK.is(error) && error.data).toEqual({
    sku: "few",
    available: 1,
    short: [
      { sku: "few", requested: 3, available: 1 },
      { sku: "never-heard-of", requested: 1, available: 0 },
    ],
  });
  expect(await here.books("many")).toEqual({ main: [9, 0] });
});

test("splits over warehouses and tells where each piece comes from", async () => {
  await here.stock({ sku: "split", onHand: 3 }, { sku: "split", warehouse: "spare", onHand: 4 });
  const { allocations } = await here.reserve([{ sku: "split", quantity: 5 }]);
  expect(allocations).toEqual([
    { sku: "split", warehouse: "main", quantity: 3 },
    { sku: "split", warehouse: "spare", quantity: 2 },
  ]);
  expect(await here.books("split")).toEqual({ main: [3, 3], spare: [4, 2] });
});

test("a warehouse that does not serve the country is left out", async () => {
  await here.shop.call(inventory.putWarehouse, { code: "berlin", name: "Berlin", countries: ["DE"] });
  await here.stock({ sku: "local", warehouse: "berlin", onHand: 2 });
  const lines = one("local");
  expect(await here.count([here.reserve(lines, { country: "GB" })])).toEqual({ INSUFFICIENT_STOCK: 1 });
  expect((await here.reserve(lines, { country: "DE" })).allocations).toMatchObject([{ warehouse: "berlin" }]);
});

test("refuses a reserve that comes after its release", async () => {
  await here.stock({ sku: "late", onHand: 5 });
  const { reservationId, orderId } = ids();
  expect(await here.shop.call(inventory.release, { reservationId })).toEqual({ reservationId, state: "released" });
  const late = here.shop.call(inventory.reserve, { reservationId, orderId, lines: one("late") });
  expect(await here.count([late])).toEqual({ RESERVATION_RELEASED: 1 });
  expect(await here.count([here.shop.call(inventory.pin, { reservationId })])).toEqual({ RESERVATION_RELEASED: 1 });
  expect(await here.books("late")).toEqual({ main: [5, 0] });
});

test("a release that races its reserve always leaves the stock free", async () => {
  await here.stock({ sku: "race", onHand: 50 });
  const calls = Array.from({ length: 40 }, async () => {
    const own = ids();
    const reserved = reserve({ ...own, lines: one("race") }, here.at(0)).then(
      () => true,
      (error: unknown) => !refuse.RESERVATION_RELEASED.is(error) && Promise.reject(error as Error),
    );
    await Promise.all([reserved, release(own, here.at(0))]);
  });
  await Promise.all(calls);
  expect(await here.books("race")).toEqual({ main: [50, 0] });
});

test("frees a pinned reservation and tells of it once, however often it is released", async () => {
  await here.stock({ sku: "back", onHand: 5 });
  const { reservationId } = await here.reserve([{ sku: "back", quantity: 2 }]);
  await here.shop.call(inventory.pin, { reservationId });
  const releases = Array.from({ length: 4 }, () => here.shop.call(inventory.release, { reservationId }));
  expect(await here.count(releases)).toEqual({ ok: 4 });
  expect(await here.books("back")).toEqual({ main: [5, 0] });
  await here.shop.settle();
  const isOwn = (event: { data: { reservationId: string } }) => event.data.reservationId === reservationId;
  expect((await here.shop.heard(StockReserved)).filter(isOwn)).toHaveLength(1);
  expect((await here.shop.heard(StockReleased)).filter(isOwn)).toMatchObject([{ data: { reason: "released" } }]);
});

test("an expired reservation cannot be pinned, swept or not, and its stock is sold again", async () => {
  await here.stock({ sku: "slow", onHand: 1 });
  const { reservationId } = await here.reserve(one("slow"), { ttlSeconds: 60 });
  await expect(pin({ reservationId }, here.at(60_001))).rejects.toThrow("This reservation expired.");
  expect(await here.count([here.reserve(one("slow"))])).toEqual({ INSUFFICIENT_STOCK: 1 });
  await sweep(here.at(60_001));
  expect(await here.books("slow")).toEqual({ main: [1, 0] });
  expect(await here.count([here.shop.call(inventory.pin, { reservationId })])).toEqual({ RESERVATION_EXPIRED: 1 });
  expect(await here.shop.call(inventory.release, { reservationId })).toEqual({ reservationId, state: "expired" });
  expect(await here.count([here.reserve(one("slow"))])).toEqual({ ok: 1 });
});

test("when pin and sweep race, each reservation is pinned or expired, never both", async () => {
  await here.stock({ sku: "edge", onHand: 60 });
  const held = await Promise.all(Array.from({ length: 60 }, () => here.reserve(one("edge"), { ttlSeconds: 30 })));
  const pins = held.map(({ reservationId }) => pin({ reservationId }, here.at(29_000)).then(() => reservationId));
  const sweeps = [sweep(here.at(31_000)), sweep(here.at(31_000))];
  const pinned = (await Promise.allSettled(pins)).flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  await Promise.all(sweeps);
  await sweep(here.at(31_000));
  const states = await Promise.all(
    held.map(({ reservationId }) => here.shop.call(inventory.getReservation, { reservationId })),
  );
  for (const { reservationId, state } of states)
    expect(state).toBe(pinned.includes(reservationId) ? "pinned" : "expired");
  expect(await here.books("edge")).toEqual({ main: [60, pinned.length] });
});

test("an order that the database refuses does not take the others of its batch with it", async () => {
  await here.stock({ sku: "calm", onHand: 9 });
  const calls = [newId("order"), asId("order", "not a uuid"), newId("order")].map((orderId) =>
    reserve({ reservationId: newId("reservation"), orderId, lines: one("calm") }, here.at(0)),
  );
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await here.books("calm")).toEqual({ main: [9, 2] });
});

test("a call whose caller has gone away holds nothing", async () => {
  await here.stock({ sku: "gone", onHand: 1 });
  const gone = Object.defineProperty(here.at(0), "signal", { value: AbortSignal.abort() });
  await expect(reserve({ ...ids(), lines: one("gone") }, gone)).rejects.toThrow("longer than its deadline");
  expect(await here.books("gone")).toEqual({ main: [1, 0] });
});
