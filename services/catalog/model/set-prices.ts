import type { ProductSource } from "../product-schema.ts";
import type { Problem } from "./merge-draft.ts";

export type PriceSetting = {
  readonly sku: string;
  readonly market: string;
  readonly currency: string;
  readonly amountMinor: number | null;
};

/** The product with these list prices; null takes a variant out of a market. Prices not named stay. */
export function withPrices(
  product: ProductSource,
  settings: readonly PriceSetting[],
): { readonly product: ProductSource; readonly problems: readonly Problem[] } {
  const known = new Set(product.variants.map((variant) => variant.sku));
  const problems = settings.flatMap(({ sku }, index): Problem[] =>
    known.has(sku)
      ? []
      : [{ code: "SKU_NOT_FOUND", field: `prices.${index}.sku`, message: `the product has no SKU ${sku}`, sku }],
  );
  const variants = product.variants.map((variant) => {
    const prices = new Map(variant.prices.map((price) => [price.market, price]));
    for (const { market, currency, amountMinor } of settings.filter((setting) => setting.sku === variant.sku)) {
      if (amountMinor === null) prices.delete(market);
      else prices.set(market, { market, currency, amountMinor });
    }
    return { ...variant, prices: [...prices.values()].toSorted((a, b) => (a.market < b.market ? -1 : 1)) };
  });
  return { product: { ...product, variants }, problems };
}
