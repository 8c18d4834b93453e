import { expect, test } from "vitest";
import { retailPricePence } from "./retail-price.ts";

const sale = (quantity: number, unitPence: number, minute = "2011-05-04T10:00") => {
  const nobody = { invoice: "1", code: "1", description: "", customer: "", country: "" };
  return { ...nobody, quantity, unitPence, minute };
};

test("what wholesalers pay does not count", () => {
  expect(
    retailPricePence([sale(1, 425), sale(2, 425), sale(1, 425), sale(96, 339), sale(200, 339), sale(144, 339)]),
  ).toBe(425);
});

test("a web price booked without VAT is read with the VAT of its day", () => {
  expect(retailPricePence([sale(1, 251, "2010-12-10T09:00")])).toBe(295);
  expect(retailPricePence([sale(1, 246, "2011-02-10T09:00")])).toBe(295);
});

test("a good that was only sold in bulk takes the price of all its sales", () => {
  expect(retailPricePence([sale(12, 125), sale(24, 125), sale(12, 145)])).toBe(125);
});

test("refuses a good without sales", () => {
  expect(() => retailPricePence([])).toThrow("has no price");
});
