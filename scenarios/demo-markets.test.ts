import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustBe, openShop, request, type Json, type Shop } from "./shop.ts";

// The best sellers of the demo goods, as the first run of a shop brings them in.
const DATA = join(import.meta.dirname, "../demo/data");
const MARKETS = [
  {
    market: "gb",
    language: "en-GB",
    currency: "GBP",
    country: "GB",
    category: "Best sellers",
    cheapest: "Standard delivery",
  },
  {
    market: "de",
    language: "de-DE",
    currency: "EUR",
    country: "DE",
    category: "Bestseller",
    cheapest: "Standardversand",
  },
  {
    market: "us",
    language: "en-US",
    currency: "USD",
    country: "US",
    category: "Best sellers",
    cheapest: "Standard delivery",
  },
] as const;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  const categories = JSON.parse(await readFile(join(DATA, "categories.json"), "utf8")) as Json[];
  for (const body of categories) await mustBe(200, request(shop, "PUT", "/categories", { headers: shop.staff, body }));
  const lines = gunzipSync(await readFile(join(DATA, "products.ndjson.gz")))
    .toString()
    .trimEnd()
    .split("\n");
  const best = lines.filter((line) => (JSON.parse(line) as Json).categories.includes("best-sellers"));
  const imported = await fetch(`${shop.url}/api/v1/products/import`, {
    method: "POST",
    headers: { ...shop.staff, "content-type": "application/x-ndjson" },
    body: best.join("\n"),
  });
  expect(await imported.json()).toMatchObject({ created: 24, failed: 0 });
}, 60_000);
afterAll(() => shop?.stop());

describe.each(MARKETS)(
  "the demo shop in market $market",
  ({ market, language, currency, country, category, cheapest }) => {
    const headers = { "tradepost-market": market, "accept-language": language };

    it("has a price for everything, and says what it is in the language of the market", async () => {
      const { body } = await mustBe(
        200,
        request(shop, "GET", "/products?category=best-sellers&limit=100", { headers }),
      );
      expect(body.items.length).toBe(24);
      expect(new Set(body.items.map((item: Json) => item.price?.from.currency))).toEqual(new Set([currency]));
      const clock = market === "de" ? "Wecker im Bakelit-Look" : "Bakelike Alarm Clock";
      const { productId, slug } = body.items.find((item: Json) => item.title === clock);
      const { body: product } = await mustBe(200, request(shop, "GET", `/products/${slug}`, { headers }));
      expect(product.productId).toBe(productId);
      expect(product.categories.at(-1)).toEqual({ path: "best-sellers", name: category });
      expect(product.description).toMatch(market === "de" ? /^Ein Wecker / : /^An alarm clock /);
      expect(product.variants.filter((variant: Json) => variant.price?.currency !== currency)).toEqual([]);
    });

    it("ships to its country, with the days that it takes", async () => {
      const { body: guest } = await mustBe(201, request(shop, "POST", "/guest-tokens", { body: {} }));
      const { body: quote } = await mustBe(
        200,
        request(shop, "POST", "/quotes", {
          headers: { ...headers, authorization: `Bearer ${guest.token}` },
          body: { lines: [{ sku: "22725", quantity: 2 }], shipTo: { country } },
        }),
      );
      expect(quote.shippingOptions.map(({ method }: Json) => method)).toEqual(["standard", "express"]);
      expect(quote.shippingOptions[0].title).toBe(cheapest);
      for (const { price, estimatedDays } of quote.shippingOptions) {
        expect(price.currency).toBe(currency);
        expect(estimatedDays.min).toBeGreaterThanOrEqual(1);
        expect(estimatedDays.max).toBeGreaterThanOrEqual(estimatedDays.min);
      }
    });
  },
);
