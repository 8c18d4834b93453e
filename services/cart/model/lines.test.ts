import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countOf, findObjection, inOrder, mergeLines, takeOut, type Lines } from "./lines.ts";

const limits = { lines: 3, quantity: 10 };

describe("merging carts", () => {
  test("adds quantities up and puts new lines behind the old ones", () => {
    const { lines, leftOut } = mergeLines({ B: [1, 1], A: [2, 2] }, { Z: [5, 1], A: [3, 2] }, { limits, position: 3 });
    expect(inOrder(lines)).toEqual([
      { sku: "B", quantity: 1 },
      { sku: "A", quantity: 5 },
      { sku: "Z", quantity: 5 },
    ]);
    expect(leftOut).toEqual({});
  });

  test("cuts a quantity at the limit", () => {
    expect(mergeLines({ A: [8, 1] }, { A: [8, 1] }, { limits, position: 2 }).lines).toEqual({ A: [10, 1] });
  });

  test("leaves out what would be a line too many, and still adds to lines that are there", () => {
    const merged = mergeLines({ A: [1, 1], B: [1, 2] }, { C: [1, 1], D: [1, 2], A: [1, 3] }, { limits, position: 3 });
    expect(merged.lines).toEqual({ A: [2, 1], B: [1, 2], C: [1, 3] });
    expect(merged.leftOut).toEqual({ D: [1, 2] });
  });
});

describe("taking out what was ordered", () => {
  test("leaves what came in meanwhile", () => {
    const { lines, missing } = takeOut({ A: [5, 1], B: [2, 2], C: [1, 3] }, [
      { sku: "A", quantity: 3 },
      { sku: "B", quantity: 2 },
    ]);
    expect(lines).toEqual({ A: [2, 1], C: [1, 3] });
    expect(missing).toEqual([]);
  });

  test("tells what was not there", () => {
    const { lines, missing } = takeOut({ A: [1, 1] }, [
      { sku: "A", quantity: 3 },
      { sku: "X", quantity: 1 },
    ]);
    expect(lines).toEqual({});
    expect(missing).toEqual([
      { sku: "A", quantity: 2 },
      { sku: "X", quantity: 1 },
    ]);
  });

  test("loses and invents no piece", () => {
    const skus = fc.constantFrom("A", "B", "C", "D");
    const someLines = fc.dictionary(skus, fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })));
    const wanted = fc.uniqueArray(fc.record({ sku: skus, quantity: fc.integer({ min: 1, max: 9 }) }), {
      selector: (line) => line.sku,
    });
    fc.assert(
      fc.property(someLines, wanted, (lines: Lines, ordered) => {
        const { lines: left, missing } = takeOut(lines, ordered);
        const sum = (some: readonly { quantity: number }[]) => some.reduce((total, line) => total + line.quantity, 0);
        expect(countOf(lines).itemCount - countOf(left).itemCount).toBe(sum(ordered) - sum(missing));
        for (const { quantity } of inOrder(left)) expect(quantity).toBeGreaterThan(0);
      }),
    );
  });
});

describe("a cart", () => {
  const present = { lines: { A: [8, 1], B: [1, 2], C: [1, 3] }, version: 7 } as const;
  const add = (sku: string, quantity: number) => ({ sku, quantity, isAdding: true });

  test("takes a change within its limits", () => {
    expect(findObjection(present, add("A", 2), { limits })).toBeUndefined();
    expect(
      findObjection(present, { sku: "A", quantity: 10, isAdding: false }, { limits, expectedVersion: 7 }),
    ).toBeUndefined();
  });

  test("objects to more pieces, more lines, and changes based on another version", () => {
    expect(findObjection(present, add("A", 3), { limits })).toEqual({ kind: "too_many_pieces", quantity: 11 });
    expect(findObjection(present, add("D", 1), { limits })).toEqual({ kind: "too_many_lines" });
    expect(findObjection(present, add("A", 1), { limits, expectedVersion: 6 })).toEqual({ kind: "changed" });
  });
});
