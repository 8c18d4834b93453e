import type { Queryable } from "#platform/database";
import type { Listing, ListingRow } from "./listing-store.ts";
import { findMatches, keepMatching, type Matches } from "./matches-store.ts";

/** An order's two ways to a page: along its whole list, and of products that are known. */
export type Ways = {
  readonly list: (db: Queryable, listing: Listing) => Promise<ListingRow[]>;
  readonly sort: (db: Queryable, matches: Matches) => Promise<ListingRow[]>;
};

/** How much is looked at of the list, stride by stride, before matches are looked up, and how many of them are sorted at most. What is
 *  frequent has filled its page after the first stride. */
type Step = { readonly strides: readonly number[]; readonly mostSorted: number };
const STEPS: readonly Step[] = [
  { strides: [128], mostSorted: 2_000 },
  { strides: [512, 2_048], mostSorted: 30_000 },
];
const LONG_STRIDE = 2_048;

/** A page of the products of a list that match a filter (a jsonpath). Of a frequent value the page is full after a little of the list. Else
 *  all that match are found by an index and sorted: up to 2,000 at once, up to 30,000 when another 2,560 products of the list have not filled
 *  the page either. Only what matches still more goes on along the list, to its end at worst: a value that is very frequent and lies at the
 *  other end of the order. The index itself reads the place of every match before it answers, not their rows. */
export async function listMatching(
  db: Queryable,
  listing: Listing,
  filtered: { readonly path: string; readonly ways: Ways; readonly steps?: readonly Step[] },
): Promise<readonly ListingRow[]> {
  let walked: Walk = { rows: [], after: listing.after, isDone: false };
  for (const { strides, mostSorted } of filtered.steps ?? STEPS) {
    walked = await goOn(walked, { db, listing, ...filtered, strides });
    if (walked.isDone) return walked.rows;
    const ids = await findMatches(db, listing, { path: filtered.path, most: mostSorted });
    if (ids !== undefined) return filtered.ways.sort(db, { ...listing, ids });
  }
  while (!walked.isDone) walked = await goOn(walked, { db, listing, ...filtered, strides: [LONG_STRIDE] });
  return walked.rows;
}

type Walk = {
  readonly rows: readonly ListingRow[];
  /** How far was looked. */
  readonly after: Listing["after"];
  /** The page is full, or the list has ended. */
  readonly isDone: boolean;
};

type Look = {
  readonly db: Queryable;
  readonly listing: Listing;
  readonly path: string;
  readonly ways: Ways;
  readonly strides: readonly number[];
};

async function goOn(walked: Walk, { db, listing, path, ways, strides }: Look): Promise<Walk> {
  const rows = [...walked.rows];
  let { after } = walked;
  for (const stride of strides) {
    const seen = await ways.list(db, { ...listing, after, limit: stride });
    const ids = seen.map((row) => row.productId);
    const matching = new Set((await keepMatching(db, ids, path)).map((row) => row.productId));
    rows.push(...seen.filter((row) => matching.has(row.productId)));
    after = seen.at(-1) ?? after;
    if (rows.length >= listing.limit || seen.length < stride)
      return { rows: rows.slice(0, listing.limit), after, isDone: true };
  }
  return { rows, after, isDone: false };
}
