import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Id } from "#kernel/id";
import { Refusal } from "#kernel/refusal";
import { openDatabase, type Database } from "#platform/database";
import { sql } from "#platform/sql";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "./contract.ts";
import { localeChain } from "./model/locale.ts";
import { service } from "./service.ts";

const MARKETS = ["gb", "us"] as const;
const LOCALES = ["en", "de-AT"] as const;
const SORTS = ["newest", "name", "price-asc", "price-desc"] as const;
const BRANCHES = ["a", "a/b", "a/b/c", "d", "d/e", "f"] as const;

let shop: TestShop;
let db: Database;
const categoryIds: Id<"category">[] = [];
const productIds: Id<"product">[] = [];
beforeAll(async () => {
  const settings = { CATALOG_PRODUCT_TTL_SECONDS: "0", CATALOG_LISTING_TTL_SECONDS: "0" };
  shop = await startTestShop({ services: [service], settings });
  db = openDatabase({ url: shop.databaseUrl("catalog"), applicationName: "test", poolSize: 2 });
  for (const path of BRANCHES) {
    const cut = path.lastIndexOf("/");
    const parent = cut === -1 ? null : path.slice(0, cut);
    const made = await shop.call(catalog.putCategory, { slug: path.slice(cut + 1), parent, names: { en: path } });
    categoryIds.push(made.categoryId);
  }
  for (let count = 0; count < 18; count++) await create([count % BRANCHES.length], "xyz".repeat(2).slice(count % 6));
});
afterAll(async () => {
  await db?.close();
  await shop?.stop();
});

const one = <Item>(items: readonly Item[], index: number) => items[index % items.length]!;
const paths = (categories: readonly number[]) =>
  db.rows(sql<{ path: string }>`
    select path from category where category_id = any(${categories.map((index) => one(categoryIds, index))}::uuid[])`);

async function create(categories: readonly number[], word: string): Promise<void> {
  const sku = `SKU-${productIds.length}-${Math.random()}`;
  const { productId } = await shop.call(catalog.createProduct, {
    titles: { en: word, ...(word.length > 3 ? { de: `${word}e` } : {}) },
    categories: (await paths(categories)).map(({ path }) => path),
    variants: [{ sku, prices: prices(word.length) }],
  });
  productIds.push(productId);
}

const prices = (amount: number) =>
  (["GBP", "USD"] as const)
    .map((currency, index) => ({ market: MARKETS[index]!, currency, amountMinor: amount }))
    .slice(0, amount % 3 === 0 ? 1 : 2);

/** Everything that changes where a product is listed; what lost to another is refused. */
const works: readonly ((index: number, categories: readonly number[], word: string) => Promise<unknown>)[] = [
  (_, categories, word) => create(categories, word),
  async (index, categories) =>
    shop.call(catalog.updateProduct, {
      productId: one(productIds, index),
      categories: (await paths(categories)).map(({ path }) => path),
    }),
  (index, _, word) => shop.call(catalog.updateProduct, { productId: one(productIds, index), titles: { en: word } }),
  (index) => shop.call(catalog.archiveProduct, { productId: one(productIds, index) }),
  (index) => shop.call(catalog.updateProduct, { productId: one(productIds, index), status: "active" }),
  async (index, _, word) => {
    const productId = one(productIds, index);
    const { variants } = await shop.call(catalog.getProduct, { productId });
    const { sku } = variants[0]!;
    await shop.call(catalog.setPrices, { productId, prices: [{ sku, ...prices(word.length)[0]! }] });
  },
  async (index, [to], word) => {
    const [parent] = to === undefined ? [] : await paths([to]);
    const categoryId = one(categoryIds, index);
    await shop.call(catalog.putCategory, { categoryId, slug: word, parent: parent?.path ?? null, names: {} });
  },
  (index, _, word) => writeAsBefore(one(productIds, index), word),
];

/** What the release before the listing does: its statements know neither the listing nor `listed_version`. */
const writeAsBefore = (productId: Id<"product">, word: string) =>
  db.transaction(async (tx) => {
    await tx.run(sql`
      update product set version = version + 1, status = ${word.length % 3 === 0 ? "draft" : "active"} where product_id = ${productId}`);
    await tx.run(sql`update product_text set sort_title = ${word} where product_id = ${productId} and locale = 'en'`);
    await tx.run(sql`update product_price set lowest_minor = ${word.length} where product_id = ${productId}`);
  });

const LOST = ["CATEGORY_CYCLE", "CATEGORY_TAKEN", "CATEGORY_NOT_FOUND", "INVALID_INPUT", "PRODUCT_NOT_FOUND"];
const unlessLost = (error: unknown) => {
  if (!(error instanceof Refusal) || !LOST.includes(error.code)) throw error;
};

async function listed(query: object, as: object): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await shop.call(
      catalog.listProducts,
      { ...query, limit: 3, ...(cursor === undefined ? {} : { cursor }) },
      as,
    );
    ids.push(...page.items.map((item) => item.productId));
    cursor = page.nextCursor;
  }
  return ids;
}

/** What is sold in a market by the titles that are seen there. */
const byName = async ({ market, locale }: { market: string; locale: string }) =>
  (
    await db.rows(sql<{ productId: string }>`
      select product_id as "productId" from (
        select distinct on (product_id) product_id, sort_title from product_text
        where locale = any(${localeChain(locale, "en")}::text[]) order by product_id, array_position(${localeChain(locale, "en")}::text[], locale)) seen
      join product using (product_id) join product_price using (product_id)
      where status = 'active' and market = ${market} order by sort_title, product_id limit 10000`)
  ).map(({ productId }) => productId);

/** Holds each list of each category against the shop's whole list, which is kept in another way. */
async function mustBeListed(): Promise<void> {
  const belongs = await db.rows(sql<{ productId: string; path: string }>`
    select product_id as "productId", path from product_category join category using (category_id)`);
  const categories = await db.rows(sql<{ path: string }>`select path from category`);
  for (const [index, sort] of SORTS.entries()) {
    const as = { market: one(MARKETS, index % 3), locale: one(LOCALES, index) };
    const all = await listed({ sort }, as);
    if (sort === "name") expect(all).toEqual(await byName(as));
    for (const { path } of categories) {
      const inside = new Set(
        belongs.filter((row) => `${row.path}/`.startsWith(`${path}/`)).map((row) => row.productId),
      );
      expect(await listed({ sort, category: path }, as), `${path} by ${sort}`).toEqual(
        all.filter((id) => inside.has(id)),
      );
    }
  }
}

test(
  "a category lists what is in it and below it in every order, whatever is written at the same time",
  { timeout: 120_000 },
  async () => {
    const work = fc.record({
      kind: fc.nat(works.length - 1),
      index: fc.nat(50),
      categories: fc.uniqueArray(fc.nat(BRANCHES.length - 1), { maxLength: 3 }),
      word: fc.stringMatching(/^[a-h]{1,6}$/),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(work, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 }),
        async (turns) => {
          for (const turn of turns) {
            await Promise.all(
              turn.map(({ kind, index, categories, word }) => works[kind]!(index, categories, word).catch(unlessLost)),
            );
          }
          await mustBeListed();
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  },
);

/** What is under way waits for a lock, or has ended. */
async function waitsOrEnds(work: Promise<unknown>): Promise<void> {
  let hasEnded = false;
  void work.finally(() => (hasEnded = true)).catch(() => {});
  await vi.waitUntil(async () => {
    const { waiting } = await db.get(sql<{ waiting: number }>`
      select count(*) as waiting from pg_locks where not granted and locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`);
    return hasEnded || waiting > 0;
  }, 5_000);
}

const put = (path: string, categoryId?: Id<"category">) => {
  const [slug, parent] = path.split("/").toReversed();
  return shop.call(catalog.putCategory, {
    slug: slug!,
    parent: parent ?? null,
    names: {},
    ...(categoryId && { categoryId }),
  });
};

test.each(["the product", "the category"])(
  "a product that changes while its category moves is listed right, %s first",
  async (first) => {
    const [from, to, inside] = [`from-${productIds.length}`, `to-${productIds.length}`, `inside-${productIds.length}`];
    await put(from);
    await put(to);
    const { categoryId } = await put(`${from}/${inside}`);
    const { productId } = await shop.call(catalog.createProduct, {
      titles: { en: "Between" },
      categories: [`${from}/${inside}`],
      variants: [{ sku: inside, prices: prices(2) }],
    });
    productIds.push(productId);
    const price = () => shop.call(catalog.setPrices, { productId, prices: [{ sku: inside, ...prices(4)[0]! }] });
    const move = () => put(`${to}/${inside}`, categoryId);
    let second: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      if (first === "the product") {
        await tx.run(sql`update product_price set lowest_minor = 3 where product_id = ${productId}`);
        await tx.rows(sql`select list_in_categories(array[${productId}::uuid])`);
      } else {
        await tx.run(sql`
        update category set parent_id = (select category_id from category where path = ${to}) where category_id = ${categoryId}`);
        await tx.run(sql`update category set path = ${`${to}/${inside}`} where category_id = ${categoryId}`);
      }
      second = first === "the product" ? move() : price();
      await waitsOrEnds(second);
    });
    await second;
    await mustBeListed();
  },
);

test("products from before the listing are listed by its migration", async () => {
  const rows = () =>
    db.rows(sql`select * from category_listing order by category_id, list, key, product_id limit 100000`);
  const before = await rows();
  expect(before.length).toBeGreaterThan(12);
  await db.run(sql`delete from category_listing`);
  const migration = await readFile(join(import.meta.dirname, "migrations/0003_fill_category_listing.sql"), "utf8");
  await db.transaction(async (tx) => {
    for (const text of migration.split(";").filter((part) => part.trim() !== ""))
      await tx.run({ name: "", text, values: [] });
  });
  expect(await rows()).toEqual(before);
});
