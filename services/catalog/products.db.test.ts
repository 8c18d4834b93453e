import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Queryable } from "#platform/database";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "./contract.ts";
import { PricesChanged, ProductArchived, ProductCreated, ProductUpdated } from "./events.ts";
import { getVariants } from "./get-variants.ts";
import type { ProductDraft } from "./product-schema.ts";
import { service } from "./service.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
});
afterAll(() => shop?.stop());

let count = 0;
function draft(over: Partial<ProductDraft> = {}): ProductDraft {
  count++;
  return {
    titles: { en: `Mug ${count}`, de: `Becher ${count}` },
    descriptions: { en: "A mug." },
    categories: ["kitchen/mugs"],
    attributes: { colour: ["red"] },
    images: [{ name: "mug.svg", alt: "A mug" }],
    variants: [
      { sku: `MUG-${count}`, weightGrams: 300, prices: [{ market: "gb", currency: "GBP", amountMinor: 450 }] },
    ],
    ...over,
  };
}

/** The service's own context with its statements seen (and held back) on their way. */
function watched(ctx: Ctx, onRows: (rows: unknown[]) => Promise<unknown[]>): Ctx {
  const rows: Queryable["rows"] = async (statement) => (await onRows(await ctx.db.rows(statement))) as never;
  return new Proxy(ctx, {
    get: (target, name) => (name === "db" ? { ...target.db, rows } : bound(target, Reflect.get(target, name, target))),
  });
}

function bound(target: Ctx, value: unknown): unknown {
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}

test("shows a created product by id and by slug, in the viewer's language and market", async () => {
  const made = await shop.call(catalog.createProduct, draft({ slug: "big-mug" }));
  expect(made).toMatchObject({ version: 1, categories: ["kitchen/mugs"] });
  const german = await shop.call(
    catalog.getProduct,
    { productId: "big-mug" },
    { locale: "de-AT", as: { kind: "anonymous" } },
  );
  expect(german).toMatchObject({
    productId: made.productId,
    title: made.texts["de"]!.title,
    price: { from: { amountMinor: 450, currency: "GBP" } },
  });
  expect(german.categories).toEqual([{ path: "kitchen/mugs", name: "Mugs" }]);
  const american = await shop.call(catalog.getProduct, { productId: made.productId }, { market: "us" });
  expect(american.price).toBeNull();
  const bySlug = await shop.call(catalog.getProduct, { productId: made.texts["de"]!.slug });
  expect(bySlug.productId).toBe(made.productId);
});

test("hides drafts and archived products from shoppers, tells their status to services", async () => {
  const made = await shop.call(catalog.createProduct, draft({ status: "draft" }));
  await expect(shop.call(catalog.getProduct, { productId: made.productId })).rejects.toMatchObject({
    code: "PRODUCT_NOT_FOUND",
  });
  await shop.call(catalog.updateProduct, { productId: made.productId, status: "active" });
  expect((await shop.call(catalog.getProduct, { productId: made.productId })).version).toBe(2);
  await shop.call(catalog.archiveProduct, { productId: made.productId, expectedVersion: 2 });
  await expect(shop.call(catalog.getProduct, { productId: made.productId })).rejects.toMatchObject({
    code: "PRODUCT_NOT_FOUND",
  });
  const { variants } = await shop.call(catalog.getVariants, { skus: [made.variants[0]!.sku] });
  expect(variants).toMatchObject([{ status: "archived", unitPrice: { amountMinor: 450 } }]);
  const again = await shop.call(catalog.archiveProduct, { productId: made.productId, expectedVersion: 2 });
  expect(again.version).toBe(3);
});

test("refuses a taken SKU and a taken slug, names the field, and changes nothing", async () => {
  const made = await shop.call(catalog.createProduct, draft({ slug: "taken" }));
  const { sku } = made.variants[0]!;
  await expect(shop.call(catalog.createProduct, draft({ variants: [{ sku }] }))).rejects.toMatchObject({
    code: "SKU_TAKEN",
    data: { field: "variants.0.sku", sku },
  });
  const other = draft({ slug: "taken" });
  await expect(shop.call(catalog.createProduct, other)).rejects.toMatchObject({
    code: "SLUG_TAKEN",
    data: { field: "slug", slug: "taken", locale: "en" },
  });
  const { variants } = await shop.call(catalog.getVariants, { skus: [other.variants[0]!.sku] });
  expect(variants).toEqual([]);
});

test("lets one of two win who ask for the same slug at once; the other is told", async () => {
  const results = await Promise.allSettled(
    [1, 2, 3, 4].map(() => shop.call(catalog.createProduct, draft({ slug: "rush" }))),
  );
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  const codes = results
    .filter((result) => result.status === "rejected")
    .map((result) => (result.reason as { code: string }).code);
  expect(new Set(codes)).toEqual(new Set(["SLUG_TAKEN"]));
});

test("creates once per Idempotency-Key", async () => {
  const told = draft();
  const first = await shop.call(catalog.createProduct, told, { idempotencyKey: "create-mug-1" });
  const second = await shop.call(catalog.createProduct, told, { idempotencyKey: "create-mug-1" });
  expect(second).toEqual(first);
});

test("refuses an update that was made for another version, and one of an unknown product", async () => {
  const { productId } = await shop.call(catalog.createProduct, draft());
  await shop.call(catalog.updateProduct, { productId, expectedVersion: 1, titles: { en: "Cup" } });
  await expect(
    shop.call(catalog.updateProduct, { productId, expectedVersion: 1, titles: { en: "Jar" } }),
  ).rejects.toMatchObject({
    code: "VERSION_CONFLICT",
    data: { expectedVersion: 1, version: 2 },
  });
  const unknown = newId("product");
  await expect(shop.call(catalog.updateProduct, { productId: unknown, titles: { en: "Jar" } })).rejects.toMatchObject({
    code: "PRODUCT_NOT_FOUND",
  });
});

test("counts every one of many updates at once", async () => {
  const { productId } = await shop.call(catalog.createProduct, draft());
  const colours = ["a", "b", "c", "d", "e", "f"];
  await Promise.all(
    colours.map((colour) => shop.call(catalog.updateProduct, { productId, attributes: { colour: [colour] } })),
  );
  expect((await shop.call(catalog.getProductSource, { productId })).version).toBe(1 + colours.length);
});

test("adds and removes variants, sets and removes prices, all or nothing", async () => {
  const options = [{ name: "Size", values: ["S", "L"] }];
  const variants = ["S", "L"].map((size) => ({ sku: `SIZE-${size}`, options: { Size: size } }));
  const { productId } = await shop.call(catalog.createProduct, draft({ options, variants }));
  const price = { sku: "SIZE-S", market: "gb", currency: "GBP", amountMinor: 500 };
  await expect(
    shop.call(catalog.setPrices, { productId, prices: [price, { ...price, sku: "NONE" }] }),
  ).rejects.toMatchObject({
    code: "SKU_NOT_FOUND",
    data: { field: "prices.1.sku" },
  });
  expect((await shop.call(catalog.setPrices, { productId, prices: [price] })).version).toBe(2);
  expect((await shop.call(catalog.setPrices, { productId, prices: [price] })).version).toBe(2);
  const changed = await shop.call(catalog.updateProduct, {
    productId,
    removedSkus: ["SIZE-L"],
    variants: [{ sku: "SIZE-M", options: { Size: "M" } }],
  });
  expect(changed.variants.map((variant) => variant.sku)).toEqual(["SIZE-S", "SIZE-M"]);
  expect(changed.options[0]!.values).toEqual(["S", "L", "M"]);
  const unpriced = await shop.call(catalog.setPrices, { productId, prices: [{ ...price, amountMinor: null }] });
  expect(unpriced.variants[0]!.prices).toEqual([]);
  expect((await shop.call(catalog.getProductSource, { productId })).variants).toEqual(unpriced.variants);
});

test("publishes each change once, with its facts and the product's version", async () => {
  const told = draft();
  const { productId } = await shop.call(catalog.createProduct, told);
  const { sku } = told.variants[0]!;
  await shop.call(catalog.updateProduct, { productId, slug: `cup-${count}` });
  await shop.call(catalog.updateProduct, { productId, slug: `cup-${count}` });
  await shop.call(catalog.setPrices, { productId, prices: [{ sku, market: "gb", currency: "GBP", amountMinor: 999 }] });
  await shop.call(catalog.archiveProduct, { productId });
  await shop.settle();
  const heard = await Promise.all(
    [ProductCreated, ProductUpdated, PricesChanged, ProductArchived].map((kind) => shop.heard(kind)),
  );
  const mine = heard.map((events) => events.filter((event) => event.subject === productId));
  expect(mine.map((events) => events.map((event) => event.subjectversion))).toEqual([[1], [2], [3], [4]]);
  expect(mine[1]![0]!.data).toMatchObject({
    slugs: { en: `cup-${count}` },
    removedSlugs: [`mug-${count}`],
    skus: [sku],
  });
  expect(mine[2]![0]!.data).toMatchObject({ prices: [{ sku, market: "gb", amountMinor: 999 }] });
});

test("answers variants in the caller's market and language; unknown SKUs are absent", async () => {
  const told = draft();
  await shop.call(catalog.createProduct, told);
  const { sku } = told.variants[0]!;
  const { variants } = await shop.call(catalog.getVariants, { skus: [sku, "UNKNOWN", sku] }, { locale: "de" });
  expect(variants).toHaveLength(1);
  expect(variants[0]).toMatchObject({
    sku,
    title: told.titles!["de"],
    optionText: "",
    status: "active",
    unitPrice: { amountMinor: 450, currency: "GBP" },
    weightGrams: 300,
    image: { name: "mug.svg" },
    categories: ["kitchen/mugs"],
    attributes: { colour: ["red"] },
  });
  const elsewhere = await shop.call(catalog.getVariants, { skus: [sku] }, { market: "us" });
  expect(elsewhere.variants[0]!.unitPrice).toBeNull();
});

test("reads 1,000 SKUs with one statement when none is cached, and with none afterwards", async () => {
  const known = draft();
  await shop.call(catalog.createProduct, known);
  const skus = [known.variants[0]!.sku, ...Array.from({ length: 999 }, (_, index) => `ABSENT-${index}`)];
  let statements = 0;
  const ctx = watched(shop.context("catalog"), async (rows) => {
    statements++;
    return rows;
  });
  expect((await getVariants({ skus }, ctx)).variants).toHaveLength(1);
  expect(statements).toBe(1);
  await getVariants({ skus }, ctx);
  expect(statements).toBe(1);
});

test("finds a SKU that was asked for in vain before it was created", async () => {
  const told = draft();
  const { sku } = told.variants[0]!;
  expect((await shop.call(catalog.getVariants, { skus: [sku] })).variants).toEqual([]);
  await shop.call(catalog.createProduct, told);
  expect((await shop.call(catalog.getVariants, { skus: [sku] })).variants).toHaveLength(1);
});

test("does not keep an old price that a slow read brings after the change", async () => {
  const told = draft();
  const { productId } = await shop.call(catalog.createProduct, told);
  const { sku } = told.variants[0]!;
  let release = () => {};
  const gate = new Promise<void>((resolve) => void (release = resolve));
  let hasRead = () => {};
  const read = new Promise<void>((resolve) => void (hasRead = resolve));
  const slow = getVariants(
    { skus: [sku] },
    watched(shop.context("catalog"), async (rows) => {
      hasRead();
      await gate;
      return rows;
    }),
  );
  await read;
  await shop.call(catalog.setPrices, { productId, prices: [{ sku, market: "gb", currency: "GBP", amountMinor: 1 }] });
  release();
  expect((await slow).variants[0]!.unitPrice?.amountMinor).toBe(450);
  expect((await shop.call(catalog.getVariants, { skus: [sku] })).variants[0]!.unitPrice?.amountMinor).toBe(1);
});

test("another replica forgets what changed, by the events alone", async () => {
  const told = draft();
  const { productId } = await shop.call(catalog.createProduct, told);
  const { sku } = told.variants[0]!;
  await shop.settle();
  await shop.call(catalog.getVariants, { skus: [sku] });
  // As another replica would: the change goes past this one's cache, the event does not.
  const ctx = shop.context("catalog");
  const blind = new Proxy(ctx, {
    get: (target, name) =>
      name === "cache"
        ? { ...target.cache, invalidate() {}, invalidateAll() {} }
        : bound(target, Reflect.get(target, name, target)),
  });
  await service.operations.setPrices(
    { productId, prices: [{ sku, market: "gb", currency: "GBP", amountMinor: 2 }] },
    blind,
  );
  await shop.settle();
  await expect
    .poll(async () => (await shop.call(catalog.getVariants, { skus: [sku] })).variants[0]!.unitPrice?.amountMinor, {
      timeout: 5000,
    })
    .toBe(2);
});

test("forgets everything at midnight, once a day", async () => {
  await shop.runJob("catalog", "flush-at-midnight");
  await shop.runJob("catalog", "flush-at-midnight");
  const made = await shop.call(catalog.createProduct, draft());
  await shop.call(catalog.getProduct, { productId: made.productId });
  const { cache } = shop.context("catalog") as unknown as { cache: { stats(): { entries: number } } };
  expect(cache.stats().entries).toBeGreaterThan(0);
  shop.advanceClock(86_400_000);
  await shop.runJob("catalog", "flush-at-midnight");
  await shop.settle();
  await expect.poll(() => cache.stats().entries, { timeout: 5000 }).toBe(0);
});

test("refuses ids and texts that PostgreSQL would choke on, with a 400", async () => {
  const id = newId("product");
  await expect(shop.call(catalog.getProductSource, { productId: `urn:uuid:${id}` as typeof id })).rejects.toMatchObject(
    { status: 400 },
  );
  await expect(shop.call(catalog.createProduct, draft({ titles: { en: "a\0b" } }))).rejects.toMatchObject({
    status: 400,
  });
  await expect(shop.call(catalog.getProduct, { productId: "a\0b" })).rejects.toMatchObject({ status: 404 });
});
