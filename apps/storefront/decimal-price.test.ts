import { expect, test } from "vitest";
import { decimalPrice } from "./decimal-price.ts";

test("an amount has the decimals of its currency, exactly", () => {
  expect([5, 425, 9_007_199_254_740_991].map((amountMinor) => decimalPrice({ amountMinor, currency: "GBP" }))).toEqual([
    "0.05",
    "4.25",
    "90071992547409.91",
  ]);
  expect(decimalPrice({ amountMinor: 500, currency: "JPY" })).toBe("500");
  expect(decimalPrice({ amountMinor: 12, currency: "KWD" })).toBe("0.012");
});
