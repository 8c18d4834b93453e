import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "./contract.ts";
import type { ProductSource } from "./product-schema.ts";
import { service } from "./service.ts";
import { byBytes, everySource, facetsOf, matching, STRANGE, type Asked } from "./testing-filters.ts";

const CATEGORIES = ["home", "home/lamps", "home/lamps/desk", "garden"] as const;
const MARKETS = { gb: "GBP", us: "USD" } as const;
const SORTS = ["newest", "name", "price-asc", "price-desc"] as const;
const COUNT = 1_000;

let shop: TestShop;
let sources: readonly ProductSource[];
beforeAll(async () => {
  shop = await startTestShop({ services: [service], settings: { CATALOG_LISTING_TTL_SECONDS: "0" } });
  async function* lines() {
    for (const draft of fc.sample(drafts, { numRuns: 1, seed: 7 })[0]!) yield Buffer.from(`${JSON.stringify(draft)}\n`);
  }
  expect(await shop.call(catalog.importProducts, { body: lines() })).toMatchObject({ created: COUNT, failed: 0 });
  sources = await everySource(shop);
});
afterAll(() => shop?.stop());

/** Attributes that most products have, that few have, with one value or more, none, or the same twice. */
const attributes = fc.record(
  {
    colour: fc.array(fc.constantFrom("red", "blue", "green"), { maxLength: 3 }),
    theme: fc.array(fc.constantFrom("floral", "sea", "sea:side", "stars"), { maxLength: 2 }),
    strange: fc.uniqueArray(fc.constantFrom(...STRANGE), { minLength: 1, maxLength: 2 }),
    serial: fc.uniqueArray(fc.integer({ max: 99, min: 0 }).map(String), { minLength: 1, maxLength: 1 }),
  },
  { requiredKeys: ["colour"] },
);
const drafts = fc
  .array(
    fc.record({
      attributes: fc.tuple(attributes, fc.nat(13)).map(([some, n]) => ({ ...some, [`rare-${n}`]: ["x"] })),
      categories: fc.uniqueArray(fc.constantFrom(...CATEGORIES), { maxLength: 2 }),
      status: fc.oneof({ weight: 9, arbitrary: fc.constant("active") }, fc.constant("draft")),
      words: fc.tuple(fc.constantFrom("Mug", "Åsa", "zebra"), fc.nat(300)),
      amounts: fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -10, max: 20 })),
    }),
    { minLength: COUNT, maxLength: COUNT },
  )
  .map((many) =>
    many.map(({ words, amounts, ...draft }, index) => ({
      ...draft,
      titles: { en: words.join(" "), ...(words[1] % 3 === 0 ? { de: `Der ${words[1]}` } : {}) },
      variants: [
        {
          sku: `SKU-${index}`,
          prices: Object.entries(MARKETS)
            .map(([market, currency], at) => ({ market, currency, amountMinor: amounts[at]! }))
            .filter(({ amountMinor }) => amountMinor > 0),
        },
      ],
    })),
  );

const asked = fc.record(
  {
    market: fc.constantFrom("gb", "us"),
    category: fc.constantFrom(...CATEGORIES),
    attributes: fc.uniqueArray(
      fc.oneof(
        fc.constantFrom("red", "blue", "green", "no").map((value) => `colour:${value}`),
        fc.constantFrom("floral", "sea", "sea:side", "stars").map((value) => `theme:${value}`),
        fc.constantFrom(...STRANGE).map((value) => `strange:${value}`),
        fc.nat(99).map((value) => `serial:${value}`),
        fc.nat(13).map((n) => `rare-${n}:x`),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  },
  { requiredKeys: ["market", "attributes"] },
);

const titleOf = ({ texts }: ProductSource, locale: string) =>
  (texts[locale] ?? texts["en"])!.title.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
const lowestOf = ({ variants }: ProductSource, market: string) =>
  Math.min(...variants[0]!.prices.filter((price) => price.market === market).map((price) => price.amountMinor));

function inOrder(
  found: readonly ProductSource[],
  sort: (typeof SORTS)[number],
  as: { market: string; locale: string },
) {
  const byId = (a: ProductSource, b: ProductSource) => byBytes(a.productId, b.productId);
  const price = (a: ProductSource, b: ProductSource) => lowestOf(a, as.market) - lowestOf(b, as.market) || byId(a, b);
  const orders = {
    newest: (a: ProductSource, b: ProductSource) => byBytes(b.createdAt, a.createdAt) || byId(b, a),
    name: (a: ProductSource, b: ProductSource) => byBytes(titleOf(a, as.locale), titleOf(b, as.locale)) || byId(a, b),
    "price-asc": price,
    "price-desc": (a: ProductSource, b: ProductSource) => price(b, a),
  };
  return found.toSorted(orders[sort]).map(({ productId }) => productId);
}

async function listed({
  market,
  locale,
  ...query
}: Asked & { sort: (typeof SORTS)[number]; locale: string; limit: number }) {
  const pages: string[][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await shop.call(
      catalog.listProducts,
      { ...query, attributes: [...query.attributes], ...(cursor === undefined ? {} : { cursor }) },
      { market, locale },
    );
    pages.push(page.items.map((item) => item.productId));
    cursor = page.nextCursor;
  }
  return pages;
}

test("a filtered list has what matches, in every order, page by page", { timeout: 120_000 }, async () => {
  const how = fc.record({
    sort: fc.constantFrom(...SORTS),
    locale: fc.constantFrom("en", "de"),
    limit: fc.constantFrom(3, 20, 100),
  });
  await fc.assert(
    fc.asyncProperty(asked, how, async (what, { limit, ...as }) => {
      const pages = await listed({ ...what, ...as, limit });
      const expected = inOrder(matching(sources, what), as.sort, { market: what.market, locale: as.locale });
      expect(pages.flat()).toEqual(expected);
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    }),
    { numRuns: 80, endOnFailure: true },
  );
});

test.each(STRANGE)("finds %j as it is written", async (value) => {
  const what = { market: "gb", attributes: [`strange:${value}`] };
  const expected = inOrder(matching(sources, what), "newest", { market: "gb", locale: "en" });
  expect(expected.length).toBeGreaterThan(5);
  expect((await listed({ ...what, sort: "newest", locale: "en", limit: 100 })).flat()).toEqual(expected);
});

test("facets count what each choice would show", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ market, ...query }) => {
      const facets = await shop.call(catalog.listFacets, query, { market });
      expect(facets).toEqual({ items: facetsOf(sources, { market, ...query }), isPartial: false });
    }),
    { numRuns: 60, endOnFailure: true },
  );
  const all = await shop.call(catalog.listFacets, {}, { market: "us" });
  expect(all.items).toEqual(facetsOf(sources, { market: "us", attributes: [] }));
  expect(all.items).toHaveLength(12);
  expect(all.items.find(({ name }) => name === "serial")!.values).toHaveLength(50);
});

test("a cursor of other filters goes on from where it is", async () => {
  const page = await shop.call(catalog.listProducts, { attributes: ["colour:red"], sort: "price-asc", limit: 10 });
  const query = { attributes: ["colour:blue"], sort: "price-asc", limit: 100 } as const;
  const next = await shop.call(catalog.listProducts, {
    ...query,
    attributes: [...query.attributes],
    cursor: page.nextCursor!,
  });
  const all = inOrder(matching(sources, { market: "gb", attributes: [] }), "price-asc", { market: "gb", locale: "en" });
  const blue = inOrder(matching(sources, { market: "gb", ...query }), "price-asc", { market: "gb", locale: "en" });
  const from = all.indexOf(page.items.at(-1)!.productId);
  expect(next.items.map((item) => item.productId)).toEqual(blue.filter((id) => all.indexOf(id) > from).slice(0, 100));
});

test.each([
  ["attributes.0", ["colour"]],
  ["attributes.0", ["colour:"]],
  ["attributes.1", ["colour:red", "Colour:red"]],
  ["attributes.0", [":red"]],
  ["attributes.0", [`colour:${"x".repeat(101)}`]],
  ["attributes.0", [`${"x".repeat(65)}:red`]],
  ["attributes.0", ["colour:\0"]],
  ["attributes.0", ["colour:\ud800"]],
  ["attributes", Array.from({ length: 21 }, (_, index) => `colour:${index}`)],
])("names %s when a filter is none", async (field, attributes) => {
  const refused = { code: "INVALID_INPUT", data: { errors: [{ field }] } };
  await expect(shop.call(catalog.listProducts, { attributes })).rejects.toMatchObject(refused);
  await expect(shop.call(catalog.listFacets, { attributes })).rejects.toMatchObject(refused);
});

test("facets of a category that is not there are refused", async () => {
  await expect(shop.call(catalog.listFacets, { category: "hom" })).rejects.toMatchObject({
    code: "CATEGORY_NOT_FOUND",
  });
});
