import type { ProductLine } from "./products.ts";
import type { Good } from "./goods.ts";

const many = 24;

/** How often a product sold: lines of the history with one of its SKUs, whatever the quantity, so that wholesale orders do not decide. */
export function countSales(goods: readonly Good[]): (product: ProductLine) => number {
  const salesBySku = new Map(goods.map(({ sku, sales }) => [sku, sales.length]));
  return ({ variants }) => variants.reduce((sum, { sku }) => sum + (salesBySku.get(sku) ?? 0), 0);
}

/** The products that sold best, the best first and only the best of each kind, so that a row of them looks varied. */
export function chooseBestSellers(
  products: readonly ProductLine[],
  salesOf: (product: ProductLine) => number,
): readonly ProductLine[] {
  const ranked = products.toSorted((a, b) => salesOf(b) - salesOf(a) || (a.slug < b.slug ? -1 : 1));
  const bestOfKind = new Map<string, ProductLine>();
  for (const product of ranked) {
    const kind = product.attributes["type"]?.[0];
    if (kind !== undefined && !bestOfKind.has(kind)) bestOfKind.set(kind, product);
  }
  return [...bestOfKind.values()].slice(0, many);
}
