import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideReservations, type Wish } from "./decide-reservations.ts";
import { addedUp, type Allocation, type WarehouseStock } from "./stock.ts";

const row = (sku: string, warehouse: string, onHand: number, more: Partial<WarehouseStock> = {}): WarehouseStock => {
  return { sku, warehouse, onHand, allocated: 0, priority: warehouse === "main" ? 1 : 2, countries: null, ...more };
};
const wish = (...lines: readonly [string, number][]): Wish => {
  return { lines: lines.map(([sku, quantity]) => ({ sku, quantity })) };
};
const from = (sku: string, warehouse: string, quantity: number): Allocation => ({ sku, warehouse, quantity });

describe("decideReservations", () => {
  test("gives the last unit to the first of two who ask", () => {
    const decisions = decideReservations([wish(["mug", 1]), wish(["mug", 1])], [row("mug", "main", 1)]);
    expect(decisions).toEqual([
      { kind: "held", allocations: [from("mug", "main", 1)] },
      { kind: "short", short: [{ sku: "mug", requested: 1, available: 0 }] },
    ]);
  });

  test("adds up the lines of one SKU before it decides", () => {
    const [decision] = decideReservations([wish(["mug", 2], ["mug", 2])], [row("mug", "main", 3)]);
    expect(decision).toEqual({ kind: "short", short: [{ sku: "mug", requested: 4, available: 3 }] });
  });

  test("an order that falls short takes nothing and leaves its goods to the next", () => {
    const stock = [row("mug", "main", 1), row("bag", "main", 0)];
    const [first, second] = decideReservations([wish(["mug", 1], ["bag", 1]), wish(["mug", 1])], stock);
    expect(first!.kind).toBe("short");
    expect(second).toEqual({ kind: "held", allocations: [from("mug", "main", 1)] });
  });

  test("counts what is allocated as gone", () => {
    const [decision] = decideReservations([wish(["mug", 2])], [row("mug", "main", 5, { allocated: 4 })]);
    expect(decision).toEqual({ kind: "short", short: [{ sku: "mug", requested: 2, available: 1 }] });
  });

  test("takes all from one warehouse that has all, even when another comes first", () => {
    const stock = [row("mug", "main", 9), row("mug", "spare", 9), row("bag", "main", 0), row("bag", "spare", 9)];
    const [decision] = decideReservations([wish(["mug", 1], ["bag", 1])], stock);
    expect(decision).toEqual({ kind: "held", allocations: [from("mug", "spare", 1), from("bag", "spare", 1)] });
  });

  test("splits a SKU over warehouses by priority when none has enough", () => {
    const stock = [row("mug", "spare", 4), row("mug", "main", 3)];
    const [decision] = decideReservations([wish(["mug", 5])], stock);
    expect(decision).toEqual({ kind: "held", allocations: [from("mug", "main", 3), from("mug", "spare", 2)] });
  });

  test("leaves out warehouses that do not serve the country", () => {
    const stock = [row("mug", "main", 9, { countries: ["GB"] }), row("mug", "spare", 1, { countries: ["DE", "FR"] })];
    const decisions = decideReservations([{ ...wish(["mug", 2]), country: "DE" }, wish(["mug", 2])], stock);
    expect(decisions).toEqual([
      { kind: "short", short: [{ sku: "mug", requested: 2, available: 1 }] },
      { kind: "held", allocations: [from("mug", "main", 2)] },
    ]);
  });
});

describe("for any stock and any rush, decideReservations", () => {
  const skus = fc.constantFrom("a", "b", "c", "d");
  const countries = fc.option(fc.uniqueArray(fc.constantFrom("GB", "DE"), { minLength: 1 }), { nil: null });
  const stockRow = fc
    .record({ sku: skus, warehouse: fc.constantFrom("w1", "w2", "w3"), onHand: fc.nat(12), taken: fc.nat(12) })
    .chain((known) => fc.record({ known: fc.constant(known), priority: fc.nat(2), countries }))
    .map(({ known: { taken, ...known }, ...rest }) => ({
      ...known,
      allocated: Math.min(taken, known.onHand),
      ...rest,
    }));
  const stock = fc.uniqueArray(stockRow, { selector: ({ sku, warehouse }) => `${sku}/${warehouse}`, maxLength: 12 });
  const line = fc.record({ sku: skus, quantity: fc.integer({ min: 1, max: 8 }) });
  const anyWish = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 5 }),
    country: fc.constantFrom(undefined, "GB", "DE"),
  });
  const wishes = fc.array(anyWish, { maxLength: 20 });
  const sum = (allocations: readonly Allocation[], isMeant: (one: Allocation) => boolean) =>
    allocations.filter(isMeant).reduce((total, { quantity }) => total + quantity, 0);

  const serves = ({ countries }: WarehouseStock, country: string | undefined) =>
    country === undefined || countries === null || countries.includes(country);

  test("never promises more than a warehouse has", () => {
    fc.assert(
      fc.property(stock, wishes, (rows, orders) => {
        const taken = decideReservations(orders, rows).flatMap((one) => (one.kind === "held" ? one.allocations : []));
        for (const { sku, warehouse, onHand, allocated } of rows) {
          const promised = sum(taken, (one) => one.sku === sku && one.warehouse === warehouse);
          expect(promised).toBeLessThanOrEqual(onHand - allocated);
        }
        expect(taken.every((one) => rows.some((own) => own.sku === one.sku && own.warehouse === one.warehouse))).toBe(
          true,
        );
      }),
    );
  });

  test("gives each order exactly what it asked for, or nothing with a true reason", () => {
    fc.assert(
      fc.property(stock, wishes, (rows, orders) => {
        const left = new Map(rows.map((own) => [own, own.onHand - own.allocated]));
        for (const [index, decision] of decideReservations(orders, rows).entries()) {
          const { lines, country } = orders[index]!;
          const serving = rows.filter((own) => serves(own, country));
          const needs = [...addedUp(lines)].map(([sku, requested]) => {
            const own = serving.filter((one) => one.sku === sku);
            return { sku, requested, available: own.reduce((total, one) => total + left.get(one)!, 0) };
          });
          const short = needs.filter(({ requested, available }) => available < requested);
          const allocations = decision.kind === "held" ? decision.allocations : [];
          const given = needs.map(({ sku }) => sum(allocations, (one) => one.sku === sku));
          expect(decision.kind === "short" ? decision.short : []).toEqual(short);
          expect(given).toEqual(needs.map(({ requested }) => (short.length > 0 ? 0 : requested)));
          for (const { sku, warehouse, quantity } of allocations) {
            const own = serving.find((one) => one.sku === sku && one.warehouse === warehouse)!;
            expect(quantity).toBeGreaterThan(0);
            left.set(own, left.get(own)! - quantity);
          }
        }
      }),
    );
  });

  test("sends one parcel whenever one warehouse has everything", () => {
    fc.assert(
      fc.property(stock, anyWish, (rows, order) => {
        const [decision] = decideReservations([order], rows);
        const allocations = decision!.kind === "held" ? decision!.allocations : [];
        const warehouses = new Set(allocations.map(({ warehouse }) => warehouse));
        const needs = [...addedUp(order.lines)];
        const hasAll = (warehouse: string) =>
          needs.every(([sku, quantity]) => {
            const own = rows.find((one) => one.sku === sku && one.warehouse === warehouse);
            return own !== undefined && serves(own, order.country) && own.onHand - own.allocated >= quantity;
          });
        fc.pre(["w1", "w2", "w3"].some(hasAll));
        expect(warehouses.size).toBe(1);
      }),
    );
  });
});
