import { isDeepStrictEqual } from "node:util";
import type { DataOf } from "#kernel/event";
import type { PricesChanged, ProductCreated, ProductUpdated } from "../events.ts";
import type { ProductSource } from "../product-schema.ts";
import type { Change } from "./decide.ts";

/** What a change makes true, one entry per event to publish. */
export type Fact =
  | { readonly event: "ProductCreated" | "ProductArchived"; readonly data: DataOf<typeof ProductCreated> }
  | { readonly event: "ProductUpdated"; readonly data: DataOf<typeof ProductUpdated> }
  | { readonly event: "PricesChanged"; readonly data: DataOf<typeof PricesChanged> };

/** A new product is one fact. A changed one is `PricesChanged`, `ProductUpdated` or `ProductArchived`, as far as each is true. */
export function factsOf({ before, after }: Change): readonly Fact[] {
  const data = basicFacts(after);
  if (before === undefined) return [{ event: "ProductCreated", data }];
  const facts: Fact[] = [];
  const prices = changedPrices(before, after);
  if (prices.prices.length + prices.removed.length > 0)
    facts.push({ event: "PricesChanged", data: { ...data, ...prices } });
  const isArchived = after.status === "archived" && before.status !== "archived";
  if (isArchived) facts.push({ event: "ProductArchived", data });
  if (!isDeepStrictEqual(withoutPrices(before, isArchived), withoutPrices(after, isArchived))) {
    facts.push({ event: "ProductUpdated", data: { ...data, ...lost(before, after) } });
  }
  return facts;
}

function basicFacts(product: ProductSource): DataOf<typeof ProductCreated> {
  const { productId, version, status, categories } = product;
  const slugs = Object.fromEntries(Object.entries(product.texts).map(([locale, text]) => [locale, text.slug]));
  return { productId, version, status, skus: product.variants.map((variant) => variant.sku), slugs, categories };
}

function changedPrices(before: ProductSource, after: ProductSource) {
  const old = new Map(
    before.variants.flatMap(({ sku, prices }) => prices.map((price) => [`${price.market} ${sku}`, { sku, ...price }])),
  );
  const prices = [];
  for (const { sku, prices: present } of after.variants) {
    for (const price of present) {
      const key = `${price.market} ${sku}`;
      const known = old.get(key);
      if (known?.amountMinor !== price.amountMinor || known.currency !== price.currency) prices.push({ sku, ...price });
      old.delete(key);
    }
  }
  return { prices, removed: [...old.values()].map(({ sku, market }) => ({ sku, market })) };
}

function withoutPrices(product: ProductSource, isStatusIgnored: boolean): unknown {
  const variants = product.variants.map((variant) => ({ ...variant, prices: [] }));
  return { ...product, variants, version: 0, updatedAt: "", ...(isStatusIgnored ? { status: "" } : {}) };
}

function lost(before: ProductSource, after: ProductSource) {
  const skus = new Set(after.variants.map((variant) => variant.sku));
  const slugs = new Set(Object.values(after.texts).map((text) => text.slug));
  return {
    removedSkus: before.variants.map((variant) => variant.sku).filter((sku) => !skus.has(sku)),
    removedSlugs: Object.values(before.texts)
      .map((text) => text.slug)
      .filter((slug) => !slugs.has(slug)),
  };
}
