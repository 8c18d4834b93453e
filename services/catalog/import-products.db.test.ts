import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "./contract.ts";
import { ProductCreated, ProductUpdated, PricesChanged } from "./events.ts";
import { service } from "./service.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
});
afterAll(() => shop?.stop());

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const line = (sku: string, over: object = {}) =>
  JSON.stringify({
    titles: { en: `Title ${sku}` },
    variants: [{ sku, prices: [{ market: "gb", currency: "GBP", amountMinor: 100 }] }],
    ...over,
  });

const take = (lines: readonly string[], from = 1) =>
  shop.call(catalog.importProducts, { format: "ndjson", from, body: bytes(lines.join("\n")) });

async function heardOf(sku: string): Promise<string[]> {
  await shop.settle();
  const heard = (
    await Promise.all([ProductCreated, ProductUpdated, PricesChanged].map((kind) => shop.heard(kind)))
  ).flat();
  return heard.filter((event) => (event.data as { skus: string[] }).skus.includes(sku)).map((event) => event.type);
}

test("takes each line once: a repeat changes nothing and publishes nothing", async () => {
  const lines = ["ONE", "TWO", "ONE"].map((sku) => line(sku));
  expect(await take(lines)).toEqual({ lines: 3, created: 2, updated: 0, unchanged: 1, failed: 0, errors: [] });
  expect(await take(lines)).toEqual({ lines: 3, created: 0, updated: 0, unchanged: 3, failed: 0, errors: [] });
  expect(await heardOf("ONE")).toEqual(["catalog.ProductCreated.v1"]);
});

test("updates what changed, with its event", async () => {
  await take([line("CHANGED")]);
  expect(await take([line("CHANGED", { titles: { en: "Renamed" } })])).toMatchObject({ updated: 1 });
  expect((await shop.call(catalog.getVariants, { skus: ["CHANGED"] })).variants).toMatchObject([{ title: "Renamed" }]);
  expect(await heardOf("CHANGED")).toEqual(["catalog.ProductCreated.v1", "catalog.ProductUpdated.v1"]);
});

test("tells every bad line by its number and field, and takes the others", async () => {
  const result = await take([
    line("GOOD-1", { slug: "good" }),
    "{not json",
    line("BAD SKU"),
    line("BAD-1", { slug: "good" }),
    line("BAD-2", { colour: "red" }),
    "[]",
    line("BAD-3", { titles: { en: "a\0b" } }),
    JSON.stringify({
      titles: { en: "Two owners" },
      options: [{ name: "S", values: ["1", "2"] }],
      variants: [
        { sku: "GOOD-1", options: { S: "1" } },
        { sku: "GOOD-2", options: { S: "2" } },
      ],
    }),
    line("BAD-4", { titles: { de: "Nur deutsch" } }),
    line("LAST", { customFields: { deep: "ok" } }),
  ]);
  expect(result).toMatchObject({ lines: 10, created: 2, updated: 1, failed: 7 });
  expect(result.errors.map(({ line: number, field }) => `${number} ${field}`)).toEqual([
    "2 (line)",
    "3 variants.0.sku",
    "5 colour",
    "6 (line)",
    "4 slug",
    "7 titles.en",
    "9 titles.en",
  ]);
});

test("keeps the first 100 errors and counts them all", async () => {
  const result = await take(Array.from({ length: 150 }, () => "{"));
  expect([result.failed, result.errors.length]).toEqual([150, 100]);
});

test("keeps what was taken when the stream breaks off, and goes on with the rest", async () => {
  const lines = Array.from({ length: 450 }, (_, index) => line(`RESUME-${index}`));
  async function* broken() {
    yield Buffer.from(`${lines.slice(0, 420).join("\n")}\n`);
    throw new Error("connection lost");
  }
  await expect(shop.call(catalog.importProducts, { body: broken() })).rejects.toThrow("connection lost");
  expect(await take(lines)).toMatchObject({ lines: 450, created: 50, unchanged: 400, failed: 0 });
  expect(await take(lines, 441)).toMatchObject({ lines: 10, unchanged: 10 });
});

test("two imports of one file at once make each product once", async () => {
  const lines = Array.from({ length: 300 }, (_, index) =>
    line(`TWICE-${index}`, { categories: [`twice/c${index % 10}`] }),
  );
  const results = await Promise.all([take(lines), take(lines)]);
  expect(results.map((result) => result.failed)).toEqual([0, 0]);
  expect(results[0]!.created + results[1]!.created).toBe(300);
});

test("takes CSV: a variant a row, further markets, bad rows told", async () => {
  const csv = [
    "sku,title,category,price_minor,currency,market,weight_grams,image,option_Size,attribute_colour",
    "CSV-S,Cup,Kitchen > Cups,450,GBP,gb,300,cup.svg,S,red|white",
    "CSV-L,Cup,Kitchen > Cups,550,GBP,gb,400,cup.svg,L,",
    "CSV-P,Plate,kitchen/plates,oops,GBP,gb,200,,,",
    "CSV-Q,Bowl,kitchen/bowls,300,GBP,gb,200,,,",
    "CSV-Q,,,349,EUR,de,,,,",
  ].join("\n");
  const run = () => shop.call(catalog.importProducts, { format: "csv", body: bytes(csv) });
  expect(await run()).toEqual({
    lines: 5,
    created: 2,
    updated: 0,
    unchanged: 0,
    failed: 1,
    errors: [{ line: 4, field: "price_minor", message: "must be a whole number ≥ 0" }],
  });
  expect(await run()).toMatchObject({ created: 0, updated: 0, unchanged: 2, failed: 1 });
  const { variants } = await shop.call(catalog.getVariants, { skus: ["CSV-L", "CSV-Q"] }, { market: "de" });
  expect(variants).toMatchObject([
    {
      sku: "CSV-L",
      optionText: "L",
      title: "Cup",
      unitPrice: null,
      categories: ["kitchen/cups"],
      attributes: { colour: ["red", "white"] },
    },
    { sku: "CSV-Q", unitPrice: { amountMinor: 349, currency: "EUR" } },
  ]);
});

const DEMO = new URL("../../demo/data/products.ndjson.gz", import.meta.url);

test("takes the whole demo shop without an error, and nothing of it twice", async () => {
  const run = () => shop.call(catalog.importProducts, { body: createReadStream(DEMO).pipe(createGunzip()) });
  const first = await run();
  expect(first).toMatchObject({ failed: 0, errors: [], updated: 0, unchanged: 0 });
  expect(first.created).toBeGreaterThan(2000);
  expect(await run()).toMatchObject({ created: 0, updated: 0, unchanged: first.created });
}, 60_000);
