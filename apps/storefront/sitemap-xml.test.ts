import { expect, test } from "vitest";
import { hrefIn, type ShopPlace } from "./places.ts";
import { sitemapEntry, sitemapIndex } from "./sitemap-xml.ts";

const place = (code: string, locale: string, country: string): ShopPlace => ({
  code,
  locale,
  hreflang: `${locale.split("-")[0]!}-${country}`,
  language: locale,
  country,
  market: country.toLowerCase(),
  marketName: country,
  currency: "EUR",
  pricesIncludeTax: true,
});
const gb = place("", "en-GB", "GB");
const de = place("de", "de-DE", "DE");
const at = (one: ShopPlace) => ({ place: one, address: `https://shop.example${hrefIn(one, "/products/a&b")}` });

test("a page names itself and every other version of it, and which one is for everybody else", () => {
  expect(
    sitemapEntry({ address: at(de).address, changedAt: "2026-01-02T03:04:05.000Z", places: [at(gb), at(de)] }),
  ).toBe(
    `<url><loc>https://shop.example/de/products/a&amp;b</loc><lastmod>2026-01-02T03:04:05.000Z</lastmod>` +
      `<xhtml:link rel="alternate" hreflang="en-GB" href="https://shop.example/products/a&amp;b"/>` +
      `<xhtml:link rel="alternate" hreflang="de-DE" href="https://shop.example/de/products/a&amp;b"/>` +
      `<xhtml:link rel="alternate" hreflang="x-default" href="https://shop.example/products/a&amp;b"/></url>\n`,
  );
});

test("what is not sold at home has no version for everybody else", () => {
  expect(sitemapEntry({ address: at(de).address, places: [at(de)] })).not.toContain("x-default");
});

test("the index names its parts", () => {
  expect(sitemapIndex(["https://shop.example/sitemaps/gb-en.0.xml"])).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n` +
      `<sitemap><loc>https://shop.example/sitemaps/gb-en.0.xml</loc></sitemap>\n</sitemapindex>\n`,
  );
});
