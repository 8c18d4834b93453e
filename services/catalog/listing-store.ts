import type { Id } from "#kernel/id";
import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";
import { SORTED_LETTERS } from "./model/slug.ts";
import type { CardSource } from "./model/view.ts";

export type Listing = {
  readonly store: string;
  readonly market: string;
  /** For the order by name: the locales to try, the best first. */
  readonly locales: readonly string[];
  /** Lists this category and everything below it; null for all products. */
  readonly categoryId: string | null;
  /** Key and id of the last product of the page before. */
  readonly after: { readonly key: string | number; readonly productId: string } | null;
  readonly limit: number;
};
export type ListingRow = { readonly productId: Id<"product">; readonly key: string | number };

// Each list holds the active products that have a price in the market. It walks the index of its order from where the page
// before ended and stops after a page: what else must be true is asked per row, as scalar subqueries, because the planner turns
// joins and `exists` into hashes of the whole catalogue and sorts them. A first page begins at the end of the index: an `or`
// would hide the range. A category has its own index, `category_listing`, which the database keeps.
// What changes from page to page stands behind `(select …)`: if PostgreSQL saw the values, a plan for them would look cheaper to it
// than one for all pages, so that it would plan every page anew: a third to a half of the whole statement.
export const FIRST_ID = "00000000-0000-0000-0000-000000000000";
export const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
/** In byte order nothing that titles are sorted by comes after it. */
const AFTER_ALL_TITLES = "\u{10ffff}".repeat(SORTED_LETTERS + 1);

export function listNewest(db: Queryable, listing: Listing): Promise<ListingRow[]> {
  if (listing.categoryId !== null) return walkCategory(db, listing, { list: "newest", isDescending: true });
  const { store, market, after, limit } = listing;
  const before = after === null ? "infinity" : new Date(Number(after.key)).toISOString();
  return db.rows(sql<ListingRow>`
    select p.product_id as "productId", (extract(epoch from p.created_at) * 1000)::bigint as key
    from product p
    where p.store = ${store} and p.status = 'active'
      and (p.created_at, p.product_id) < ((select ${before}::timestamptz), (select ${after?.productId ?? LAST_ID}::uuid))
      and (select true from product_price r where r.product_id = p.product_id and r.market = ${market})
    order by p.created_at desc, p.product_id desc limit (select ${limit}::int)`);
}

export function listCheapest(db: Queryable, listing: Listing): Promise<ListingRow[]> {
  const { store, market, categoryId, after, limit } = listing;
  if (categoryId !== null) return walkCategory(db, listing, { list: `price ${market}`, isDescending: false });
  return db.rows(sql<ListingRow>`
    select r.product_id as "productId", r.lowest_minor as key
    from product_price r
    where r.store = ${store} and r.market = ${market}
      and (r.lowest_minor, r.product_id) > ((select ${Number(after?.key ?? -1)}::bigint), (select ${after?.productId ?? FIRST_ID}::uuid))
      and (select p.status = 'active' from product p where p.product_id = r.product_id)
    order by r.lowest_minor, r.product_id limit (select ${limit}::int)`);
}

export function listDearest(db: Queryable, listing: Listing): Promise<ListingRow[]> {
  const { store, market, categoryId, after, limit } = listing;
  if (categoryId !== null) return walkCategory(db, listing, { list: `price ${market}`, isDescending: true });
  return db.rows(sql<ListingRow>`
    select r.product_id as "productId", r.lowest_minor as key
    from product_price r
    where r.store = ${store} and r.market = ${market}
      and (r.lowest_minor, r.product_id) < ((select ${Number(after?.key ?? Number.MAX_SAFE_INTEGER)}::bigint), (select ${after?.productId ?? LAST_ID}::uuid))
      and (select p.status = 'active' from product p where p.product_id = r.product_id)
    order by r.lowest_minor desc, r.product_id desc limit (select ${limit}::int)`);
}

/** Lists of numbers, whose keys are as many digits as the largest number has; after all of them comes a colon. */
function walkCategory(
  db: Queryable,
  { market, categoryId, after, limit }: Listing,
  { list, isDescending }: { readonly list: string; readonly isDescending: boolean },
): Promise<ListingRow[]> {
  const key = after === null ? (isDescending ? ":" : "") : String(after.key).padStart(19, "0");
  const id = after?.productId ?? FIRST_ID;
  return db.rows(
    isDescending
      ? sql<ListingRow>`
    select l.product_id as "productId", l.key::bigint as key
    from category_listing l
    where l.category_id = ${categoryId} and l.list = ${list}
      and (l.key, l.product_id) < ((select ${key}), (select ${id}::uuid))
      and (select true from product_price r where r.product_id = l.product_id and r.market = ${market})
    order by l.key desc, l.product_id desc limit (select ${limit}::int)`
      : sql<ListingRow>`
    select l.product_id as "productId", l.key::bigint as key
    from category_listing l
    where l.category_id = ${categoryId} and l.list = ${list}
      and (l.key, l.product_id) > ((select ${key}), (select ${id}::uuid))
      and (select true from product_price r where r.product_id = l.product_id and r.market = ${market})
    order by l.key, l.product_id limit (select ${limit}::int)`,
  );
}

/** Sorted by the title that the viewer sees: per locale those products that have no text in a better one. Of a worse locale only the
 *  titles up to the end of the page so far are looked at: where everything is translated it would be walked to its end. */
export async function listByName(db: Queryable, listing: Listing): Promise<ListingRow[]> {
  const walk = listing.categoryId === null ? walkTitles : walkTitlesOfCategory;
  let page: readonly ListingRow[] = [];
  for (const [rank, locale] of listing.locales.entries()) {
    const upTo = page.length < listing.limit ? AFTER_ALL_TITLES : String(page.at(-1)!.key);
    const more = await walk(db, listing, { locale, better: listing.locales.slice(0, rank), upTo });
    page = page.length === 0 ? more : [...page, ...more].toSorted(byTitle).slice(0, listing.limit);
  }
  return [...page];
}

type TitleRun = { readonly locale: string; readonly better: readonly string[]; readonly upTo: string };

function walkTitles(db: Queryable, listing: Listing, { locale, better, upTo }: TitleRun): Promise<ListingRow[]> {
  const { store, market, after, limit } = listing;
  return db.rows(sql<ListingRow>`
    select t.product_id as "productId", t.sort_title as key
    from product_text t
    where t.store = ${store} and t.locale = ${locale} and t.sort_title <= (select ${upTo})
      and (t.sort_title, t.product_id) > ((select ${String(after?.key ?? "")}), (select ${after?.productId ?? FIRST_ID}::uuid))
      and (select p.status = 'active' from product p where p.product_id = t.product_id)
      and (select true from product_price r where r.product_id = t.product_id and r.market = ${market})
      and ((select cardinality(${better}::text[]) = 0)
        or (select count(*) = 0 from product_text b where b.product_id = t.product_id and b.locale = any((select ${better}::text[])::text[])))
    order by t.sort_title, t.product_id limit (select ${limit}::int)`);
}

function walkTitlesOfCategory(
  db: Queryable,
  { market, categoryId, after, limit }: Listing,
  { locale, better, upTo }: TitleRun,
): Promise<ListingRow[]> {
  return db.rows(sql<ListingRow>`
    select l.product_id as "productId", l.key
    from category_listing l
    where l.category_id = ${categoryId} and l.list = ${`name ${locale}`} and l.key <= (select ${upTo})
      and (l.key, l.product_id) > ((select ${String(after?.key ?? "")}), (select ${after?.productId ?? FIRST_ID}::uuid))
      and (select true from product_price r where r.product_id = l.product_id and r.market = ${market})
      and ((select cardinality(${better}::text[]) = 0)
        or (select count(*) = 0 from product_text b where b.product_id = l.product_id and b.locale = any((select ${better}::text[])::text[])))
    order by l.key, l.product_id limit (select ${limit}::int)`);
}

/** As PostgreSQL compares them: titles byte by byte, then ids. */
function byTitle(a: ListingRow, b: ListingRow): number {
  return Buffer.compare(Buffer.from(String(a.key)), Buffer.from(String(b.key))) || (a.productId < b.productId ? -1 : 1);
}

/** What lists show of up to 100 products, by id; unknown ones are left out. Texts and variants are gathered once for all of them:
 *  asked per product, and as objects, they take almost twice as long. */
export function getCards(db: Queryable, store: string, ids: readonly string[]): Promise<CardSource[]> {
  return db.rows(sql<CardSource>`
    with asked as materialized (select ${ids}::uuid[] as ids)
    select p.product_id as "productId", p.version, p.status, p.attributes, p.images -> 0 as image,
      coalesce(t.texts, '{}') as texts, coalesce(v.variants, '[]') as variants
    from product p
    left join (
      select product_id, json_object_agg(locale, json_build_object('title', title, 'slug', slug)) as texts
      from product_text where product_id = any((select ids from asked)::uuid[]) group by product_id) t using (product_id)
    left join (
      select v.product_id, json_agg(json_build_array(v.sku, r.market, r.currency, r.amount_minor) order by v.position) as variants
      from variant v left join price r on r.variant_id = v.variant_id
      where v.product_id = any((select ids from asked)::uuid[]) group by v.product_id) v using (product_id)
    where p.store = ${store} and p.product_id = any((select ids from asked)::uuid[])
    order by p.product_id`);
}
