import { expect, test } from "vitest";
import { inLocale } from "./in-locale.ts";

test("texts are those of the locale, then of its language, then the shop's own, then any", () => {
  const found = (locales: readonly string[]) =>
    inLocale(Object.fromEntries(locales.map((one) => [one, one])), { locale: "de-AT", home: "en-GB" });
  expect(found(["de-AT", "de", "en"])).toBe("de-AT");
  expect(found(["de", "en"])).toBe("de");
  expect(found(["fr", "en"])).toBe("en");
  expect(found(["it", "fr"])).toBe("fr");
  expect(found([])).toBeUndefined();
});
