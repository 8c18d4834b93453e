import fc from "fast-check";
import { expect, test } from "vitest";
import { dispatchLines } from "./dispatch-lines.ts";
import { postEntries } from "./post-entries.ts";
import type { Allocation, WarehouseStock } from "./stock.ts";

const shelf = (warehouse: string, onHand: number, allocated: number): WarehouseStock => {
  return { sku: "mug", warehouse, onHand, allocated, priority: 1, countries: null };
};
const mugs = (warehouse: string, quantity: number): Allocation => ({ sku: "mug", warehouse, quantity });
const dispatch = (lines: readonly Allocation[], open: readonly Allocation[], stock: readonly WarehouseStock[]) => {
  const { entries, ...rest } = dispatchLines({ lines, reference: "s" }, open, stock);
  return { ...rest, entries: entries.map((one) => [one.warehouse, one.deltaOnHand, one.deltaAllocated]) };
};

test("takes promised goods off the shelf and off the promise", () => {
  const told = dispatch([mugs("main", 2)], [mugs("main", 3)], [shelf("main", 5, 4)]);
  expect(told).toEqual({ entries: [["main", -2, -2]], open: [mugs("main", 1)], unbooked: [] });
});

test("adds up lines of one SKU and warehouse", () => {
  const told = dispatch([mugs("main", 1), mugs("main", 2)], [mugs("main", 3)], [shelf("main", 3, 3)]);
  expect(told).toEqual({ entries: [["main", -3, -3]], open: [], unbooked: [] });
});

test("goods that left from another warehouse free the promise where it was made", () => {
  const told = dispatch([mugs("spare", 2)], [mugs("main", 2)], [shelf("main", 2, 2), shelf("spare", 9, 1)]);
  expect(told.entries).toEqual([
    ["main", 0, -2],
    ["spare", -2, 0],
  ]);
  expect(told).toMatchObject({ open: [], unbooked: [] });
});

test("goods of a released order leave the books, but never those promised to others", () => {
  expect(dispatch([mugs("main", 3)], [], [shelf("main", 5, 4)])).toEqual({
    entries: [["main", -1, 0]],
    open: [],
    unbooked: [mugs("main", 2)],
  });
});

test("whatever is dispatched, the books stay sound and every piece is accounted for", () => {
  const places = fc.constantFrom("w1", "w2", "w3");
  const allocations = fc.array(fc.record({ warehouse: places, quantity: fc.integer({ min: 1, max: 5 }) }), {
    maxLength: 4,
  });
  const extra = fc.record({ free: fc.nat(4), promisedToOthers: fc.nat(4) });
  fc.assert(
    fc.property(allocations, allocations, fc.array(extra, { minLength: 3, maxLength: 3 }), (lines, held, extras) => {
      const open = held.map(({ warehouse, quantity }) => mugs(warehouse, quantity));
      const stock = ["w1", "w2", "w3"].map((warehouse, index) => {
        const own = open.filter((one) => one.warehouse === warehouse).reduce((sum, one) => sum + one.quantity, 0);
        const { free, promisedToOthers } = extras[index]!;
        return shelf(warehouse, own + promisedToOthers + free, own + promisedToOthers);
      });
      const told = dispatchLines(
        { lines: lines.map((one) => mugs(one.warehouse, one.quantity)), reference: "s" },
        open,
        stock,
      );
      const available = stock.reduce((sum, { onHand, allocated }) => sum + onHand - allocated, 0);
      const items = [{ sku: "mug", available, availability: "in" as const, lowThreshold: null, version: 0 }];
      postEntries({ items, warehouses: stock }, told.entries, 0); // throws when unsound
      const total = (all: readonly { readonly quantity: number }[]) =>
        all.reduce((sum, { quantity }) => sum + quantity, 0);
      const offTheShelf = -told.entries.reduce((sum, { deltaOnHand }) => sum + deltaOnHand, 0);
      const freed = -told.entries.reduce((sum, { deltaAllocated }) => sum + deltaAllocated, 0);
      expect(offTheShelf + total(told.unbooked)).toBe(total(lines));
      expect(freed + total(told.open)).toBe(total(open));
    }),
  );
});
