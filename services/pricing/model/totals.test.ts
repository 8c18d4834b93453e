import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { money, type Money } from "#kernel/money";
import { addUp, type Basket, type Part, type Totals } from "./totals.ts";

const vat = { name: "VAT", rateBasisPoints: 2000, isIncluded: true };
const salesTax = { name: "Sales tax", rateBasisPoints: 825, isIncluded: false };
const gbp = (amountMinor: number): Money => money(amountMinor, "GBP");
const line = (price: number, quantity = 1) => ({ unitPrice: gbp(price), quantity, adjustments: [] });
const basket = (told: Partial<Basket>): Basket => ({
  currency: "GBP",
  tax: vat,
  rounding: "line",
  lines: [],
  shipping: null,
  adjustments: [],
  ...told,
});

describe("a basket's totals", () => {
  test("show the VAT that is in the prices and do not add it", () => {
    const totals = addUp(basket({ lines: [line(425, 2)], shipping: { price: gbp(395), adjustments: [] } }));
    expect(totals.lines[0]).toEqual({
      subtotal: gbp(850),
      adjustments: [],
      taxes: [{ ...vat, amount: gbp(142) }],
      total: gbp(850),
    });
    expect(totals.shipping?.taxes).toEqual([{ ...vat, amount: gbp(66) }]);
    expect(totals.taxes).toEqual([{ ...vat, amount: gbp(208) }]);
    expect(totals.total).toEqual(gbp(1245));
  });

  test("add a tax that is not in the prices", () => {
    const totals = addUp(
      basket({ tax: salesTax, lines: [line(1000)], shipping: { price: gbp(500), adjustments: [] } }),
    );
    // 8.25 % of 10.00 is 82.5 pence and of 5.00 is 41.25: half goes to the even neighbour.
    expect(totals.taxTotal).toEqual(gbp(82 + 41));
    expect(totals.total).toEqual(gbp(1500 + 123));
  });

  test("round once over everything when the rule says so, and share the tax out exactly", () => {
    const lines = [line(10), line(10), line(10)];
    const perLine = addUp(basket({ tax: salesTax, lines }));
    const perTotal = addUp(basket({ tax: salesTax, lines, rounding: "total" }));
    expect(perLine.taxTotal).toEqual(gbp(3)); // 0.825 each
    expect(perTotal.taxTotal).toEqual(gbp(2)); // 2.475
    expect(perTotal.lines.map((part) => part.taxes[0]?.amount.amountMinor)).toEqual([1, 1, 0]);
  });

  test("tell no tax at a rate of zero", () => {
    const totals = addUp(basket({ tax: { ...salesTax, rateBasisPoints: 0 }, lines: [line(999)] }));
    expect(totals.taxes).toEqual([]);
    expect(totals.total).toEqual(gbp(999));
  });

  test("share a discount on the whole out over the lines, and reckon the tax on what is left", () => {
    const discount = { kind: "promotion", label: "A third off", amount: gbp(-100) };
    const totals = addUp(basket({ lines: [line(100), line(100), line(100)], adjustments: [discount] }));
    expect(totals.lines.map((part) => part.total.amountMinor)).toEqual([66, 67, 67]);
    expect(totals.adjustments).toEqual([discount]);
    expect(totals.total).toEqual(gbp(200));
    expect(totals.taxTotal).toEqual(gbp(11 + 11 + 11));
  });

  test("never let a discount take more than there is", () => {
    const greedy = { kind: "promotion", label: "Too much", amount: gbp(-5000) };
    const totals = addUp(
      basket({ lines: [{ ...line(300), adjustments: [greedy] }, line(200)], adjustments: [greedy] }),
    );
    expect(totals.total).toEqual(gbp(0));
    expect(totals.adjustments).toEqual([{ ...greedy, amount: gbp(-500) }]);
  });

  test("put a surcharge on free goods by pieces", () => {
    const wrap = { kind: "fee", label: "Gift wrap", amount: gbp(100) };
    const totals = addUp(basket({ lines: [line(0, 3), line(0, 1)], adjustments: [wrap] }));
    expect(totals.lines.map((part) => part.total.amountMinor)).toEqual([75, 25]);
  });
});

const amount = fc.integer({ min: 0, max: 5_000_000 });
const adjustment = fc.record({
  kind: fc.constantFrom("promotion", "fee"),
  label: fc.constantFrom("A", "B", "C"),
  amount: fc.integer({ min: -6_000_000, max: 300_000 }).map(gbp),
});
const anyBasket: fc.Arbitrary<Basket> = fc.record({
  currency: fc.constant("GBP"),
  tax: fc.record({
    name: fc.constant("VAT"),
    rateBasisPoints: fc.integer({ min: 0, max: 10_000 }),
    isIncluded: fc.boolean(),
  }),
  rounding: fc.constantFrom("line", "total"),
  lines: fc.array(
    fc.record({
      unitPrice: amount.map(gbp),
      quantity: fc.integer({ min: 1, max: 9_999 }),
      adjustments: fc.array(adjustment, { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 30 },
  ),
  shipping: fc.option(fc.record({ price: amount.map(gbp), adjustments: fc.array(adjustment, { maxLength: 2 }) })),
  adjustments: fc.array(adjustment, { maxLength: 3 }),
});

const sum = (amounts: readonly Money[]) => amounts.reduce((total, one) => total + one.amountMinor, 0);
const partsOf = (totals: Totals): readonly Part[] =>
  totals.shipping ? [...totals.lines, totals.shipping] : totals.lines;
const addedTax = (part: Part) => sum(part.taxes.filter((tax) => !tax.isIncluded).map((tax) => tax.amount));

describe("of any basket", () => {
  const holds = (claim: (totals: Totals, of: Basket) => void) =>
    fc.assert(
      fc.property(anyBasket, (of) => claim(addUp(of), of)),
      { numRuns: 500 },
    );

  test("every part's total is its subtotal, adjustments and added taxes", () => {
    holds((totals) => {
      for (const part of partsOf(totals)) {
        const adjustments = sum(part.adjustments.map((one) => one.amount));
        expect(part.total.amountMinor).toBe(part.subtotal.amountMinor + adjustments + addedTax(part));
      }
    });
  });

  test("the parts sum exactly to the whole, whichever way one adds them", () => {
    holds((totals) => {
      const parts = partsOf(totals);
      expect(totals.total.amountMinor).toBe(sum(parts.map((part) => part.total)));
      const shippingSubtotal = totals.shipping?.subtotal.amountMinor ?? 0;
      const added = parts.reduce((all, part) => all + addedTax(part), 0);
      const goods = totals.subtotal.amountMinor + shippingSubtotal + sum(totals.adjustments.map((one) => one.amount));
      expect(totals.total.amountMinor).toBe(goods + added);
      expect(totals.taxTotal.amountMinor).toBe(sum(totals.taxes.map((tax) => tax.amount)));
      expect(totals.taxTotal.amountMinor).toBe(sum(parts.flatMap((part) => part.taxes.map((tax) => tax.amount))));
    });
  });

  test("nothing is negative, and no included tax is more than its part", () => {
    holds((totals) => {
      for (const part of partsOf(totals)) {
        expect(part.total.amountMinor).toBeGreaterThanOrEqual(0);
        for (const tax of part.taxes) {
          expect(tax.amount.amountMinor).toBeGreaterThanOrEqual(0);
          expect(tax.amount.amountMinor).toBeLessThanOrEqual(part.total.amountMinor);
        }
      }
    });
  });

  test("the tax is within half a penny of exact: per line of each line, per total of the whole", () => {
    holds((totals, of) => {
      const exact = (part: Part) => {
        const net = part.total.amountMinor - addedTax(part);
        return (net * of.tax.rateBasisPoints) / (of.tax.isIncluded ? 10_000 + of.tax.rateBasisPoints : 10_000);
      };
      const parts = partsOf(totals);
      const groups = of.rounding === "line" ? parts.map((part) => [part]) : [parts];
      for (const group of groups) {
        const told = sum(group.flatMap((part) => part.taxes.map((tax) => tax.amount)));
        const wanted = group.reduce((all, part) => all + exact(part), 0);
        expect(Math.abs(told - wanted)).toBeLessThanOrEqual(0.5 + 1e-3);
      }
    });
  });

  test("discounts of the whole are given in full as long as there is something to take them from", () => {
    holds((totals, of) => {
      if (of.lines.some((one) => one.adjustments.length > 0) || of.adjustments.length !== 1) return;
      const [asked] = of.adjustments;
      const given = totals.lines.flatMap((part) => part.adjustments.map((one) => one.amount));
      expect(sum(given)).toBe(Math.max(asked!.amount.amountMinor, -totals.subtotal.amountMinor));
    });
  });
});
