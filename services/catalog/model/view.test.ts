import { expect, test } from "vitest";
import { asId } from "#kernel/id";
import type { ProductSource } from "../product-schema.ts";
import { inLocale, localeChain } from "./locale.ts";
import { inTreeOrder, type CardSource, viewCard, viewCategory, viewProduct } from "./view.ts";

const mug: ProductSource = {
  productId: asId("product", "00000000-0000-7000-8000-000000000001"),
  version: 3,
  status: "active",
  texts: {
    en: { title: "Mug", description: "", slug: "mug" },
    de: { title: "Becher", description: "", slug: "becher" },
  },
  categories: ["kitchen/mugs"],
  attributes: {},
  options: [
    { name: "Size", values: ["S", "L"] },
    { name: "Colour", values: ["Red"] },
  ],
  images: [],
  customFields: { cost: 100 },
  variants: ["L", "S"].map((size, index) => ({
    variantId: asId("variant", `00000000-0000-7000-8000-00000000000${index}`),
    sku: size,
    options: { Colour: "Red", Size: size },
    weightGrams: 300,
    customFields: {},
    prices: [{ market: "gb", currency: "GBP", amountMinor: size === "L" ? 500 : 450 }],
  })),
  createdAt: "2026-11-20T12:00:00.000Z",
  updatedAt: "2026-11-20T12:00:00.000Z",
};

test("falls back from the region to the language, then to the shop's own locale, then to any", () => {
  expect(localeChain("de-AT", "en")).toEqual(["de-AT", "de", "en"]);
  expect(inLocale({ en: "mug", de: "Becher" }, localeChain("de-AT", "en"))).toBe("Becher");
  expect(inLocale({ en: "mug" }, localeChain("fr", "en"))).toBe("mug");
  expect(inLocale({ pl: "kubek", fr: "tasse" }, localeChain("de", "en"))).toBe("tasse");
});

test("shows the viewer's language and market, options in the product's order, and nothing internal", () => {
  const seen = viewProduct(mug, new Map(), { market: "gb", locales: ["de", "en"] });
  expect(seen).toMatchObject({ title: "Becher", slug: "becher", slugs: { en: "mug" }, categories: [{ name: "Mugs" }] });
  expect(seen.price).toEqual({
    from: { amountMinor: 450, currency: "GBP" },
    to: { amountMinor: 500, currency: "GBP" },
  });
  expect(seen.variants.map((variant) => variant.optionText)).toEqual(["L / Red", "S / Red"]);
  expect(JSON.stringify(seen)).not.toContain("cost");
});

const card: CardSource = {
  productId: mug.productId,
  version: 3,
  status: "active",
  texts: mug.texts,
  image: null,
  attributes: {},
  variants: [
    ["L", "de", "EUR", 700],
    ["L", "gb", "GBP", 500],
    ["S", "gb", "GBP", 450],
    ["XS", null, null, null],
  ],
};

test("shows on a card every SKU once and the prices of the viewer's market", () => {
  const seen = viewCard(card, { market: "gb", locales: ["de", "en"] });
  expect(seen).toMatchObject({ title: "Becher", slug: "becher", skus: ["L", "S", "XS"] });
  expect(seen.price).toEqual({
    from: { amountMinor: 450, currency: "GBP" },
    to: { amountMinor: 500, currency: "GBP" },
  });
});

test("has no price in a market where it is not sold", () => {
  expect(viewCard(card, { market: "us", locales: ["en"] }).price).toBeNull();
  expect(viewProduct(mug, new Map(), { market: "us", locales: ["en"] }).price).toBeNull();
});

test("orders the tree by position, parents before children", () => {
  const rows = [
    ["b", 1],
    ["a/x", 0],
    ["a", 2],
    ["b/z", 1],
    ["b/a", 2],
    ["a-b", 0],
  ] as const;
  const categories = rows.map(([path, position]) => ({
    categoryId: asId("category", path),
    path,
    names: {},
    position,
  }));
  const order = inTreeOrder(categories);
  expect(order.map((category) => category.path)).toEqual(["a-b", "b", "b/z", "b/a", "a", "a/x"]);
  expect(viewCategory(order[2]!, { market: "gb", locales: ["en"] })).toMatchObject({
    parent: "b",
    slug: "z",
    name: "Z",
  });
});
