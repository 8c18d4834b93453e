import type { Problem } from "./merge-draft.ts";
import { slugOf } from "./slug.ts";

export type CsvRow = Readonly<Record<string, string>>;
export type CsvDefaults = { readonly locale: string; readonly market: string; readonly currency: string };

type Mutable = {
  titles?: Record<string, string>;
  descriptions?: Record<string, string>;
  slugs?: Record<string, string>;
  status?: string;
  categories?: string[];
  attributes?: Record<string, string[]>;
  options?: { name: string; values: string[] }[];
  images?: { name: string; alt: string }[];
  variants: { sku: string; options?: Record<string, string>; weightGrams?: number; prices?: object[] }[];
};

const COLUMNS: ReadonlySet<string> = new Set(
  "sku product title description slug status category price_minor currency market weight_grams image image_alt locale".split(
    " ",
  ),
);

/** Columns of a header that mean nothing to us, and whether the one that must be there is missing. */
export function headerProblems(columns: readonly string[]): readonly Problem[] {
  const unknown = columns.filter((column) => !COLUMNS.has(column) && !/^(option|attribute)_./.test(column));
  const problems = unknown.map((field): Problem => ({ code: "INVALID", field, message: "is not a known column" }));
  return columns.includes("sku")
    ? problems
    : [...problems, { code: "INVALID", field: "sku", message: "is a required column" }];
}

/** Rows that follow each other with the same key are one product: by the `product` column; else the title, when the row has
 *  options; else the SKU (the same variant in another market). */
export function rowKey(row: CsvRow): string {
  if (filled(row["product"])) return `product ${row["product"]}`;
  const hasOptions = Object.entries(row).some(([column, value]) => column.startsWith("option_") && value !== "");
  return hasOptions && filled(row["title"]) ? `title ${row["title"]}` : `sku ${row["sku"]}`;
}

/** Problems of one row that the shape of a draft would not tell: what is not a number, a price without an amount. */
export function rowProblems(row: CsvRow): readonly Problem[] {
  const problems: Problem[] = [];
  const complain = (field: string, message: string) => problems.push({ code: "INVALID", field, message });
  if (!filled(row["sku"])) complain("sku", "is required");
  for (const column of ["price_minor", "weight_grams"]) {
    const value = row[column] ?? "";
    if (value !== "" && !/^\d{1,15}$/.test(value)) complain(column, "must be a whole number ≥ 0");
  }
  return problems;
}

/** A draft of one product from its rows; empty cells tell nothing. */
export function draftOfRows(rows: readonly CsvRow[], defaults: CsvDefaults): unknown {
  const draft: Mutable = { variants: [] };
  for (const row of rows) addRow(draft, row, defaults);
  return draft;
}

function addRow(draft: Mutable, row: CsvRow, defaults: CsvDefaults): void {
  const locale = row["locale"] || defaults.locale;
  if (filled(row["title"])) (draft.titles ??= {})[locale] = row["title"];
  if (filled(row["description"])) (draft.descriptions ??= {})[locale] = row["description"];
  if (filled(row["slug"])) (draft.slugs ??= {})[locale] = row["slug"];
  if (filled(row["status"])) draft.status = row["status"];
  for (const category of parts(row["category"])) addOnce((draft.categories ??= []), categoryPath(category));
  if (filled(row["image"])) {
    const image = { name: row["image"], alt: row["image_alt"] || row["title"] || "" };
    if (draft.images?.some((one) => one.name === image.name) !== true) (draft.images ??= []).push(image);
  }
  for (const [column, cell] of Object.entries(row)) {
    if (!column.startsWith("attribute_") || cell === "") continue;
    const values = ((draft.attributes ??= {})[column.slice("attribute_".length).toLowerCase()] ??= []);
    for (const value of parts(cell)) addOnce(values, value);
  }
  addVariant(draft, row, defaults);
}

function addVariant(draft: Mutable, row: CsvRow, defaults: CsvDefaults): void {
  const sku = row["sku"] ?? "";
  let variant = draft.variants.find((one) => one.sku === sku);
  if (variant === undefined) draft.variants.push((variant = { sku }));
  for (const [column, value] of Object.entries(row)) {
    if (!column.startsWith("option_") || value === "") continue;
    const name = column.slice("option_".length);
    (variant.options ??= {})[name] = value;
    const options = (draft.options ??= []);
    let option = options.find((one) => one.name === name);
    if (option === undefined) options.push((option = { name, values: [] }));
    addOnce(option.values, value);
  }
  if (filled(row["weight_grams"])) variant.weightGrams = Number(row["weight_grams"]);
  if (filled(row["price_minor"])) {
    const price = {
      market: row["market"] || defaults.market,
      currency: row["currency"] || defaults.currency,
      amountMinor: Number(row["price_minor"]),
    };
    (variant.prices ??= []).push(price);
  }
}

/** `Home & Lighting > Candle Holders` and `home-lighting/candle-holders` are the same. */
function categoryPath(text: string): string {
  return text.split(/[>/]/).map(slugOf).join("/");
}

function parts(cell: string | undefined): string[] {
  return (cell ?? "")
    .split("|")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function addOnce(list: string[], value: string): void {
  if (!list.includes(value)) list.push(value);
}

function filled(cell: string | undefined): cell is string {
  return cell !== undefined && cell !== "";
}
