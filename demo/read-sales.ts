import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";

/** One row of the Online Retail file. `unitPence` is the recorded price of one piece, rounded to whole pence;
 *  `quantity` is negative for returns and stock corrections; `customer` is empty for guests. */
export type SaleLine = {
  readonly invoice: string;
  readonly code: string;
  readonly description: string;
  readonly quantity: number;
  readonly minute: string;
  readonly unitPence: number;
  readonly customer: string;
  readonly country: string;
};

/** Reads the Online Retail CSV at `path` (gzip or plain, told apart by its first bytes), in file order.
 *  Stock codes are upper-cased: the file writes some codes in both cases for the same article.
 *  Throws when a column is missing or a number does not parse. */
export function readSales(path: string): SaleLine[] {
  const bytes = readFileSync(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const rows: Record<string, string>[] = parse(isGzip ? gunzipSync(bytes) : bytes, { columns: true });
  return rows.map((row, index) => ({
    invoice: text(row, "invoice_no", index),
    code: text(row, "stock_code", index).trim().toUpperCase(),
    description: text(row, "description", index).trim(),
    quantity: number(row, "quantity", index),
    minute: text(row, "invoice_ts", index).slice(0, 16).replace(" ", "T"),
    unitPence: Math.round(number(row, "unit_price", index) * 100),
    customer: text(row, "customer_id", index),
    country: text(row, "country", index),
  }));
}

function text(row: Record<string, string>, column: string, index: number): string {
  const value = row[column];
  if (value === undefined) throw new Error(`row ${index + 2} has no column ${column}`);
  return value;
}

function number(row: Record<string, string>, column: string, index: number): number {
  const value = Number(text(row, column, index));
  if (!Number.isFinite(value)) throw new Error(`row ${index + 2}: ${column} is not a number`);
  return value;
}
