import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Database, type Queryable } from "#platform/database";
import { json, sql, type Statement } from "#platform/sql";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "./contract.ts";
import { listMatching } from "./list-matching.ts";
import { listCheapest, listNewest, type Listing } from "./listing-store.ts";
import { sortCheapest, sortNewest } from "./matches-store.ts";
import { pathOfFilter, readFilter } from "./model/attribute-filter.ts";
import type { ProductSource } from "./product-schema.ts";
import { service } from "./service.ts";
import { everySource, facetsOf, matching } from "./testing-filters.ts";

const COUNT = 14_000;
const SMALL = 500;

let shop: TestShop;
let db: Database;
let sources: readonly ProductSource[];
let categoryId: string;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
  db = openDatabase({ url: shop.databaseUrl("catalog"), applicationName: "test", poolSize: 2 });
  ({ categoryId } = await shop.call(catalog.putCategory, { slug: "large", names: {} }));
  await shop.call(catalog.putCategory, { slug: "small", names: {} });
  await addProducts(COUNT, (index) => ({
    categories: [...(index % 4 === 0 ? [] : ["large"]), ...(index < SMALL ? ["small"] : [])],
    attributes: {
      parity: [index % 2 === 0 ? "even" : "odd"],
      age: [index < 10_500 ? "old" : "new"],
      lot: [`lot ${index % 2_000}`],
      ...(index === 17 ? { unique: ["one"] } : {}),
      ...(index % 4 === 0 ? { outside: ["large"] } : index === 5 ? { outside: ["large"] } : {}),
    },
  }));
  sources = await everySource(shop);
});
afterAll(async () => {
  await db?.close();
  await shop?.stop();
});

/** Adds products past the shop, the first one first, by their numbers; categories are paths. */
async function addProducts(
  count: number,
  of: (index: number) => { readonly attributes: object; readonly categories: readonly string[] },
): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({ ...of(index), index }));
  await db.transaction(async (tx) => {
    await tx.run(sql`
      create temp table made on commit drop as
      select uuidv7() as id, r.* from jsonb_to_recordset(${json(rows)}::jsonb) as r (index int, attributes jsonb, categories text[])`);
    await tx.run(sql`
      insert into product (product_id, store, status, version, listed_version, attributes, custom_fields, options, images, created_at, updated_at)
      select id, 'demo', 'active', 1, 1, attributes, '{}', '[]', '[]', timestamptz '2020-01-01' + index * interval '1 second', now() from made`);
    await tx.run(sql`
      insert into product_text (product_id, locale, store, title, sort_title, description, slug)
      select id, 'en', 'demo', 'Thing ' || index, 'thing ' || lpad(index::text, 9, '0'), '', 'thing-' || index from made`);
    await tx.run(sql`
      insert into variant (variant_id, product_id, store, sku, position, options, weight_grams, custom_fields)
      select id, id, 'demo', 'S-' || index, 0, '{}', 0, '{}' from made`);
    await tx.run(sql`
      insert into price (variant_id, market, currency, amount_minor) select id, 'gb', 'GBP', index from made`);
    await tx.run(sql`
      insert into product_price (product_id, store, market, lowest_minor) select id, 'demo', 'gb', index from made`);
    await tx.run(sql`
      insert into product_category (product_id, category_id, position)
      select id, c.category_id, 0 from made, unnest(categories) as named (path) join category c using (path)`);
    await tx.rows(sql`select list_in_categories(array(select id from made))`);
  });
  await db.run(sql`analyze`);
}

type Plan = { readonly Plans?: readonly Plan[] } & Readonly<Record<string, unknown>>;

/** How many rows of tables and indexes a statement looked at. */
function rowsOf(plan: Plan): number {
  const number = (name: string) => Number(plan[name] ?? 0);
  const isScan = plan["Relation Name"] !== undefined || plan["Index Name"] !== undefined;
  const looked = number("Actual Rows") + number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
  return (isScan ? looked * number("Actual Loops") : 0) + (plan.Plans ?? []).reduce((sum, one) => sum + rowsOf(one), 0);
}

/** The database, and how much of it was read. */
function watched(): { readonly db: Queryable; rows: number } {
  const explain = async (statement: Statement) => {
    const text = `explain (analyze, timing off, format json) ${statement.text}`;
    const [told] = await db.rows<Record<string, [{ Plan: Plan }]>>({ name: "", text, values: statement.values });
    seen.rows += rowsOf(told!["QUERY PLAN"]![0].Plan);
  };
  const seen: { readonly db: Queryable; rows: number } = {
    rows: 0,
    db: {
      ...db,
      rows: (statement) => explain(statement).then(() => db.rows(statement)),
      get: (statement) => explain(statement).then(() => db.get(statement)),
    },
  };
  return seen;
}

const listing = (over: Partial<Listing> = {}): Listing => ({
  store: "demo",
  market: "gb",
  locales: ["en"],
  categoryId: null,
  after: null,
  limit: 21,
  ...over,
});

test.each([
  ["of all, a value that one product has", ["unique:one"], null, 1, 1_000],
  ["of all, two values that seven products have each", ["lot:lot 3", "lot:lot 4"], null, 14, 1_000],
  ["of all, a value that every other has", ["parity:even"], null, 21, 500],
  ["of all, two names that three in ten match", ["parity:even", "age:new"], null, 21, 500],
  ["of a category, a value that one product has", ["unique:one"], "large", 1, 1_000],
  ["of a category, one that many have elsewhere", ["outside:large"], "large", 1, 12_000],
  ["of all, two that never meet", ["parity:even", "unique:one"], null, 0, 1_000],
])("a page %s is found without a walk through the catalogue", async (_, attributes, category, found, most) => {
  const path = pathOfFilter(readFilter(attributes));
  for (const ways of [
    { list: listNewest, sort: sortNewest },
    { list: listCheapest, sort: sortCheapest },
  ]) {
    const seen = watched();
    const inside = listing({ categoryId: category === null ? null : categoryId });
    expect(await listMatching(seen.db, inside, { path, ways })).toHaveLength(found);
    if (ways.list === listNewest || found < 21) expect(seen.rows).toBeLessThan(most);
  }
});

test("what is frequent, but lies at the other end of the order, is found there", async () => {
  const expected = matching(sources, { market: "gb", attributes: ["age:old"] }).length;
  expect(expected).toBe(10_500);
  const { items, nextCursor } = await shop.call(catalog.listProducts, { attributes: ["age:old"], sort: "newest" });
  const ids = sources.map(({ productId }) => productId).toReversed();
  expect(items.map((item) => item.productId)).toEqual(ids.slice(3_500, 3_520));
  const next = await shop.call(catalog.listProducts, { attributes: ["age:old"], cursor: nextCursor! });
  expect(next.items.map((item) => item.productId)).toEqual(ids.slice(3_520, 3_540));
});

test.each([1, 21])("goes on along the list for %i of what is too much to be sorted", async (limit) => {
  const steps = [{ strides: [16, 32], mostSorted: 10 }];
  const path = pathOfFilter(readFilter(["age:old", "parity:even"]));
  const filtered = { path, ways: { list: listNewest, sort: sortNewest }, steps };
  const expected = matching(sources, { market: "gb", attributes: ["age:old", "parity:even"] }).toReversed();
  const begin = await listMatching(db, listing({ limit }), filtered);
  const after = begin.at(-1)!;
  const next = await listMatching(db, listing({ limit, after }), filtered);
  const ids = [...begin, ...next].map(({ productId }) => productId);
  expect(ids).toEqual(expected.slice(0, 2 * limit).map(({ productId }) => productId));
});

test("facets of a list that is too long count its newest 10,000, and say so", async () => {
  const newest = sources.slice(-10_000);
  const asked = { market: "gb", attributes: ["age:old", "parity:even"] };
  const all = await shop.call(catalog.listFacets, {});
  expect(all).toEqual({ items: facetsOf(newest, { market: "gb", attributes: [] }), isPartial: true });
  const some = await shop.call(catalog.listFacets, { attributes: asked.attributes });
  expect(some.isPartial).toBe(true);
  // All that match are counted for the other names.
  const [whole, part] = [facetsOf(sources, asked), facetsOf(newest, asked)];
  const expected = ["age", "parity"].map((name) => part.find((one) => one.name === name));
  expect(some.items.filter(({ name }) => asked.attributes.some((text) => text.startsWith(name)))).toEqual(
    expect.arrayContaining(expected),
  );
  expect(some.items.filter(({ name }) => name === "lot")).toEqual(whole.filter(({ name }) => name === "lot"));
  expect(await shop.call(catalog.listFacets, { category: "small" })).toEqual({
    items: facetsOf(sources, { market: "gb", category: "small", attributes: [] }),
    isPartial: false,
  });
});

test("facets are kept until a product changes", async () => {
  const ask = () => shop.call(catalog.listFacets, { category: "small", attributes: ["parity:odd"] });
  const before = await ask();
  await shop.call(catalog.createProduct, {
    titles: { en: "New" },
    categories: ["small"],
    attributes: { parity: ["odd"] },
    variants: [{ sku: "NEW", prices: [{ market: "gb", currency: "GBP", amountMinor: 1 }] }],
  });
  const count = ({ items }: typeof before) =>
    items.find(({ name }) => name === "parity")!.values.find(({ value }) => value === "odd")!.count;
  expect(count(await ask())).toBe(count(before) + 1);
});
