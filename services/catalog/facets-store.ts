import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";
import type { Listing } from "./listing-store.ts";
import type { FoundIds } from "./matches-store.ts";
import { pathOfName, type AttributeFilter } from "./model/attribute-filter.ts";

export type FacetCounts = {
  /** There are more products than were counted. */
  readonly isPartial: boolean;
  /** The name that most products have first, then by the alphabet (byte by byte, as values). */
  readonly items: readonly {
    readonly name: string;
    readonly products: number;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
};

export type Counted = Pick<Listing, "store" | "market" | "categoryId"> & {
  readonly filter: AttributeFilter;
  /** Counts these products instead of the newest of the list. */
  readonly ids: FoundIds | null;
};

export const MOST_COUNTED = 10_000;
export const MOST_NAMES = 12;
const MOST_VALUES = 50;

/** How many products have each value of each attribute. A product counts where it matches the filter; where it misses the filter of one
 *  name only, it counts for that name. Reads the newest 10,000 products of the list, once, whatever the filter. Equal lists of values are counted before
 *  they are taken apart. */
export function countValues(db: Queryable, { store, market, categoryId, filter, ids }: Counted): Promise<FacetCounts> {
  const names = [...filter.keys()];
  const paths = [...filter].map(([name, values]) => pathOfName(name, values));
  return db.get(sql<FacetCounts>`
    with listed as materialized (
      (select p.attributes
       from product p
       where (select ${categoryId}::uuid is null and ${ids}::uuid[] is null) and p.store = ${store} and p.status = 'active'
         and (select true from product_price r where r.product_id = p.product_id and r.market = ${market})
       order by p.created_at desc, p.product_id desc limit (select ${MOST_COUNTED + 1}::int))
      union all
      (select (select p.attributes from product p where p.product_id = l.product_id)
       from category_listing l
       where (select ${ids}::uuid[] is null) and l.category_id = ${categoryId} and l.list = 'newest'
         and (select true from product_price r where r.product_id = l.product_id and r.market = ${market})
       order by l.key desc, l.product_id desc limit (select ${MOST_COUNTED + 1}::int))
      union all
      (select p.attributes
       from product p
       where p.product_id = any((select ${ids}::uuid[])::uuid[]) and p.status = 'active'
         and (select true from product_price r where r.product_id = p.product_id and r.market = ${market}))
    ), counted as materialized (
      select attributes, array(select f.name
        from unnest((select ${names}::text[]), (select ${paths}::jsonpath[])) as f (name, path) where (attributes @@ f.path) is not true) as missed
      from listed limit (select ${MOST_COUNTED}::int)
    ), held as materialized (
      select h.key collate "C" as name, h.value as given, count(*) as products
      from counted, jsonb_each(attributes) as h
      where (missed = '{}' or missed = array[h.key]) and h.value <> '[]'
      group by h.key collate "C", h.value
    ), names as materialized (
      select name, sum(products)::bigint as products from held group by name order by products desc, name limit (select ${MOST_NAMES}::int)
    ), counts as (
      select name, v.value collate "C" as value, sum(held.products)::bigint as count
      from held join names using (name), jsonb_array_elements_text(case when jsonb_array_length(given) = 1 then given
        else (select jsonb_agg(distinct one) from jsonb_array_elements(given) as one) end) as v (value)
      group by name, v.value collate "C"
    ), ranked as (
      select name, value, count, row_number() over (partition by name order by count desc, value) as place from counts
    ), items as (
      select name, products, json_agg(json_build_object('value', value, 'count', count) order by place) as values
      from ranked join names using (name) where place <= ${MOST_VALUES} group by name, products
    )
    select (select count(*) > ${MOST_COUNTED} from listed) as "isPartial",
      coalesce(json_agg(json_build_object('name', name, 'products', products, 'values', values) order by products desc, name), '[]') as items
    from items`);
}
