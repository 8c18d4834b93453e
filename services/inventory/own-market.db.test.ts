import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#kernel/id";
import { AvailabilityChanged, StockReleased, StockReserved } from "./events.ts";
import { release } from "./release.ts";
import { reserve } from "./reserve.ts";
import { sweep } from "./sweep.ts";
import { startTestInventory, type TestInventory } from "./testing-inventory.ts";

// The process is at home in store demo, market gb.
let here: TestInventory;
beforeAll(async () => {
  here = await startTestInventory();
});
afterAll(async () => {
  expect(await here.differences()).toEqual([]);
  await here.stop();
});

async function hold(sku: string, place: { store: string; market: string }) {
  const ids = { reservationId: newId("reservation"), orderId: newId("order") };
  await reserve({ ...ids, lines: [{ sku, quantity: 1 }] }, here.shop.context("inventory", place));
  return ids.reservationId;
}

const outlet = { store: "outlet", market: "de" };
const home = { store: "demo", market: "gb" };

async function told(kind: typeof StockReleased | typeof StockReserved | typeof AvailabilityChanged, subject: string) {
  await here.shop.settle();
  const events = (await here.shop.heard(kind as typeof StockReleased)).filter((event) => event.subject === subject);
  return events.map(({ store, market }) => ({ store, market }));
}

test("one sweep tells of every expired reservation in its own shop and market", async () => {
  await here.stock({ sku: "lamp", onHand: 1 }, { sku: "cup", onHand: 1 });
  const [german, british] = [await hold("lamp", outlet), await hold("cup", home)];
  await sweep(here.at(700_000));
  expect(await told(StockReserved, german)).toEqual([outlet]);
  expect(await told(StockReleased, german)).toEqual([outlet]);
  expect(await told(StockReleased, british)).toEqual([home]);
  // Counted by the staff of the home market, sold out and free again in the outlet.
  expect(await told(AvailabilityChanged, "lamp")).toEqual([home, outlet, outlet]);
  expect(await told(AvailabilityChanged, "cup")).toEqual([home, home, home]);
});

test("reservations decided together are told in the shop and market of each", async () => {
  await here.stock({ sku: "kettle", onHand: 9 }, { sku: "pan", onHand: 1 });
  const [british, german] = await Promise.all([hold("kettle", home), hold("pan", outlet)]);
  expect(await told(StockReserved, british)).toEqual([home]);
  expect(await told(StockReserved, german)).toEqual([outlet]);
  expect(await told(AvailabilityChanged, "pan")).toEqual([home, outlet]);
});

test("a release is told in the reservation's own shop and market, whoever asks", async () => {
  await here.stock({ sku: "bowl", onHand: 9 });
  const reservationId = await hold("bowl", outlet);
  await release({ reservationId }, here.at(0));
  expect(await told(StockReleased, reservationId)).toEqual([outlet]);
});
