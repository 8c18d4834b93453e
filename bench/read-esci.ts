import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** One product of the ESCI sample as a line of the catalogue's import. `prices` is empty where the sample has none;
 *  weights are unknown and left out. */
export type EsciLine = {
  readonly titles: { readonly en: string };
  readonly descriptions: { readonly en: string };
  readonly slug: string;
  readonly status: "active";
  readonly categories: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly options: readonly [];
  readonly variants: readonly [
    {
      readonly sku: string;
      readonly options: Readonly<Record<string, never>>;
      readonly prices: readonly { readonly market: "us"; readonly currency: "USD"; readonly amountMinor: number }[];
    },
  ];
  readonly images: readonly [];
  readonly customFields: Readonly<Record<string, string>>;
};

/** Yields the 6,764 products of `bench/data/products.jsonl.gz` as import lines, ordered by id; the id is the SKU.
 *  Test data only: the texts were written by sellers and are not to be shown in a shop. Throws on a row without id or title. */
export function* readEsci(): Generator<EsciLine> {
  const text = gunzipSync(readFileSync(new URL("data/products.jsonl.gz", import.meta.url))).toString("utf8");
  for (const line of text.split("\n")) if (line !== "") yield toLine(JSON.parse(line) as EsciRow);
}

type EsciRow = {
  readonly id: string;
  readonly title: string;
  readonly brand: string | null;
  readonly color: string | null;
  readonly category: readonly string[] | null;
  readonly bullet_points: string | null;
  readonly description: string | null;
  readonly price_usd: number | null;
};

function toLine(row: EsciRow): EsciLine {
  const title = cut(row.title, 255);
  if (row.id === "" || title === "")
    throw new Error(`a product without id or title: ${JSON.stringify(row).slice(0, 80)}`);
  const path = (row.category ?? []).slice(0, 2).map(slugify);
  const colours = coloursOf(row.color ?? "");
  const amountMinor = Math.round((row.price_usd ?? 0) * 100);
  return {
    titles: { en: title },
    descriptions: { en: row.description || row.bullet_points || "" },
    slug: [slugify(title).slice(0, 200).replace(/-$/, ""), row.id.toLowerCase()].filter(Boolean).join("-"),
    status: "active",
    categories: path.length === 0 || path.includes("") ? [] : [path.join("/")],
    attributes: colours.length === 0 ? {} : { colour: colours },
    options: [],
    variants: [
      { sku: row.id, options: {}, prices: amountMinor > 0 ? [{ market: "us", currency: "USD", amountMinor }] : [] },
    ],
    images: [],
    customFields: row.brand ? { brand: row.brand } : {},
  };
}

/** Sellers put slogans in the colour field; what is too long for a colour's name is left out. */
function coloursOf(text: string): string[] {
  const values = text.split(/[,/&;|]|\band\b/i).map(slugify);
  return [...new Set(values)].filter((value) => value !== "" && value.length <= 30).slice(0, 12);
}

function slugify(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}|'/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** The first `length` UTF-16 units without half a character at the end. */
function cut(text: string, length: number): string {
  return text
    .trim()
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trim();
}
