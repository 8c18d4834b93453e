import { expect, test } from "vitest";
import type { Market } from "#pricing/contract";
import { hrefIn, languageOf, placesOf } from "./places.ts";

const market = (code: string, locales: readonly string[]): Market => ({
  code,
  name: code,
  country: code.toUpperCase(),
  currency: "EUR",
  locales: [...locales],
  tax: { name: "VAT", rateBasisPoints: 2_000, isIncluded: true },
  taxRounding: null,
  version: 1,
});

test("the home market's first language stands at the root, every other below a code of its own", () => {
  const places = placesOf([market("de", ["de-DE", "en-GB"]), market("gb", ["en-GB", "cy-GB"])], "gb");
  expect(places.map(({ code, locale }) => [code, locale])).toEqual([
    ["", "en-GB"],
    ["gb-cy", "cy-GB"],
    ["de", "de-DE"],
    ["de-en", "en-GB"],
  ]);
});

test("a market that is called as its country is called so in each language, another as it is called", () => {
  const places = placesOf([{ ...market("de", ["de-DE", "en-GB"]), name: "Germany" }, market("gb", ["en-GB"])], "gb");
  expect(places.map(({ marketName }) => marketName)).toEqual(["gb", "Deutschland", "Germany"]);
});

test("an address is the same page below its place", () => {
  expect(hrefIn({ code: "" }, "/cart")).toBe("/cart");
  expect(hrefIn({ code: "de" }, "/cart")).toBe("/de/cart");
  expect(hrefIn({ code: "de" }, "/")).toBe("/de");
});

test("a language is the first part of a locale", () => {
  expect([languageOf("de-DE"), languageOf("en"), languageOf("PT-br")]).toEqual(["de", "en", "pt"]);
});
