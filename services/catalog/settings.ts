import { integerSetting, textSetting } from "#platform/config";

export const defaultLocale = textSetting("CATALOG_DEFAULT_LOCALE", {
  doc: "Locale that texts fall back to, and that a product's `slug` and CSV texts are in.",
  defaultValue: "en",
});

export const productTtlSeconds = integerSetting("CATALOG_PRODUCT_TTL_SECONDS", {
  doc: "How long a product or variant is served from memory at most; its own events forget it sooner.",
  unit: "seconds",
  defaultValue: 300,
});

export const listingTtlSeconds = integerSetting("CATALOG_LISTING_TTL_SECONDS", {
  doc: "How long a list of products or the category tree is served from memory at most; events forget it sooner.",
  unit: "seconds",
  defaultValue: 3600,
});
