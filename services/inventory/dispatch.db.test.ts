import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#kernel/id";
import { inventory } from "./contract.ts";
import { takeDispatchedGoods } from "./take-dispatched-goods.ts";
import { dispatched, startTestInventory, type TestInventory } from "./testing-inventory.ts";

let here: TestInventory;
beforeAll(async () => {
  here = await startTestInventory();
});
afterAll(async () => {
  expect(await here.differences()).toEqual([]);
  await here.stop();
});

const mugs = (quantity: number, warehouse = "main") => ({ sku: "mug", warehouse, quantity });
const stateOf = async (reservationId: Parameters<typeof dispatched>[0]) => {
  const { state, open } = await here.shop.call(inventory.getReservation, { reservationId });
  return { state, open: open.reduce((sum, { quantity }) => sum + quantity, 0) };
};

test("dispatched parcels go off the books once each, and the last ends the reservation", async () => {
  await here.stock({ sku: "mug", onHand: 10 });
  const { reservationId } = await here.reserve([{ sku: "mug", quantity: 5 }]);
  await here.shop.call(inventory.pin, { reservationId });
  const [first, second] = [dispatched(reservationId, [mugs(2)]), dispatched(reservationId, [mugs(3)])];
  await Promise.all([1, 2, 3].map(() => takeDispatchedGoods(first, here.at(0))));
  expect(await here.books("mug")).toEqual({ main: [8, 3] });
  expect(await stateOf(reservationId)).toEqual({ state: "pinned", open: 3 });
  await takeDispatchedGoods(second, here.at(0));
  expect(await here.books("mug")).toEqual({ main: [5, 0] });
  expect(await stateOf(reservationId)).toEqual({ state: "dispatched", open: 0 });
  const answer = await here.shop.call(inventory.release, { reservationId });
  expect(answer).toEqual({ reservationId, state: "dispatched" });
  expect(await here.shop.call(inventory.pin, { reservationId })).toEqual({ reservationId, state: "pinned" });
  expect(await here.books("mug")).toEqual({ main: [5, 0] });
});

test("a release after one of two parcels frees the other", async () => {
  await here.stock({ sku: "mug", onHand: 10 });
  const { reservationId } = await here.reserve([{ sku: "mug", quantity: 5 }]);
  await takeDispatchedGoods(dispatched(reservationId, [mugs(2)]), here.at(0));
  const answer = await here.shop.call(inventory.release, { reservationId });
  expect(answer).toEqual({ reservationId, state: "released" });
  expect(await here.books("mug")).toEqual({ main: [8, 0] });
});

test("goods sent for a released order never take what others are promised, and are told to people", async () => {
  await here.stock({ sku: "mug", onHand: 3 });
  await here.reserve([{ sku: "mug", quantity: 2 }]);
  await takeDispatchedGoods(dispatched(newId("reservation"), [mugs(2)]), here.at(0));
  expect(await here.books("mug")).toEqual({ main: [2, 2] });
  expect(here.shop.logged.some((line) => line.includes("count these shelves"))).toBe(true);
});
