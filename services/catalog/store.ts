import type { Id } from "#kernel/id";
import type { Queryable, Tx } from "#platform/database";
import { sql } from "#platform/sql";
import type { VariantSource } from "./model/view.ts";
import type { ProductSource } from "./product-schema.ts";

type ProductRow = Omit<ProductSource, "productId" | "createdAt" | "updatedAt"> & {
  readonly productId: Id<"product">;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** The whole of up to some hundred products, by id; unknown ones are left out. The ids stand behind a `select`: PostgreSQL would count
 *  them and plan anew for a single one. */
export async function getProducts(db: Queryable, store: string, ids: readonly string[]): Promise<ProductSource[]> {
  const rows = await db.rows(sql<ProductRow>`
    select p.product_id as "productId", p.version, p.status, p.attributes, p.custom_fields as "customFields", p.options, p.images,
      p.created_at as "createdAt", p.updated_at as "updatedAt",
      (select coalesce(jsonb_object_agg(t.locale, jsonb_build_object('title', t.title, 'description', t.description, 'slug', t.slug)), '{}')
       from product_text t where t.product_id = p.product_id) as texts,
      (select coalesce(jsonb_agg(c.path order by pc.position), '[]')
       from product_category pc join category c on c.category_id = pc.category_id where pc.product_id = p.product_id) as categories,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'variantId', v.variant_id, 'sku', v.sku, 'options', v.options, 'weightGrams', v.weight_grams, 'customFields', v.custom_fields,
          'prices', (select coalesce(jsonb_agg(jsonb_build_object('market', r.market, 'currency', r.currency, 'amountMinor', r.amount_minor)
                     order by r.market collate "C"), '[]') from price r where r.variant_id = v.variant_id))
        order by v.position), '[]')
       from variant v where v.product_id = p.product_id) as variants
    from product p
    where p.store = ${store} and p.product_id = any((select ${ids}::uuid[])::uuid[])
    order by p.product_id`);
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

/** Locks products until the transaction ends, always in the order of their ids. */
export async function lockProducts(tx: Tx, store: string, ids: readonly string[]): Promise<void> {
  await tx.rows(sql`
    select product_id from product where store = ${store} and product_id = any(${ids}::uuid[]) order by product_id for update`);
}

/** The products that own any of these SKUs. */
export async function findOwnersOfSkus(
  db: Queryable,
  store: string,
  skus: readonly string[],
): Promise<Id<"product">[]> {
  const rows = await db.rows(sql<{ productId: Id<"product"> }>`
    select distinct product_id as "productId" from variant where store = ${store} and sku = any(${skus}::text[])`);
  return rows.map((row) => row.productId);
}

export type SlugOwner = { readonly locale: string; readonly slug: string; readonly productId: Id<"product"> };

/** Who owns these slugs, in any locale. */
export function findOwnersOfSlugs(db: Queryable, store: string, slugs: readonly string[]): Promise<SlugOwner[]> {
  return db.rows(sql<SlugOwner>`
    select locale, slug, product_id as "productId" from product_text where store = ${store} and slug = any(${slugs}::text[])`);
}

/** What selling needs to know about up to 1,000 SKUs, in one statement. */
export function getVariantSources(db: Queryable, store: string, skus: readonly string[]): Promise<VariantSource[]> {
  return db.rows(sql<VariantSource>`
    select v.sku, v.variant_id as "variantId", v.product_id as "productId", p.version, p.status, v.options, v.weight_grams as "weightGrams",
      p.attributes, p.images -> 0 as image, coalesce(jsonb_path_query_array(p.options, '$[*].name'), '[]') as "optionNames",
      (select jsonb_object_agg(t.locale, jsonb_build_object('title', t.title, 'slug', t.slug))
       from product_text t where t.product_id = p.product_id) as texts,
      (select coalesce(jsonb_agg(jsonb_build_object('market', r.market, 'currency', r.currency, 'amountMinor', r.amount_minor)), '[]')
       from price r where r.variant_id = v.variant_id) as prices,
      (select coalesce(jsonb_agg(c.path order by pc.position), '[]')
       from product_category pc join category c on c.category_id = pc.category_id where pc.product_id = p.product_id) as categories
    from variant v join product p on p.product_id = v.product_id
    where v.store = ${store} and v.sku = any(${skus}::text[])`);
}

export type SourcePosition = { readonly after: string; readonly limit: number };

/** Ids of products in any status, in their own order, after one of them. */
export async function findProductIds(
  db: Queryable,
  store: string,
  filter: { readonly status: string | undefined; readonly sku: string | undefined } & SourcePosition,
): Promise<Id<"product">[]> {
  const rows = await db.rows(sql<{ productId: Id<"product"> }>`
    select p.product_id as "productId" from product p
    where p.store = ${store} and p.product_id > ${filter.after}
      and (${filter.status ?? null}::text is null or p.status = ${filter.status ?? null})
      and (${filter.sku ?? null}::text is null
        or p.product_id in (select v.product_id from variant v where v.store = ${store} and v.sku = ${filter.sku ?? null}))
    order by p.product_id limit ${filter.limit}`);
  return rows.map((row) => row.productId);
}

/** The last product of each piece of `size` products in the order of their ids, of at most 10,000 pieces; what follows no more is no end. */
export async function findPieceEnds(db: Queryable, store: string, size: number): Promise<Id<"product">[]> {
  const rows = await db.rows(sql<{ productId: Id<"product"> }>`
    select product_id as "productId" from (
      select product_id, row_number() over (order by product_id) as number, lead(product_id) over (order by product_id) as next
      from product where store = ${store}
    ) numbered
    where number % ${size}::bigint = 0 and next is not null order by product_id limit 10000`);
  return rows.map((row) => row.productId);
}

/** A picture's facts without its bytes. */
export function findImage(
  db: Queryable,
  store: string,
  name: string,
): Promise<{ contentType: string; etag: string } | undefined> {
  return db.find(sql<{ contentType: string; etag: string }>`
    select content_type as "contentType", etag from image where store = ${store} and name = ${name}`);
}

export function findImageContent(
  db: Queryable,
  store: string,
  name: string,
): Promise<{ content: Uint8Array } | undefined> {
  return db.find(sql<{ content: Uint8Array }>`select content from image where store = ${store} and name = ${name}`);
}

/** Stores a picture under a name that is free; claims whether it was. */
export async function insertImage(
  db: Queryable,
  store: string,
  image: { name: string; contentType: string; etag: string; content: Uint8Array; at: Date },
): Promise<boolean> {
  const changed = await db.run(sql`
    insert into image (store, name, content_type, etag, content, created_at)
    values (${store}, ${image.name}, ${image.contentType}, ${image.etag}, ${image.content}, ${image.at})
    on conflict do nothing`);
  return changed === 1;
}

/** Notes that a day's flush is announced; claims whether this is the first time. Older days are forgotten. */
export async function insertFlush(tx: Tx, day: string): Promise<boolean> {
  await tx.run(sql`delete from cache_flush where day < ${day}::date - 7`);
  return (await tx.run(sql`insert into cache_flush (day) values (${day}::date) on conflict do nothing`)) === 1;
}
