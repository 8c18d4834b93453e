import { expect, test } from "vitest";
import { pricesInMarkets } from "./market-prices.ts";

const amounts = (pence: number) => pricesInMarkets(pence).map(({ amountMinor }) => amountMinor);

test("a British price has its likes in euros and dollars", () => {
  expect(pricesInMarkets(295)).toEqual([
    { market: "gb", currency: "GBP", amountMinor: 295 },
    { market: "de", currency: "EUR", amountMinor: 349 },
    { market: "us", currency: "USD", amountMinor: 379 },
  ]);
});

test.each([
  { pence: 15, points: [15, 19, 19] },
  { pence: 42, points: [42, 49, 55] },
  { pence: 85, points: [85, 99, 99] },
  { pence: 125, points: [125, 149, 149] },
  { pence: 795, points: [795, 949, 1049] },
  { pence: 1295, points: [1295, 1549, 1699] },
  { pence: 4295, points: [4295, 4999, 5499] },
  { pence: 16_495, points: [16_495, 19_999, 21_499] },
])("$pence pence are put on the price points $points", ({ pence, points }) => {
  expect(amounts(pence)).toEqual(points);
});

test("what costs more in pounds never costs less elsewhere, and no price is far from its rate", () => {
  const prices = Array.from({ length: 20_000 }, (_, index) => amounts(index + 15));
  const falls = prices.filter((price, index) => price.some((amount, at) => amount < (prices[index - 1]?.[at] ?? 0)));
  expect(falls).toEqual([]);
  const far = prices.filter(([gbp = 0, eur = 0, usd = 0]) => {
    const isFar = (amount: number, rate: number) => Math.abs(amount - gbp * rate) > Math.max(4, gbp * rate * 0.21);
    return isFar(eur, 1.2) || isFar(usd, 1.3);
  });
  expect(far).toEqual([]);
});
