import { expect, test } from "vitest";
import { entriesFor, postEntries } from "./post-entries.ts";
import type { Stock } from "./stock.ts";

const stock: Stock = {
  items: [{ sku: "mug", available: 7, availability: "in", lowThreshold: null, version: 41 }],
  warehouses: [
    { sku: "mug", warehouse: "main", onHand: 5, allocated: 2, priority: 1, countries: null },
    { sku: "mug", warehouse: "spare", onHand: 4, allocated: 0, priority: 2, countries: null },
  ],
};
const reserved = (warehouse: string, quantity: number) =>
  entriesFor([{ sku: "mug", warehouse, quantity }], { kind: "reserved", reference: "r", onHand: 0, allocated: 1 });

test("numbers the movements of a SKU without a gap and tells each warehouse's balances after them", () => {
  const posting = postEntries(stock, [...reserved("main", 1), ...reserved("spare", 4), ...reserved("main", 2)], 3);
  expect(posting.movements.map(({ seq, warehouse, balanceAllocated }) => [seq, warehouse, balanceAllocated])).toEqual([
    [42, "main", 3],
    [43, "spare", 4],
    [44, "main", 5],
  ]);
  expect(posting.warehouses).toEqual([
    { sku: "mug", warehouse: "main", onHand: 5, allocated: 5 },
    { sku: "mug", warehouse: "spare", onHand: 4, allocated: 4 },
  ]);
  expect(posting.items).toEqual([
    {
      sku: "mug",
      available: 0,
      availability: "out",
      previous: "in",
      lowThreshold: null,
      version: 44,
      versionBefore: 41,
    },
  ]);
});

test("a SKU's own threshold goes before the shop's", () => {
  const own = { ...stock, items: stock.items.map((item) => ({ ...item, lowThreshold: 6 })) };
  expect(postEntries(own, reserved("main", 1), 3).items[0]!.availability).toBe("low");
  expect(postEntries(stock, reserved("main", 1), 3).items[0]!.availability).toBe("in");
});

test("throws rather than promise more than is on hand", () => {
  expect(() => postEntries(stock, reserved("main", 4), 3)).toThrow("would leave 5 on hand and 6 allocated");
});

test("throws when an entry names a row that was not read", () => {
  expect(() => postEntries(stock, reserved("elsewhere", 1), 3)).toThrow("No stock of mug in elsewhere");
});
