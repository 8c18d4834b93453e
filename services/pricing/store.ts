import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";
import type { Market } from "./contract.ts";

type Row = {
  code: string;
  name: string;
  country: string;
  currency: string;
  locales: string[];
  tax_name: string;
  tax_rate_basis_points: number;
  is_tax_included: boolean;
  tax_rounding: "line" | "total" | null;
  version: number;
};

export async function findMarket(db: Queryable, store: string, code: string): Promise<Market | undefined> {
  const row = await db.find(sql<Row>`
    select code, name, country, currency, locales, tax_name, tax_rate_basis_points, is_tax_included, tax_rounding, version
    from market where store = ${store} and code = ${code}`);
  return row && asMarket(row);
}

/** By code, at most 100. */
export async function findMarkets(db: Queryable, store: string): Promise<Market[]> {
  const rows = await db.rows(sql<Row>`
    select code, name, country, currency, locales, tax_name, tax_rate_basis_points, is_tax_included, tax_rounding, version
    from market where store = ${store} order by code limit 100`);
  return rows.map(asMarket);
}

/** Inserts or replaces; undefined when nothing would change, or when the present version is not `expectedVersion`. */
export async function saveMarket(
  db: Queryable,
  store: string,
  market: Omit<Market, "version">,
  expectedVersion: number | undefined,
): Promise<Market | undefined> {
  const expected = expectedVersion ?? null;
  const row = await db.find(sql<Row>`
    insert into market as m
      (store, code, name, country, currency, locales, tax_name, tax_rate_basis_points, is_tax_included, tax_rounding)
    select ${store}::text, ${market.code}::text, ${market.name}::text, ${market.country}::text, ${market.currency}::text,
      ${market.locales}::text[], ${market.tax.name}::text, ${market.tax.rateBasisPoints}::bigint,
      ${market.tax.isIncluded}::boolean, ${market.taxRounding}::text
    where ${expected}::bigint is null or ${expected}::bigint = 0
      or exists (select from market where store = ${store} and code = ${market.code})
    on conflict (store, code) do update set
      name = excluded.name, country = excluded.country, currency = excluded.currency, locales = excluded.locales,
      tax_name = excluded.tax_name, tax_rate_basis_points = excluded.tax_rate_basis_points,
      is_tax_included = excluded.is_tax_included, tax_rounding = excluded.tax_rounding, version = m.version + 1
    where (${expected}::bigint is null or m.version = ${expected}::bigint)
      and (m.name, m.country, m.currency, m.locales, m.tax_name, m.tax_rate_basis_points, m.is_tax_included, m.tax_rounding)
        is distinct from (excluded.name, excluded.country, excluded.currency, excluded.locales, excluded.tax_name,
          excluded.tax_rate_basis_points, excluded.is_tax_included, excluded.tax_rounding)
    returning code, name, country, currency, locales, tax_name, tax_rate_basis_points, is_tax_included, tax_rounding, version`);
  return row && asMarket(row);
}

function asMarket(row: Row): Market {
  return {
    code: row.code,
    name: row.name,
    country: row.country,
    currency: row.currency,
    locales: row.locales,
    tax: { name: row.tax_name, rateBasisPoints: row.tax_rate_basis_points, isIncluded: row.is_tax_included },
    taxRounding: row.tax_rounding,
    version: row.version,
  };
}
