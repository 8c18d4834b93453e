import type { Id } from "#kernel/id";
import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";
import { FIRST_ID, LAST_ID, type Listing, type ListingRow } from "./listing-store.ts";

/** Ids of products as PostgreSQL writes an array: they come in thousands, and are only given back. */
export type FoundIds = string;
/** A filter's products; they are listed where they are sold. */
export type Matches = Omit<Listing, "categoryId"> & { readonly ids: FoundIds };

/** Those of these products that match a filter (a jsonpath over their attributes). */
export function keepMatching(
  db: Queryable,
  ids: readonly string[],
  path: string,
): Promise<{ readonly productId: Id<"product"> }[]> {
  return db.rows(sql<{ productId: Id<"product"> }>`
    select seen.product_id as "productId" from unnest(${ids}::uuid[]) as seen (product_id)
    where (select p.attributes @@ (select ${path}::jsonpath) from product p where p.product_id = seen.product_id)`);
}

/** The active products of a category, or of all, that match a filter, by the index of the attributes; undefined when there are more
 *  than `most`, or more than twice as many in all categories together. The index is asked by itself: beside a limit and other
 *  conditions walking the whole list looks cheaper to the planner, which does not know how rare the filter is. */
export async function findMatches(
  db: Queryable,
  { store, categoryId }: Pick<Listing, "store" | "categoryId">,
  { path, most }: { readonly path: string; readonly most: number },
): Promise<FoundIds | undefined> {
  const mostLookedAt = categoryId === null ? most : 2 * most;
  const { ids } = await db.get(sql<{ ids: FoundIds | null }>`
    with found as materialized (
      select p.product_id, p.store, p.status from product p where p.attributes @@ (select ${path}::jsonpath)
    ), branch as materialized (
      select c.category_id from category c, category top
      where top.category_id = ${categoryId} and c.store = top.store and (c.path = top.path or c.path ^@ (top.path || '/'))
    )
    select case when count(*) <= ${mostLookedAt} and count(*) filter (where is_listed) <= ${most}
      then coalesce(array_agg(product_id) filter (where is_listed), '{}')::text end as ids
    from (
      select f.product_id, f.store = ${store} and f.status = 'active' and ((select ${categoryId}::uuid is null)
        or (select bool_or(c.category_id in (select b.category_id from branch b)) from product_category c where c.product_id = f.product_id)) as is_listed
      from found f limit (select ${mostLookedAt + 1}::int)) as looked`);
  return ids ?? undefined;
}

export function sortNewest(db: Queryable, { market, after, limit, ids }: Matches): Promise<ListingRow[]> {
  const before = after === null ? "infinity" : new Date(Number(after.key)).toISOString();
  return db.rows(sql<ListingRow>`
    select p.product_id as "productId", (extract(epoch from p.created_at) * 1000)::bigint as key
    from product p
    where p.product_id = any((select ${ids}::uuid[])::uuid[]) and p.status = 'active'
      and (p.created_at, p.product_id) < ((select ${before}::timestamptz), (select ${after?.productId ?? LAST_ID}::uuid))
      and (select true from product_price r where r.product_id = p.product_id and r.market = ${market})
    order by p.created_at desc, p.product_id desc limit (select ${limit}::int)`);
}

export function sortCheapest(db: Queryable, { market, after, limit, ids }: Matches): Promise<ListingRow[]> {
  return db.rows(sql<ListingRow>`
    select r.product_id as "productId", r.lowest_minor as key
    from product_price r
    where r.product_id = any((select ${ids}::uuid[])::uuid[]) and r.market = ${market}
      and (r.lowest_minor, r.product_id) > ((select ${Number(after?.key ?? -1)}::bigint), (select ${after?.productId ?? FIRST_ID}::uuid))
    order by r.lowest_minor, r.product_id limit (select ${limit}::int)`);
}

export function sortDearest(db: Queryable, { market, after, limit, ids }: Matches): Promise<ListingRow[]> {
  return db.rows(sql<ListingRow>`
    select r.product_id as "productId", r.lowest_minor as key
    from product_price r
    where r.product_id = any((select ${ids}::uuid[])::uuid[]) and r.market = ${market}
      and (r.lowest_minor, r.product_id) < ((select ${Number(after?.key ?? Number.MAX_SAFE_INTEGER)}::bigint), (select ${after?.productId ?? LAST_ID}::uuid))
    order by r.lowest_minor desc, r.product_id desc limit (select ${limit}::int)`);
}

/** By the title in the best of the viewer's locales. */
export function sortByName(db: Queryable, { market, locales, after, limit, ids }: Matches): Promise<ListingRow[]> {
  return db.rows(sql<ListingRow>`
    with seen as materialized (
      select distinct on (t.product_id) t.product_id, t.sort_title from product_text t
      where t.product_id = any((select ${ids}::uuid[])::uuid[]) and t.locale = any((select ${locales}::text[])::text[])
      order by t.product_id, array_position((select ${locales}::text[]), t.locale)
    )
    select product_id as "productId", sort_title as key
    from seen
    where (sort_title, product_id) > ((select ${String(after?.key ?? "")}), (select ${after?.productId ?? FIRST_ID}::uuid))
      and (select true from product_price r where r.product_id = seen.product_id and r.market = ${market})
    order by sort_title, product_id limit (select ${limit}::int)`);
}
