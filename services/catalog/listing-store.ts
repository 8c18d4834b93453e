import type { Id } from "#kernel/id";
import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";
import type { CardSource } from "./model/view.ts";

export type Listing = {
  readonly store: string;
  readonly market: string;
  /** For the order by name: the locales to try, the best first. */
  readonly locales: readonly string[];
  /** A category and everything below it; null for all products. */
  readonly categoryIds: readonly string[] | null;
  /** Key and id of the last product of the page before. */
  readonly after: { readonly key: string | number; readonly productId: string } | null;
  readonly limit: number;
};
export type ListingRow = { readonly productId: Id<"product">; readonly key: string | number };

// Each list holds the active products that have a price in the market. It walks the index of its order from where the page
// before ended and stops after a page: what else must be true is asked per row, as scalar subqueries, because the planner turns
// joins and `exists` into hashes of the whole catalogue and sorts them. A first page begins at the end of the index: an `or`
// would hide the range.
// What changes from page to page stands behind `(select …)`: if PostgreSQL saw the values, a plan for them would look cheaper to it
// than one for all pages, so that it would plan every page anew: a third to a half of the whole statement.
const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

export function listNewest(db: Queryable, listing: Listing): Promise<ListingRow[]> {
  const { store, market, categoryIds, after, limit } = listing;
  const before = after === null ? "infinity" : new Date(Number(after.key)).toISOString();
  return db.rows(sql<ListingRow>`
    select p.product_id as "productId", (extract(epoch from p.created_at) * 1000)::bigint as key
    from product p
    where p.store = ${store} and p.status = 'active'
      and (p.created_at, p.product_id) < ((select ${before}::timestamptz), (select ${after?.productId ?? LAST_ID}::uuid))
      and ((select ${categoryIds}::uuid[]) is null
        or p.product_id in (select product_id from product_category where category_id = any((select ${categoryIds}::uuid[])::uuid[])))
      and (select true from product_price r where r.product_id = p.product_id and r.market = ${market})
    order by p.created_at desc, p.product_id desc limit (select ${limit}::int)`);
}

/** Sorted by the title that the viewer sees: per locale those products that have no text in a better one. */
export function listByName(db: Queryable, listing: Listing): Promise<ListingRow[]> {
  const { store, market, categoryIds, after, limit, locales } = listing;
  return db.rows(sql<ListingRow>`
    select t.product_id as "productId", t.sort_title as key
    from unnest((select ${locales}::text[])) with ordinality as l (locale, rank)
    cross join lateral (
      select t.product_id, t.sort_title from product_text t
      where t.store = ${store} and t.locale = l.locale
        and (t.sort_title, t.product_id) > ((select ${String(after?.key ?? "")}), (select ${after?.productId ?? FIRST_ID}::uuid))
        and ((select ${categoryIds}::uuid[]) is null
          or t.product_id in (select product_id from product_category where category_id = any((select ${categoryIds}::uuid[])::uuid[])))
        and (select p.status = 'active' from product p where p.product_id = t.product_id)
        and (select true from product_price r where r.product_id = t.product_id and r.market = ${market})
        and (l.rank = 1 or (select count(*) = 0 from product_text b
          where b.product_id = t.product_id and b.locale = any((select ${locales}::text[])[:(l.rank - 1)::int])))
      order by t.sort_title, t.product_id limit (select ${limit}::int)) t
    order by t.sort_title, t.product_id limit (select ${limit}::int)`);
}

export function listCheapest(db: Queryable, listing: Listing): Promise<ListingRow[]> {
  const { store, market, categoryIds, after, limit } = listing;
  return db.rows(sql<ListingRow>`
    select r.product_id as "productId", r.lowest_minor as key
    from product_price r
    where r.store = ${store} and r.market = ${market}
      and (r.lowest_minor, r.product_id) > ((select ${Number(after?.key ?? -1)}::bigint), (select ${after?.productId ?? FIRST_ID}::uuid))
      and ((select ${categoryIds}::uuid[]) is null
        or r.product_id in (select product_id from product_category where category_id = any((select ${categoryIds}::uuid[])::uuid[])))
      and (select p.status = 'active' from product p where p.product_id = r.product_id)
    order by r.lowest_minor, r.product_id limit (select ${limit}::int)`);
}

export function listDearest(db: Queryable, listing: Listing): Promise<ListingRow[]> {
  const { store, market, categoryIds, after, limit } = listing;
  return db.rows(sql<ListingRow>`
    select r.product_id as "productId", r.lowest_minor as key
    from product_price r
    where r.store = ${store} and r.market = ${market}
      and (r.lowest_minor, r.product_id) < ((select ${Number(after?.key ?? Number.MAX_SAFE_INTEGER)}::bigint), (select ${after?.productId ?? LAST_ID}::uuid))
      and ((select ${categoryIds}::uuid[]) is null
        or r.product_id in (select product_id from product_category where category_id = any((select ${categoryIds}::uuid[])::uuid[])))
      and (select p.status = 'active' from product p where p.product_id = r.product_id)
    order by r.lowest_minor desc, r.product_id desc limit (select ${limit}::int)`);
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
