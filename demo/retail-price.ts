import type { SaleLine } from "./read-sales.ts";

/** The shop price of one piece in pence, tax included: the median of the prices paid by those who took at most two pieces
 *  (of all sales when fewer than three did), so that wholesale tiers do not count; put on the nearest price point.
 *  The file's web orders are booked without VAT: a price that is odd as booked and a price point with VAT is read with VAT.
 *  Refuses (throws) a good without priced sales. */
export function retailPricePence(sales: readonly SaleLine[]): number {
  const retail = sales.filter((sale) => sale.quantity <= 2);
  const used = retail.length >= 3 ? retail : sales;
  const prices = used.map((sale) => withVat(sale.unitPence, sale.minute)).toSorted((a, b) => a - b);
  const median = prices[Math.floor((prices.length - 1) / 2)];
  if (median === undefined) throw new Error("a good without priced sales has no price");
  return nearestPricePoint(median);
}

// UK VAT was 17.5 % until 3 January 2011 and 20 % from the 4th.
function withVat(pence: number, minute: string): number {
  if (isPricePoint(pence)) return pence;
  const gross = minute < "2011-01-04" ? (pence * 1175) / 1000 : (pence * 12) / 10;
  const point = nearestPricePoint(Math.round(gross));
  return Math.abs(point - gross) <= 2 ? point : pence;
}

function isPricePoint(pence: number): boolean {
  return pence % 10 === 5 || pence % 50 === 0 || pence === 19 || pence === 29 || pence === 39 || pence === 42;
}

/** Prices end in 5 or 9 (below a pound: any 5 or 9), whole 50s stay; at least 15 pence. */
function nearestPricePoint(pence: number): number {
  if (pence >= 5000) return Math.round((pence + 5) / 100) * 100 - 5;
  if (isPricePoint(pence) && pence >= 15) return pence;
  return Math.max(15, Math.round((pence - 5) / 10) * 10 + 5);
}
