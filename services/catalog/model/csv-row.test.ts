import { expect, test } from "vitest";
import { draftOfRows, headerProblems, rowKey, rowProblems } from "./csv-row.ts";

const defaults = { locale: "en", market: "gb", currency: "GBP" };

test("makes one product of the rows of its variants", () => {
  const rows = [
    {
      sku: "A-R",
      title: "Mug",
      category: "Kitchen > Mugs & Cups",
      price_minor: "450",
      weight_grams: "300",
      image: "mug.svg",
      option_Colour: "Red",
      attribute_material: "china|clay",
    },
    {
      sku: "A-B",
      title: "Mug",
      category: "kitchen/mugs-and-cups",
      price_minor: "475",
      weight_grams: "",
      image: "mug.svg",
      option_Colour: "Blue",
      attribute_material: "",
    },
  ];
  expect(new Set(rows.map(rowKey)).size).toBe(1);
  expect(draftOfRows(rows, defaults)).toEqual({
    titles: { en: "Mug" },
    categories: ["kitchen/mugs-and-cups"],
    images: [{ name: "mug.svg", alt: "Mug" }],
    attributes: { material: ["china", "clay"] },
    options: [{ name: "Colour", values: ["Red", "Blue"] }],
    variants: [
      {
        sku: "A-R",
        options: { Colour: "Red" },
        weightGrams: 300,
        prices: [{ market: "gb", currency: "GBP", amountMinor: 450 }],
      },
      { sku: "A-B", options: { Colour: "Blue" }, prices: [{ market: "gb", currency: "GBP", amountMinor: 475 }] },
    ],
  });
});

test("takes rows of one SKU as its prices in several markets", () => {
  const rows = [
    { sku: "A", price_minor: "450", market: "gb", currency: "GBP" },
    { sku: "A", price_minor: "520", market: "de", currency: "EUR" },
  ];
  expect(new Set(rows.map(rowKey)).size).toBe(1);
  expect(draftOfRows(rows, defaults)).toMatchObject({
    variants: [{ sku: "A", prices: [{ market: "gb" }, { market: "de", amountMinor: 520 }] }],
  });
});

test("keeps two products of one title apart when they have no options", () => {
  expect(rowKey({ sku: "A", title: "Mug" })).not.toBe(rowKey({ sku: "B", title: "Mug" }));
});

test("names the column of a cell that is no number", () => {
  expect(rowProblems({ sku: "", price_minor: "4.50", weight_grams: "-1" }).map((problem) => problem.field)).toEqual([
    "sku",
    "price_minor",
    "weight_grams",
  ]);
});

test("names unknown columns and the missing one", () => {
  expect(headerProblems(["title", "price", "option_Size", "attribute_colour"]).map((problem) => problem.field)).toEqual(
    ["price", "sku"],
  );
});
