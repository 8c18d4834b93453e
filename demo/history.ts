import type { SaleLine } from "./read-sales.ts";

/** The order history as compact CSV, one invoice a row in file order: `invoice,minute,customer,country,lines`, where `lines`
 *  is `sku:quantity:pence` separated by blanks. Keeps the lines of `skus` that have a price; invoices starting with C are
 *  cancellations with negative quantities. */
export function packHistory(lines: readonly SaleLine[], skus: ReadonlySet<string>): string {
  const kept = lines.filter((line) => skus.has(line.code) && line.unitPence > 0);
  const rows = [...Map.groupBy(kept, (line) => line.invoice)].map(([invoice, [first, ...rest]]) => {
    if (first === undefined) throw new Error(`invoice ${invoice} has no lines`);
    const packed = [first, ...rest].map((line) => `${line.code}:${line.quantity}:${line.unitPence}`).join(" ");
    return [invoice, first.minute, first.customer, first.country, packed].join(",");
  });
  return `invoice,minute,customer,country,lines\n${rows.join("\n")}\n`;
}
