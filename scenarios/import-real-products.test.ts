import { afterAll, beforeAll, expect, test } from "vitest";
import { catalog } from "#catalog/contract";
import { startTestShop, type TestShop } from "#platform/testing";
import { service } from "../services/catalog/service.ts";
import { readEsci } from "../bench/read-esci.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
});
afterAll(() => shop?.stop());

/** Long and strange titles, many of them alike, and descriptions of all sizes. */
async function* esciLines(): AsyncGenerator<Uint8Array> {
  for (const product of readEsci()) yield Buffer.from(`${JSON.stringify(product)}\n`);
}

test("imports 6,764 real products, and none of them twice", async () => {
  const run = () => shop.call(catalog.importProducts, { body: esciLines() });
  expect(await run()).toEqual({ lines: 6764, created: 6764, updated: 0, unchanged: 0, failed: 0, errors: [] });
  expect(await run()).toMatchObject({ created: 0, updated: 0, unchanged: 6764, failed: 0 });
}, 60_000);
