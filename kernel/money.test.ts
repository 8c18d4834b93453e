import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addMoney,
  applyRatio,
  formatMoney,
  minorDigits,
  money,
  multiplyMoney,
  splitMoney,
  subtractMoney,
} from "./money.ts";

const MOST = Number.MAX_SAFE_INTEGER;
const anyAmount = fc.integer({ min: -MOST, max: MOST });
const smallAmount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const someWeights = fc
  .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 30 })
  .filter((weights) => weights.some((weight) => weight > 0));

function sum(parts: readonly { amountMinor: number }[]): bigint {
  return parts.reduce((total, part) => total + BigInt(part.amountMinor), 0n);
}

describe("an amount", () => {
  test.each([0.5, 1.0000001, Number.NaN, Number.POSITIVE_INFINITY, MOST + 1, -MOST - 1])("is never %d", (amount) => {
    expect(() => money(amount, "GBP")).toThrow(RangeError);
  });

  test("is never minus nought", () => {
    expect(money(-0, "GBP")).toStrictEqual({ amountMinor: 0, currency: "GBP" });
    expect(multiplyMoney(money(-5, "GBP"), 0)).toStrictEqual(money(0, "GBP"));
  });

  test("adds and subtracts to where it began", () => {
    fc.assert(
      fc.property(smallAmount, fc.array(smallAmount, { maxLength: 20 }), (first, rest) => {
        const others = rest.map((amount) => money(amount, "JPY"));
        const total = addMoney(money(first, "JPY"), ...others);
        expect(others.reduce(subtractMoney, total)).toStrictEqual(money(first, "JPY"));
      }),
    );
  });

  test("mixes with no other currency", () => {
    const [pounds, euros] = [money(1, "GBP"), money(1, "EUR")];
    expect(() => addMoney(pounds, pounds, euros)).toThrow(new TypeError("Cannot mix GBP and EUR."));
    expect(() => subtractMoney(pounds, euros)).toThrow(TypeError);
  });

  test("throws rather than lose a penny beyond what is counted exactly", () => {
    const most = money(MOST, "GBP");
    expect(() => addMoney(most, money(1, "GBP"))).toThrow(RangeError);
    expect(() => subtractMoney(money(-MOST, "GBP"), money(1, "GBP"))).toThrow(RangeError);
    expect(() => multiplyMoney(most, 2)).toThrow(RangeError);
    expect(() => applyRatio(most, { numerator: 2, denominator: 1 })).toThrow(RangeError);
  });

  test("is multiplied by whole numbers only", () => {
    expect(multiplyMoney(money(425, "GBP"), 3)).toStrictEqual(money(1_275, "GBP"));
    expect(() => multiplyMoney(money(425, "GBP"), 1.5)).toThrow("use applyRatio");
  });
});

describe("a ratio of an amount", () => {
  test.each([
    [1, 2, 0],
    [3, 2, 2],
    [5, 2, 2],
    [7, 2, 4],
    [-1, 2, 0],
    [-3, 2, -2],
    [-5, 2, -2],
    [4, 3, 1],
    [5, 3, 2],
    [-5, 3, -2],
  ])("rounds %d ÷ %d half to even: %d", (amount, denominator, expected) => {
    expect(applyRatio(money(amount, "GBP"), { numerator: 1, denominator })).toStrictEqual(money(expected, "GBP"));
  });

  test("is never further than half a unit from the exact value, and even when exactly half", () => {
    const ratio = fc.record({
      numerator: fc.integer({ min: 0, max: 1_000_000 }),
      denominator: fc.integer({ min: 1_000_000, max: 2_000_000 }),
    });
    fc.assert(
      fc.property(anyAmount, ratio, (amount, { numerator, denominator }) => {
        const rounded = BigInt(applyRatio(money(amount, "GBP"), { numerator, denominator }).amountMinor);
        const twiceOff = 2n * (rounded * BigInt(denominator) - BigInt(amount) * BigInt(numerator));
        const distance = twiceOff < 0n ? -twiceOff : twiceOff;
        expect(distance <= BigInt(denominator)).toBe(true);
        if (distance === BigInt(denominator)) expect(rounded % 2n).toBe(0n);
      }),
    );
  });

  test("takes no fraction, and no denominator that is not positive", () => {
    expect(() => applyRatio(money(1, "GBP"), { numerator: 0.2, denominator: 1 })).toThrow(RangeError);
    expect(() => applyRatio(money(1, "GBP"), { numerator: 1, denominator: 0 })).toThrow(RangeError);
    expect(() => applyRatio(money(1, "GBP"), { numerator: 1, denominator: -2 })).toThrow(RangeError);
  });
});

describe("a split", () => {
  test("sums exactly to the whole, whatever the weights", () => {
    fc.assert(
      fc.property(anyAmount, someWeights, (amount, weights) => {
        const parts = splitMoney(money(amount, "GBP"), weights);
        expect(sum(parts)).toBe(BigInt(amount));
        expect(parts).toHaveLength(weights.length);
      }),
    );
  });

  test("gives each part its share rounded down or up, of the whole's sign, and nothing for no weight", () => {
    fc.assert(
      fc.property(anyAmount, someWeights, (amount, weights) => {
        const total = BigInt(weights.reduce((all, weight) => all + weight, 0));
        for (const [index, part] of splitMoney(money(amount, "GBP"), weights).entries()) {
          const exact = BigInt(amount) * BigInt(weights[index]!);
          const off = BigInt(part.amountMinor) * total - exact;
          expect(off < total && off > -total).toBe(true);
          expect(part.amountMinor === 0 || Math.sign(part.amountMinor) === Math.sign(amount)).toBe(true);
          if (weights[index] === 0) expect(part.amountMinor).toBe(0);
        }
      }),
    );
  });

  test("gives what is left to the largest remainders, the earlier of equals first", () => {
    const parts = (amount: number, weights: number[]) =>
      splitMoney(money(amount, "GBP"), weights).map((part) => part.amountMinor);
    expect(parts(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(parts(-100, [1, 1, 1])).toEqual([-34, -33, -33]);
    expect(parts(10, [1, 6, 3])).toEqual([1, 6, 3]);
    expect(parts(5, [1, 2, 4])).toEqual([1, 1, 3]);
  });

  test("refuses weights that say nothing, are negative or are no whole numbers", () => {
    for (const weights of [[], [0, 0], [-1, -1, 5], [0.5, 0.5]])
      expect(() => splitMoney(money(2, "GBP"), weights)).toThrow(RangeError);
  });
});

describe("text for people", () => {
  test.each([
    ["GBP", 2],
    ["EUR", 2],
    ["HUF", 2],
    ["JPY", 0],
    ["ISK", 0],
    ["KWD", 3],
    ["IQD", 3],
    ["CLF", 4],
  ])("%s has the decimals of ISO 4217: %d", (currency, digits) => {
    expect(minorDigits(currency)).toBe(digits);
  });

  test("shows the currency in the reader's way", () => {
    expect(formatMoney(money(425, "GBP"))).toBe("£4.25");
    expect(formatMoney(money(-5, "GBP"))).toBe("-£0.05");
    expect(formatMoney(money(1_250, "JPY"), "en")).toBe("¥1,250");
    expect(formatMoney(money(123_456, "EUR"), "de").replaceAll(/\s/g, " ")).toBe("1.234,56 €");
  });

  test("has every digit of the amount, also of the largest", () => {
    fc.assert(
      fc.property(anyAmount, fc.constantFrom("GBP", "JPY", "KWD", "IQD"), (amount, currency) => {
        const digits = formatMoney(money(amount, currency), "en").replaceAll(/\D/g, "");
        expect(BigInt(digits)).toBe(BigInt(Math.abs(amount)));
      }),
    );
  });
});
