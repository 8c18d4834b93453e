import { expect, test } from "vitest";
import { chooseBestSellers, countSales } from "./best-sellers.ts";
import type { ProductLine } from "./products.ts";

const product = (slug: string, type: string | undefined, skus: readonly string[]) =>
  ({
    slug,
    attributes: type === undefined ? {} : { type: [type] },
    variants: skus.map((sku) => ({ sku })),
  }) as unknown as ProductLine;

const sale = {
  invoice: "1",
  description: "",
  minute: "2011-05-04T10:00",
  customer: "",
  country: "",
  quantity: 500,
  unitPence: 100,
};
const good = (sku: string, sales: number) => ({
  sku,
  description: "",
  sales: Array.from({ length: sales }, () => ({ ...sale, code: sku })),
});

test("counts the sales of all variants, not the pieces", () => {
  const salesOf = countSales([good("1A", 2), good("1B", 3)]);
  expect(salesOf(product("mug", "mug", ["1A", "1B"]))).toBe(5);
});

test("takes the best of each kind, the best first, and nothing of an unknown kind", () => {
  const products = [
    product("cup-c", "cup", ["C"]),
    product("mug-a", "mug", ["A"]),
    product("mug-b", "mug", ["B"]),
    product("odd", undefined, ["D"]),
  ];
  const salesOf = countSales([good("A", 5), good("B", 9), good("C", 7), good("D", 99)]);
  expect(chooseBestSellers(products, salesOf).map(({ slug }) => slug)).toEqual(["mug-b", "cup-c"]);
});

test("at most 24", () => {
  const products = Array.from({ length: 30 }, (_, index) => product(`p${index}`, `kind-${index}`, [`${index}`]));
  expect(chooseBestSellers(products, () => 1).length).toBe(24);
});
