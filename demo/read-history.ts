import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** One line of one invoice. `quantity` is negative when `isCancelled`; `minute` is local UK time without zone; `customer` is
 *  empty for guests; `unitPence` is the price of one piece as booked. */
export type HistoryLine = {
  readonly invoice: string;
  readonly isCancelled: boolean;
  readonly minute: string;
  readonly customer: string;
  readonly country: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPence: number;
};

/** Yields the order history line by line, in the order of the invoices. Throws on a malformed row. */
export function* readHistory(path: URL = new URL("data/history.csv.gz", import.meta.url)): Generator<HistoryLine> {
  const [, ...rows] = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
  for (const row of rows) {
    const [invoice, minute, customer, country, lines] = row.split(",");
    if (invoice === undefined || minute === undefined || customer === undefined || country === undefined)
      throw new Error(`malformed row: ${row}`);
    if (lines === undefined) throw new Error(`an invoice without lines: ${invoice}`);
    for (const line of lines.split(" ")) {
      const [sku, quantity, unitPence] = line.split(":");
      if (sku === undefined || !Number.isInteger(Number(quantity)) || !Number.isInteger(Number(unitPence)))
        throw new Error(`malformed line: ${line}`);
      const isCancelled = invoice.startsWith("C");
      yield {
        invoice,
        isCancelled,
        minute,
        customer,
        country,
        sku,
        quantity: Number(quantity),
        unitPence: Number(unitPence),
      };
    }
  }
}
