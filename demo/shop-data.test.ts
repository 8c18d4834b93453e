import { readdirSync, readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { listAttributeNames } from "./attribute-names.ts";
import { bestSellersCategory, fallbackLeaf } from "./category-tree.ts";
import type { CategoryRow } from "./category-tree.ts";
import type { ProductLine } from "./products.ts";
import { readHistory } from "./read-history.ts";
import type { StockRow } from "./stock-levels.ts";

const data = new URL("data/", import.meta.url);
const readLines = <T>(name: string): T[] =>
  gunzipSync(readFileSync(new URL(name, data)))
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);

const products = readLines<ProductLine>("products.ndjson.gz");
const stock = readLines<StockRow>("stock.ndjson.gz");
const categories: CategoryRow[] = JSON.parse(readFileSync(new URL("categories.json", data), "utf8"));
const variants = products.flatMap((product) => product.variants);
const art = readdirSync(new URL("art/", data));

test("the shop has about three thousand products with unique slugs and SKUs", () => {
  expect(products.length).toBeGreaterThan(2800);
  expect(new Set(products.flatMap(({ slug, slugs }) => [slug, slugs.de])).size).toBe(products.length * 2);
  expect(variants.length).toBeGreaterThan(3500);
  expect(new Set(variants.map(({ sku }) => sku)).size).toBe(variants.length);
});

test("titles, slugs and SKUs keep the catalogue's limits and show no trace of the list's shorthand", () => {
  const shorthand = /\s{2}|[.,]$|\b(?:ASSTD|S\/\d|W\/|Pk|Des|Asst|Ass)\b|[A-Z]{6,}|[^\S ]|"/;
  const broken = products.filter(
    ({ titles, slug }) =>
      titles.en.length < 4 ||
      titles.en.length > 255 ||
      shorthand.test(titles.en) ||
      !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug),
  );
  expect(broken.map(({ titles }) => titles.en)).toEqual([]);
  expect(variants.filter(({ sku }) => !/^[A-Z0-9]{5,9}$/.test(sku))).toEqual([]);
});

test("no postage, fee, voucher or note is sold as a product", () => {
  const strange = /postage|^carriage|manual|voucher|commission|samples?$|bank charge|amazon|dotcom|damaged|\?/i;
  expect(products.filter(({ titles }) => strange.test(titles.en)).map(({ titles }) => titles.en)).toEqual([]);
});

test("German titles, texts and slugs keep the limits, are written as German is, and no word of them is left in English", () => {
  const strange = /\s{2}|[.,]$|undefined|\b(?:with|and|of|the|for)\b(?![^„]*“)|\b(\p{L}+) \1\b(?![^„]*“)|[^\S ]|"/u;
  const broken = products.filter(
    ({ titles, descriptions, slugs }) =>
      titles.de.length < 4 ||
      titles.de.length > 120 ||
      !/^[\dA-ZÄÖÜ]/.test(titles.de) ||
      strange.test(titles.de) ||
      strange.test(descriptions.de.replace(/\.$/, "")) ||
      !/^[\dA-ZÄÖÜ].*\.$/.test(descriptions.de) ||
      !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slugs.de),
  );
  expect(broken.map(({ titles, descriptions }) => [titles.de, descriptions.de])).toEqual([]);
  expect(products.filter(({ titles }) => titles.de === titles.en).map(({ titles }) => titles.en)).toEqual(["Sombrero"]);
  expect(new Set(products.map(({ titles }) => titles.de)).size / products.length).toBeGreaterThan(0.95);
});

test("every attribute that a product has is named in English and in German", () => {
  const names = listAttributeNames();
  const nameless = products.flatMap(({ attributes }) =>
    Object.entries(attributes).flatMap(([attribute, values]) =>
      values.filter((value) => names[attribute]?.values[value] === undefined),
    ),
  );
  expect(nameless).toEqual([]);
  const file: unknown = JSON.parse(
    readFileSync(new URL("../apps/storefront/texts/attribute-names.json", import.meta.url), "utf8"),
  );
  expect(file).toEqual(names);
});

test("every variant has a weight and a whole positive price in each market", () => {
  const broken = variants.filter(
    ({ prices, weightGrams }) =>
      prices.map(({ market, currency }) => `${market} ${currency}`).join() !== "gb GBP,de EUR,us USD" ||
      prices.some(({ amountMinor }) => !Number.isSafeInteger(amountMinor) || amountMinor < 15) ||
      weightGrams < 5,
  );
  expect(broken).toEqual([]);
});

test("variants of one product differ in exactly the value of its option", () => {
  for (const { slug, options, variants: own } of products) {
    const [option] = options;
    const values = own.map((variant) => (option === undefined ? undefined : variant.options[option.name]));
    expect({ slug, count: own.length, values: new Set(values).size }).toEqual({
      slug,
      count: own.length,
      values: own.length,
    });
    expect(option?.values ?? [undefined]).toEqual(values);
  }
});

test("every product is in a leaf of the tree and at most 3 % in the fallback", () => {
  const leaves = new Set(
    categories.flatMap(({ slug, parent }) =>
      parent === null ? (slug === bestSellersCategory ? [slug] : []) : [`${parent}/${slug}`],
    ),
  );
  expect(
    products.filter(
      (product) => product.categories.length === 0 || product.categories.some((path) => !leaves.has(path)),
    ),
  ).toEqual([]);
  const fallen = products.filter((product) => product.categories.includes(fallbackLeaf));
  expect(fallen.length / products.length).toBeLessThan(0.03);
  const used = new Set(products.flatMap((product) => product.categories));
  expect([...leaves].filter((leaf) => !used.has(leaf))).toEqual([]);
});

test("24 best sellers of 24 kinds stand in a category after the departments", () => {
  const best = products.filter((product) => product.categories.includes(bestSellersCategory));
  expect(best.length).toBe(24);
  expect(new Set(best.map(({ attributes }) => attributes["type"]?.[0])).size).toBe(24);
  const tops = categories.filter(({ parent }) => parent === null);
  expect(tops.at(-1)).toEqual({
    slug: bestSellersCategory,
    parent: null,
    names: { en: "Best sellers", de: "Bestseller" },
    position: tops.length,
  });
});

test("every category has a German name", () => {
  expect(categories.filter(({ names }) => !/^[A-ZÄÖÜ]/.test(names.de))).toEqual([]);
});

test("parents come before their children in the category file", () => {
  const seen = new Set<string | null>([null]);
  for (const { slug, parent } of categories) {
    expect(seen).toContain(parent);
    seen.add(slug);
  }
});

test("every picture exists, is used, is small and holds no text or script", () => {
  const named = new Set(products.flatMap(({ images }) => images.map(({ name }) => name)));
  expect(products.filter(({ images }) => images.length === 0)).toEqual([]);
  expect([...named].toSorted()).toEqual(art.toSorted());
  const sizes = art.map((name) => statSync(new URL(`art/${name}`, data)).size);
  expect(Math.max(...sizes)).toBeLessThan(4096);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_500_000);
  const unsafe = art.filter((name) =>
    /<(?:text|script|style|image|foreignObject)|\son\w+=|NaN|undefined/.test(
      readFileSync(new URL(`art/${name}`, data), "utf8"),
    ),
  );
  expect(unsafe).toEqual([]);
});

test("every SKU has stock rows in Leicester, and some are out or low", () => {
  const main = stock.filter(({ warehouse }) => warehouse === "leicester");
  expect(main.map(({ sku }) => sku).toSorted()).toEqual(variants.map(({ sku }) => sku).toSorted());
  expect(stock.filter(({ onHand }) => !Number.isInteger(onHand) || onHand < 0 || onHand > 1200)).toEqual([]);
  const shareOf = (rows: readonly StockRow[]) => rows.length / main.length;
  expect(shareOf(main.filter(({ onHand }) => onHand === 0))).toBeGreaterThan(0.01);
  expect(shareOf(main.filter(({ onHand }) => onHand === 0))).toBeLessThan(0.06);
  expect(shareOf(main.filter(({ onHand }) => onHand > 0 && onHand <= 3)).toFixed(2)).not.toBe("0.00");
  expect(shareOf(stock.filter(({ warehouse }) => warehouse === "rotterdam"))).toBeCloseTo(0.5, 1);
});

test("the history reads back whole and only names goods of the shop", () => {
  const skus = new Set(variants.map(({ sku }) => sku));
  let lines = 0;
  let cancelled = 0;
  const invoices = new Set<string>();
  const strangers = new Set<string>();
  for (const line of readHistory()) {
    lines++;
    if (line.isCancelled) cancelled++;
    invoices.add(line.invoice);
    if (!skus.has(line.sku)) strangers.add(line.sku);
  }
  expect([...strangers]).toEqual([]);
  expect({ lines, cancelled, invoices: invoices.size }).toEqual({ lines: 328_002, cancelled: 5564, invoices: 15_140 });
});

test("the products are at most 400 KB", () => {
  expect(statSync(new URL("products.ndjson.gz", data)).size).toBeLessThan(400_000);
});

test("the history is at most 3 MB", () => {
  expect(statSync(new URL("history.csv.gz", data)).size).toBeLessThan(3_000_000);
});
