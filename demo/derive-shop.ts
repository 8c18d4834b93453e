import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { drawArt } from "./art/draw-art.ts";
import { listAttributeNames } from "./attribute-names.ts";
import { chooseBestSellers, countSales } from "./best-sellers.ts";
import { bestSellersCategory, listCategories } from "./category-tree.ts";
import { collectGoods, type Good } from "./goods.ts";
import { packHistory } from "./history.ts";
import { buildProducts, type ProductLine } from "./products.ts";
import { readSales } from "./read-sales.ts";
import { planStock } from "./stock-levels.ts";

/** Derives the demo shop in data/ from the Online Retail file. Deterministic: the same input gives the same bytes.
 *  Run: `node demo/derive-shop.ts path/to/online-retail.csv.gz`. */
function deriveShop(source: string): void {
  const data = new URL("data/", import.meta.url);
  const art = new URL("art/", data);
  mkdirSync(art, { recursive: true });
  for (const name of readdirSync(art)) rmSync(new URL(name, art));

  const sales = readSales(source);
  const goods = collectGoods(sales);
  const { products: unordered, drawings } = buildProducts(goods);
  const products = bestSellersLast(unordered, goods);
  const stock = planStock(goods, sales.at(-1)?.minute ?? "");
  const skus = new Set(goods.map(({ sku }) => sku));

  writeFileSync(new URL("products.ndjson.gz", data), gzipSync(toLines(products), { level: 9 }));
  writeFileSync(new URL("categories.json", data), `${JSON.stringify(listCategories(), null, 2)}\n`);
  writeFileSync(
    new URL("../apps/storefront/texts/attribute-names.json", import.meta.url),
    `${JSON.stringify(listAttributeNames(), null, 2)}\n`,
  );
  writeFileSync(new URL("stock.ndjson.gz", data), gzipSync(toLines(stock), { level: 9 }));
  writeFileSync(new URL("history.csv.gz", data), gzipSync(packHistory(sales, skus), { level: 9 }));
  for (const drawing of drawings.values()) writeFileSync(new URL(drawing.name, art), drawArt(drawing));
  console.log(
    `${products.length} products, ${goods.length} SKUs, ${stock.length} stock rows, ${drawings.size} drawings`,
  );
}

/** The last line is the newest product of the shop, and what a list shows first. What sold best is in that category, too. */
function bestSellersLast(products: readonly ProductLine[], goods: readonly Good[]): readonly ProductLine[] {
  const salesOf = countSales(goods);
  const best = new Set(chooseBestSellers(products, salesOf));
  return products
    .toSorted((a, b) => salesOf(a) - salesOf(b) || (a.slug < b.slug ? -1 : 1))
    .map((product) =>
      best.has(product) ? { ...product, categories: [...product.categories, bestSellersCategory] } : product,
    );
}

function toLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

const source = process.argv[2];
if (source === undefined) throw new Error("usage: node demo/derive-shop.ts path/to/online-retail.csv.gz");
deriveShop(source);
