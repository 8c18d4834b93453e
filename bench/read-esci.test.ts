import { expect, test } from "vitest";
import { readEsci } from "./read-esci.ts";

const lines = [...readEsci()];

test("every product of the sample becomes a line with its own SKU and slug", () => {
  expect(lines).toHaveLength(6764);
  expect(new Set(lines.map(({ variants }) => variants[0].sku)).size).toBe(6764);
  expect(new Set(lines.map(({ slug }) => slug)).size).toBe(6764);
});

test("every line keeps the import's limits", () => {
  const word = "[a-z0-9]+(-[a-z0-9]+)*";
  const path = new RegExp(`^${word}(/${word}){0,1}$`);
  const slug = new RegExp(`^${word}$`);
  const broken = lines.filter(
    (line) =>
      line.titles.en.length < 1 ||
      line.titles.en.length > 255 ||
      line.descriptions.en.length > 20_000 ||
      line.slug.length > 255 ||
      !slug.test(line.slug) ||
      !/^[A-Z0-9]{10}$/.test(line.variants[0].sku) ||
      line.categories.some((category) => !path.test(category)) ||
      (line.attributes["colour"] ?? []).some((colour) => !slug.test(colour)) ||
      !line.variants[0].prices.every(({ amountMinor }) => Number.isSafeInteger(amountMinor) && amountMinor > 0),
  );
  expect(broken).toEqual([]);
});

test("the fields that the sample has are not lost", () => {
  expect(lines.filter(({ customFields }) => customFields["brand"] !== undefined)).toHaveLength(6640);
  expect(lines.filter(({ categories }) => categories.length === 1)).toHaveLength(6512);
  expect(lines.filter(({ variants }) => variants[0].prices.length === 1)).toHaveLength(1987);
  expect(lines.filter(({ attributes }) => attributes["colour"] !== undefined).length).toBeGreaterThan(5100);
});

test("a known product is read as it stands in the sample", () => {
  const line = lines.find(({ variants }) => variants[0].sku === "006287716X");
  expect(line).toMatchObject({
    titles: { en: "The Book of Dragons: An Anthology" },
    slug: "the-book-of-dragons-an-anthology-006287716x",
    categories: ["books/literature-fiction"],
    variants: [{ prices: [{ market: "us", currency: "USD", amountMinor: 3290 }] }],
    customFields: { brand: "Harper Voyager" },
  });
});
