import type { SaleLine } from "./read-sales.ts";

/** One stock code with everything the file says about it: the raw description chosen and its priced sales. */
export type Good = { readonly sku: string; readonly description: string; readonly sales: readonly SaleLine[] };

/** Groups the lines by stock code and keeps what a shop sells: codes of goods with a usable description and at
 *  least one priced sale. Sorted by SKU. */
export function collectGoods(lines: readonly SaleLine[]): Good[] {
  const byCode = Map.groupBy(lines, (line) => line.code);
  const goods: Good[] = [];
  for (const [sku, rows] of byCode) {
    if (!isGoodsCode(sku)) continue;
    const sales = rows.filter((row) => row.unitPence > 0 && row.quantity > 0 && !row.invoice.startsWith("C"));
    const description = chooseDescription(sales);
    if (description !== undefined) goods.push({ sku, description, sales });
  }
  return goods.toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** True for article codes: five digits with an optional suffix, or the site's own DCGS codes. Postage, fees,
 *  discounts, vouchers and manual lines have other codes, and a few fees hide behind article numbers. */
function isGoodsCode(code: string): boolean {
  return (/^\d{5}[A-Z]{0,2}$/.test(code) || code.startsWith("DCGS")) && !notForSale.has(code);
}

// Why each is left out: services and vouchers; the source shop's own branding; drug references unfit for a demo.
const notForSale = new Set("22016 23444 23574 22206 22351 21034 35443 44228 23357".split(" "));

const note =
  /damage|wrong|adjust|sample|thrown|\?|mix(ed)? up|check|ebay|amazon|dotcom sale|missing|found|lost|smashed|broken|rusty|counted|label|gift voucher/i;

/** The most frequent description of the priced sales: shouted ones (the list's own) before typed notes. */
function chooseDescription(sales: readonly SaleLine[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { description } of sales)
    if (description !== "") counts.set(description, (counts.get(description) ?? 0) + 1);
  const ranked = [...counts]
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([text]) => text);
  const shouted = ranked.find((text) => text === text.toUpperCase() && text.length > 3 && !text.includes("?"));
  return shouted ?? ranked.find((text) => /[A-Z]/.test(text) && text.includes(" ") && !note.test(text));
}
