import type { Good } from "./goods.ts";
import { seedOf } from "./seed.ts";

/** One row of `stock.ndjson`: whole pieces of a SKU in one warehouse. */
export type StockRow = { readonly sku: string; readonly warehouse: "leicester" | "rotterdam"; readonly onHand: number };

const mainCoverWeeks = 5;
const secondCoverWeeks = 2;
const mainMaximum = 1200;
const secondMaximum = 400;

/** Stock that fits each good's own pace: five weeks of sales in Leicester, two more in Rotterdam for the quicker half.
 *  Single orders count at most 48 pieces, so that wholesale buyers do not fill the shelves. Of the slower half about one
 *  in twenty is sold out and one in twelve nearly. `until` is the last minute of the file (RFC 3339 without zone). */
export function planStock(goods: readonly Good[], until: string): StockRow[] {
  const paced = goods.map((good) => ({ sku: good.sku, perWeek: unitsPerWeek(good, until) }));
  const median = paced.map(({ perWeek }) => perWeek).toSorted((a, b) => a - b)[Math.floor(paced.length / 2)] ?? 0;
  return paced.flatMap(({ sku, perWeek }): StockRow[] => {
    const isQuick = perWeek > median;
    const main = Math.min(mainMaximum, Math.max(4, Math.round(perWeek * mainCoverWeeks)));
    if (!isQuick) return [{ sku, warehouse: "leicester", onHand: thinOut(main, sku) }];
    const second = Math.min(secondMaximum, Math.max(2, Math.round(perWeek * secondCoverWeeks)));
    return [
      { sku, warehouse: "leicester", onHand: main },
      { sku, warehouse: "rotterdam", onHand: second },
    ];
  });
}

function unitsPerWeek(good: Good, until: string): number {
  const first = good.sales[0]?.minute ?? until;
  const weeks = Math.max(4, (Date.parse(`${until}Z`) - Date.parse(`${first}Z`)) / (7 * 24 * 3_600_000));
  return good.sales.reduce((sum, sale) => sum + Math.min(48, sale.quantity), 0) / weeks;
}

function thinOut(onHand: number, sku: string): number {
  const seed = seedOf(`stock/${sku}`);
  if (seed < 0.05) return 0;
  return seed < 0.13 ? 1 + Math.floor(seedOf(`low/${sku}`) * 3) : onHand;
}
