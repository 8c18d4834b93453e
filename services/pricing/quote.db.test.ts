import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#platform/ctx";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "#catalog/contract";
import { shipping } from "#shipping/contract";
import { service as catalogService } from "../catalog/service.ts";
import { service as shippingService } from "../shipping/service.ts";
import { pricing, type Market } from "./contract.ts";
import { MarketChanged } from "./events.ts";
import { service as pricingService } from "./service.ts";

const guest: Actor = { kind: "guest", id: "g-1" };
const asGuest = { as: guest };
const price = (amountMinor: number, market = "gb", currency = "GBP") => ({ market, currency, amountMinor });

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [catalogService, shippingService, pricingService] });
  await shop.call(catalog.createProduct, {
    titles: { en: "Lantern", de: "Laterne" },
    status: "active",
    variants: [
      { sku: "LANTERN", weightGrams: 600, prices: [price(425), price(499, "de", "EUR"), price(550, "us", "USD")] },
    ],
  });
  await shop.call(catalog.createProduct, {
    titles: { en: "Candle" },
    status: "active",
    variants: [{ sku: "CANDLE", weightGrams: 100, prices: [price(195)] }],
  });
  await shop.call(catalog.createProduct, {
    titles: { en: "Draft" },
    status: "draft",
    variants: [{ sku: "DRAFT", weightGrams: 100, prices: [price(100)] }],
  });
}, 60_000);
afterAll(() => shop?.stop());

const quote = (
  input: Parameters<typeof shop.call<typeof pricing.quote>>[1],
  as: Parameters<typeof shop.call>[2] = asGuest,
) => shop.call(pricing.quote, input, as);

describe("a quote", () => {
  test("shows the VAT that is in the prices, and the cheapest way to the address", async () => {
    const answer = await quote({
      lines: [{ sku: "LANTERN", quantity: 2 }],
      shipTo: { country: "GB", postcode: "LE1 1AA" },
    });
    expect(answer).toMatchObject({ market: "gb", currency: "GBP", pricesIncludeTax: true });
    expect(answer.lines).toHaveLength(1);
    expect(answer.lines[0]).toMatchObject({
      title: "Lantern",
      quantity: 2,
      weightGrams: 1200,
      total: { amountMinor: 850 },
    });
    expect(answer.lines[0]!.taxes).toEqual([
      { name: "VAT", rateBasisPoints: 2000, isIncluded: true, amount: { amountMinor: 142, currency: "GBP" } },
    ]);
    expect(answer.shippingOptions.map((option) => option.method)).toEqual(["standard", "express"]);
    expect(answer.shipping).toMatchObject({
      method: "standard",
      price: { amountMinor: 445 },
      total: { amountMinor: 445 },
    });
    expect(answer.total).toEqual({ amountMinor: 1295, currency: "GBP" });
    expect(answer.taxTotal.amountMinor).toBe(142 + 74);
  });

  test("takes the way that was asked for, and none without an address", async () => {
    const lines = [{ sku: "LANTERN", quantity: 1 }];
    const express = await quote({ lines, shipTo: { country: "GB" }, shippingMethod: "express" });
    expect(express.shipping?.method).toBe("express");
    const without = await quote({ lines });
    expect(without).toMatchObject({ shipping: null, shippingOptions: [], total: { amountMinor: 425 } });
  });

  test("is in the market's currency, words and tax", async () => {
    const de = await quote(
      { lines: [{ sku: "LANTERN", quantity: 1 }], shipTo: { country: "DE" } },
      { ...asGuest, market: "de", locale: "de-DE" },
    );
    expect(de.lines[0]).toMatchObject({ title: "Laterne", unitPrice: { amountMinor: 499, currency: "EUR" } });
    expect(de.shipping?.title).toBe("Standardversand");
    expect(de.taxes[0]).toMatchObject({ name: "MwSt.", rateBasisPoints: 1900 });
    const us = await quote({ lines: [{ sku: "LANTERN", quantity: 1 }] }, { ...asGuest, market: "us" });
    expect(us).toMatchObject({ pricesIncludeTax: false, taxes: [], total: { amountMinor: 550, currency: "USD" } });
  });

  test("has the same hash for the same goods in any order, with quantities added up and whatever the words", async () => {
    const shipTo = { country: "GB" };
    const one = await quote({
      shipTo,
      lines: [
        { sku: "LANTERN", quantity: 2 },
        { sku: "CANDLE", quantity: 1 },
      ],
    });
    const other = await quote(
      {
        shipTo,
        lines: [
          { sku: "CANDLE", quantity: 1 },
          { sku: "LANTERN", quantity: 1 },
          { sku: "LANTERN", quantity: 1 },
        ],
      },
      { ...asGuest, locale: "de" },
    );
    expect(other.lines.map((line) => [line.sku, line.quantity])).toEqual([
      ["CANDLE", 1],
      ["LANTERN", 2],
    ]);
    expect(other.hash).toBe(one.hash);
  });

  test("has another hash when the quantity, the way or the destination is another", async () => {
    const base = { lines: [{ sku: "LANTERN", quantity: 2 }], shipTo: { country: "GB" } };
    const quotes = [
      await quote(base),
      await quote({ ...base, lines: [{ sku: "LANTERN", quantity: 3 }] }),
      await quote({ ...base, shippingMethod: "express" }),
      await quote({ ...base, shipTo: { country: "FR" } }),
      await quote({ ...base, shipTo: { country: "IT" } }), // at the price of France
      await quote({ lines: base.lines }),
    ];
    expect(new Set(quotes.map((one) => one.hash)).size).toBe(quotes.length);
  });

  test("tells the codes that changed nothing", async () => {
    const answer = await quote({ lines: [{ sku: "CANDLE", quantity: 1 }], codes: ["SPRING", "SPRING"] });
    expect(answer.unusedCodes).toEqual(["SPRING"]);
  });

  test("refuses unknown goods, drafts and goods without a price in the market, all at once", async () => {
    const lines = ["LANTERN", "NOWHERE", "DRAFT"].map((sku) => ({ sku, quantity: 1 }));
    await expect(quote({ lines })).rejects.toMatchObject({
      code: "SKU_NOT_SELLABLE",
      status: 422,
      data: { field: "lines", skus: ["NOWHERE", "DRAFT"] },
    });
    await expect(
      quote({ lines: [{ sku: "CANDLE", quantity: 1 }] }, { ...asGuest, market: "us" }),
    ).rejects.toMatchObject({
      code: "SKU_NOT_SELLABLE",
    });
  });

  test("refuses a way that is not offered, a way to nowhere and a market that is not there", async () => {
    const lines = [{ sku: "CANDLE", quantity: 1 }];
    await expect(quote({ lines, shipTo: { country: "GB" }, shippingMethod: "pigeon" })).rejects.toMatchObject({
      code: "SHIPPING_NOT_AVAILABLE",
      data: { field: "shippingMethod", country: "GB", method: "pigeon" },
    });
    await expect(quote({ lines, shippingMethod: "express" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(quote({ lines }, { ...asGuest, market: "mars" })).rejects.toMatchObject({ code: "MARKET_NOT_FOUND" });
  });

  test("follows the catalogue's price, never the caller's", async () => {
    const lines = [{ sku: "CANDLE", quantity: 1 }];
    const before = await quote({ lines });
    const { items } = await shop.call(catalog.listProducts, {});
    const candle = items.find((item) => item.title === "Candle")!;
    await shop.call(catalog.setPrices, { productId: candle.productId, prices: [{ sku: "CANDLE", ...price(205) }] });
    await shop.settle();
    await expect.poll(async () => (await quote({ lines })).total.amountMinor).toBe(205);
    expect((await quote({ lines })).hash).not.toBe(before.hash);
    await expect(quote({ lines: [{ sku: "CANDLE", quantity: 1, unitPrice: 1 } as never] })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});

describe("a market", () => {
  const facts = ({ version: _version, ...rest }: Market) => rest;

  test("that comes with the shop is listed", async () => {
    const { items } = await shop.call(pricing.listMarkets, {});
    expect(items.map((market) => market.code)).toEqual(["de", "gb", "us"]);
  });

  test("is replaced, told once and forgotten by the cache", async () => {
    const us = await shop.call(pricing.getMarket, { code: "us" });
    const taxed = { ...facts(us), tax: { name: "Sales tax", rateBasisPoints: 825, isIncluded: false } };
    const saved = await shop.call(pricing.putMarket, { ...taxed, expectedVersion: us.version });
    expect(saved.version).toBe(us.version + 1);
    expect(await shop.call(pricing.putMarket, taxed)).toEqual(saved);
    await expect(shop.call(pricing.putMarket, { ...facts(us), expectedVersion: us.version })).rejects.toMatchObject({
      code: "MARKET_CHANGED",
      data: { market: "us", version: saved.version },
    });
    await shop.settle();
    expect((await shop.heard(MarketChanged)).map((event) => event.data)).toEqual([
      { code: "us", version: saved.version },
    ]);
    await expect.poll(() => shop.call(pricing.getMarket, { code: "us" })).toEqual(saved);
    await expect
      .poll(
        async () =>
          (await quote({ lines: [{ sku: "LANTERN", quantity: 1 }] }, { ...asGuest, market: "us" })).total.amountMinor,
      )
      .toBe(595); // 8.25 % of 5.50 is 45.375 cents
  });

  test("is made anew, with its own rounding rule", async () => {
    const us = await shop.call(pricing.getMarket, { code: "us" });
    const made = await shop.call(pricing.putMarket, {
      ...facts(us),
      code: "us-outlet",
      taxRounding: "total",
      expectedVersion: 0,
    });
    expect(made).toMatchObject({ code: "us-outlet", version: 1, taxRounding: "total" });
    await expect(
      shop.call(pricing.putMarket, { ...facts(us), code: "ghost", expectedVersion: 4 }),
    ).rejects.toMatchObject({
      code: "MARKET_CHANGED",
      data: { version: 0 },
    });
  });

  test.each(["!! not a locale", "en_GB", "en-a", "en-GB-x"])("does not speak %s", async (locale) => {
    const us = await shop.call(pricing.getMarket, { code: "us" });
    await expect(
      shop.call(pricing.putMarket, { ...facts(us), code: "odd", locales: ["en-US", locale] }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT", data: { errors: [{ field: "locales.1" }] } });
  });
});

test("the rates that come with the shop have every way in each currency and no fault", async () => {
  for (const currency of ["GBP", "EUR", "USD"]) {
    const { version, ...table } = await shop.call(shipping.getRates, { currency });
    expect(version).toBe(1);
    expect(await shop.call(shipping.putRates, table)).toEqual({ ...table, version: 1 });
  }
});
