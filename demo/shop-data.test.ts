import { readdirSync, readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { fallbackLeaf } from "./category-tree.ts";
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
  expect(new Set(products.map(({ slug }) => slug)).size).toBe(products.length);
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

test("every variant has one whole positive price in pounds and a weight", () => {
  const broken = variants.filter(
    ({ prices, weightGrams }) =>
      prices.length !== 1 ||
      prices[0]?.currency !== "GBP" ||
      !Number.isSafeInteger(prices[0].amountMinor) ||
      prices[0].amountMinor < 15 ||
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
  const leaves = new Set(categories.flatMap(({ slug, parent }) => (parent === null ? [] : [`${parent}/${slug}`])));
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

test("the history is at most 3 MB", () => {
  expect(statSync(new URL("history.csv.gz", data)).size).toBeLessThan(3_000_000);
});
