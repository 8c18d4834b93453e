import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeCursor } from "#kernel/page";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "./contract.ts";
import { service } from "./service.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
  for (let index = 0; index < 45; index++) {
    await shop.call(catalog.createProduct, {
      titles: { en: `Thing ${String.fromCharCode(97 + (index % 7))}` },
      categories: [index % 3 === 0 ? "home/lamps" : index % 3 === 1 ? "home" : "garden"],
      variants: [
        {
          sku: `T-${index}`,
          prices: [
            {
              market: index === 44 ? "us" : "gb",
              currency: index === 44 ? "USD" : "GBP",
              amountMinor: 100 * (index % 5),
            },
          ],
        },
      ],
    });
  }
});
afterAll(() => shop?.stop());

type Query = Parameters<typeof shop.call<typeof catalog.listProducts>>[1];

async function allPages(query: Query, eachPage: () => Promise<void> = async () => {}): Promise<string[]> {
  const skus: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await shop.call(catalog.listProducts, { ...query, ...(cursor === undefined ? {} : { cursor }) });
    skus.push(...page.items.flatMap((item) => item.skus));
    if (page.nextCursor === null) return skus;
    cursor = page.nextCursor;
    await eachPage();
  }
}

test.each(["newest", "name", "price-asc", "price-desc"] as const)(
  "pages through everything sold in the market once, by %s",
  async (sort) => {
    const skus = await allPages({ sort, limit: 7 });
    expect(skus).toHaveLength(44);
    expect(new Set(skus).size).toBe(44);
    expect(skus).toEqual(await allPages({ sort, limit: 100 }));
    expect(skus).not.toContain("T-44");
  },
);

test("sorts as it says", async () => {
  const prices = (await shop.call(catalog.listProducts, { sort: "price-asc", limit: 100 })).items.map(
    (item) => item.price!.from.amountMinor,
  );
  expect(prices).toEqual(prices.toSorted((a, b) => a - b));
  const titles = (await shop.call(catalog.listProducts, { sort: "name", limit: 100 })).items.map((item) => item.title);
  expect(titles).toEqual(titles.toSorted());
  expect((await shop.call(catalog.listProducts, { limit: 1 })).items[0]!.skus).toEqual(["T-43"]);
});

test("lists a category with what is below it, and refuses one that is not there", async () => {
  expect(await allPages({ category: "home", limit: 10 })).toHaveLength(30);
  expect(await allPages({ category: "home/lamps", limit: 10 })).toHaveLength(15);
  await expect(shop.call(catalog.listProducts, { category: "hom" })).rejects.toMatchObject({
    code: "CATEGORY_NOT_FOUND",
  });
});

test("neither repeats nor skips the others while products come and go between pages", async () => {
  const before = await allPages({ sort: "price-asc", limit: 10 });
  let turn = 0;
  const seen = await allPages({ sort: "price-asc", limit: 10 }, async () => {
    turn++;
    const draft = {
      titles: { en: `Late ${turn}` },
      variants: [{ sku: `LATE-${turn}`, prices: [{ market: "gb", currency: "GBP", amountMinor: 0 }] }],
    };
    const { productId } = await shop.call(catalog.createProduct, draft);
    if (turn > 1) await shop.call(catalog.archiveProduct, { productId });
  });
  expect(seen.filter((sku) => !sku.startsWith("LATE"))).toEqual(before);
});

test("lists a new product at once, and drops an archived one", async () => {
  const draft = {
    titles: { en: "Fresh" },
    variants: [{ sku: "FRESH", prices: [{ market: "gb", currency: "GBP", amountMinor: 1 }] }],
  };
  await shop.call(catalog.listProducts, { limit: 1 });
  const { productId } = await shop.call(catalog.createProduct, draft);
  expect((await shop.call(catalog.listProducts, { limit: 1 })).items[0]!.productId).toBe(productId);
  await shop.call(catalog.archiveProduct, { productId });
  expect((await shop.call(catalog.listProducts, { limit: 1 })).items[0]!.productId).not.toBe(productId);
});

test("lists a changed product as it is now", async () => {
  const draft = {
    titles: { en: "Plain" },
    variants: [{ sku: "PLAIN", prices: [{ market: "gb", currency: "GBP", amountMinor: 5 }] }],
  };
  const { productId } = await shop.call(catalog.createProduct, draft);
  const listed = async () => (await shop.call(catalog.listProducts, { limit: 1 })).items[0]!;
  expect(await listed()).toMatchObject({ productId, title: "Plain", image: null, skus: ["PLAIN"] });
  await shop.call(catalog.updateProduct, {
    productId,
    titles: { en: "Fancy" },
    images: [{ name: "fancy.svg", alt: "" }],
    options: [{ name: "Size", values: ["S", "L"] }],
    variants: [
      {
        sku: "PLAIN",
        options: { Size: "S" },
        prices: [
          { market: "gb", currency: "GBP", amountMinor: 7 },
          { market: "de", currency: "EUR", amountMinor: 9 },
        ],
      },
      { sku: "UNSOLD", options: { Size: "L" } },
    ],
  });
  const amount = { amountMinor: 7, currency: "GBP" };
  expect(await listed()).toMatchObject({
    productId,
    title: "Fancy",
    image: { name: "fancy.svg" },
    skus: ["PLAIN", "UNSOLD"],
    price: { from: amount, to: amount },
  });
});

test.each([
  ["noise", "xyz"],
  ["a cursor of another order", encodeCursor(["name", "a", "00000000-0000-7000-8000-000000000001"])],
  ["a key that is no time", encodeCursor(["newest", 1e300, "00000000-0000-7000-8000-000000000001"])],
  ["a time after all times", encodeCursor(["newest", 1e15, "00000000-0000-7000-8000-000000000001"])],
  ["an id that is none", encodeCursor(["newest", 1, "x"])],
])("refuses %s as a cursor", async (_, cursor) => {
  await expect(shop.call(catalog.listProducts, { cursor })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    data: { errors: [{ field: "cursor" }] },
  });
});

test("gives products by ids in the order asked for, without the unknown", async () => {
  const { items } = await shop.call(catalog.listProducts, { limit: 3 });
  const productIds = items.map((item) => item.productId).toReversed();
  const unknown = "00000000-0000-7000-8000-000000000001" as (typeof productIds)[number];
  const answer = await shop.call(catalog.getProductsByIds, {
    productIds: [productIds[0]!, unknown, ...productIds.slice(1)],
  });
  expect(answer.items.map((item) => item.productId)).toEqual(productIds);
});

test("exports every product in any status, page by page", async () => {
  const ids = new Set<string>();
  for (let cursor: string | undefined; ;) {
    const page = await shop.call(catalog.exportProducts, { limit: 10, ...(cursor === undefined ? {} : { cursor }) });
    for (const item of page.items) ids.add(item.productId);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  const drafts = await shop.call(catalog.listProductSources, { status: "archived", limit: 100 });
  expect(drafts.items.length).toBeGreaterThan(0);
  expect(drafts.items.every((item) => ids.has(item.productId))).toBe(true);
  expect(ids.size).toBeGreaterThanOrEqual(45);
  expect((await shop.call(catalog.listProductSources, { sku: "T-3" })).items).toMatchObject([
    { variants: [{ sku: "T-3" }] },
  ]);
});

test("the export is cut into pieces that together are the whole", async () => {
  const { cursors } = await shop.call(catalog.splitExport, { size: 7 });
  const ids: string[] = [];
  for (const cursor of [undefined, ...cursors]) {
    const { items } = await shop.call(catalog.exportProducts, {
      limit: 7,
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(items.length).toBeGreaterThan(0);
    ids.push(...items.map(({ productId }) => productId));
  }
  const all = await shop.call(catalog.exportProducts, { limit: 100 });
  expect(ids).toEqual(all.items.map(({ productId }) => productId));
  // Not even where the last piece is full.
  expect(await shop.call(catalog.splitExport, { size: all.items.length })).toEqual({ cursors: [] });
});
