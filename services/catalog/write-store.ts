import { isDeepStrictEqual } from "node:util";
import type { Tx } from "#platform/database";
import { json, sql } from "#platform/sql";
import type { Change } from "./model/decide.ts";
import { sortKey } from "./model/slug.ts";
import type { ProductSource } from "./product-schema.ts";

/** Someone else wrote first: nothing is wrong, read again and decide again. */
export class ConcurrentChange extends Error {
  override readonly name = "ConcurrentChange";
}

/** Writes products whole, some hundred at once, a fixed number of statements whatever the count. Their categories must be
 *  there. Throws ConcurrentChange when a product changed since `before` was read. */
export async function writeProducts(tx: Tx, store: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const written = await tx.run(upsertProducts(store, changes));
  if (written !== changes.length) throw new ConcurrentChange("a product changed since it was read");
  const gone = changes.flatMap(removedVariantIds);
  if (gone.length > 0) await tx.run(sql`delete from variant where variant_id = any(${gone}::uuid[])`);
  await runFor(tx, changes.flatMap(changedTexts), (rows) => upsertTexts(store, rows));
  await runFor(tx, changes.flatMap(changedVariants), (rows) => upsertVariants(store, rows));
  const prices = changes.map(priceChanges);
  await runFor(
    tx,
    prices.flatMap((one) => one.removed),
    deletePrices,
  );
  await runFor(
    tx,
    prices.flatMap((one) => one.set),
    upsertPrices,
  );
  const ranges = changes.map(rangeChanges);
  await runFor(
    tx,
    ranges.flatMap((one) => one.removed),
    deleteRanges,
  );
  await runFor(
    tx,
    ranges.flatMap((one) => one.set),
    (rows) => upsertRanges(store, rows),
  );
  await writeCategories(tx, store, changes);
  await tx.rows(sql`select list_in_categories(${changes.map(({ after }) => after.productId)}::uuid[])`);
}

async function runFor<Row>(
  tx: Tx,
  rows: readonly Row[],
  statement: (rows: readonly Row[]) => ReturnType<typeof sql>,
): Promise<void> {
  if (rows.length > 0) await tx.run(statement(rows));
}

function upsertProducts(store: string, changes: readonly Change[]) {
  const rows = changes.map(({ after }) => ({
    product_id: after.productId,
    status: after.status,
    version: after.version,
    attributes: after.attributes,
    custom_fields: after.customFields,
    options: after.options,
    images: after.images,
    created_at: after.createdAt,
    updated_at: after.updatedAt,
  }));
  return sql`
    insert into product (product_id, store, status, version, listed_version, attributes, custom_fields, options, images, created_at, updated_at)
    select r.product_id, ${store}, r.status, r.version, r.version, r.attributes, r.custom_fields, r.options, r.images, r.created_at, r.updated_at
    from jsonb_to_recordset(${json(rows)}::jsonb) as r (product_id uuid, status text, version bigint, attributes jsonb,
      custom_fields jsonb, options jsonb, images jsonb, created_at timestamptz, updated_at timestamptz)
    on conflict (product_id) do update set status = excluded.status, version = excluded.version,
      listed_version = excluded.version, attributes = excluded.attributes, custom_fields = excluded.custom_fields, options = excluded.options,
      images = excluded.images, updated_at = excluded.updated_at
    where product.version = excluded.version - 1`;
}

function removedVariantIds({ before, after }: Change): string[] {
  const kept = new Set(after.variants.map((variant) => variant.variantId));
  return (before?.variants ?? []).map((variant) => variant.variantId).filter((id) => !kept.has(id));
}

function changedTexts({ before, after }: Change) {
  return Object.entries(after.texts)
    .filter(([locale, text]) => !isDeepStrictEqual(before?.texts[locale], text))
    .map(([locale, text]) => ({ product_id: after.productId, locale, ...text, sort_title: sortKey(text.title) }));
}

function upsertTexts(store: string, rows: readonly unknown[]) {
  return sql`
    insert into product_text (product_id, locale, store, title, sort_title, description, slug)
    select r.product_id, r.locale, ${store}, r.title, r.sort_title, r.description, r.slug
    from jsonb_to_recordset(${json(rows)}::jsonb)
      as r (product_id uuid, locale text, title text, sort_title text, description text, slug text)
    on conflict (product_id, locale) do update set title = excluded.title, sort_title = excluded.sort_title,
      description = excluded.description, slug = excluded.slug`;
}

function changedVariants({ before, after }: Change) {
  const known = new Map(
    (before?.variants ?? []).map((variant, position) => [
      variant.variantId,
      variantRow(variant, position, after.productId),
    ]),
  );
  return after.variants
    .map((variant, position) => variantRow(variant, position, after.productId))
    .filter((row) => !isDeepStrictEqual(known.get(row.variant_id), row));
}

function variantRow(variant: ProductSource["variants"][number], position: number, productId: string) {
  const { variantId, sku, options, weightGrams, customFields } = variant;
  return {
    variant_id: variantId,
    product_id: productId,
    sku,
    position,
    options,
    weight_grams: weightGrams,
    custom_fields: customFields,
  };
}

function upsertVariants(store: string, rows: readonly unknown[]) {
  return sql`
    insert into variant (variant_id, product_id, store, sku, position, options, weight_grams, custom_fields)
    select r.variant_id, r.product_id, ${store}, r.sku, r.position, r.options, r.weight_grams, r.custom_fields
    from jsonb_to_recordset(${json(rows)}::jsonb) as r (variant_id uuid, product_id uuid, sku text, position bigint,
      options jsonb, weight_grams bigint, custom_fields jsonb)
    on conflict (variant_id) do update set position = excluded.position, options = excluded.options,
      weight_grams = excluded.weight_grams, custom_fields = excluded.custom_fields`;
}

function priceChanges({ before, after }: Change) {
  const old = new Map(
    (before?.variants ?? []).flatMap((variant) =>
      variant.prices.map((price) => [`${price.market} ${variant.variantId}`, { variant, price }]),
    ),
  );
  const set = [];
  for (const variant of after.variants) {
    for (const price of variant.prices) {
      const key = `${price.market} ${variant.variantId}`;
      if (!isDeepStrictEqual(old.get(key)?.price, price)) {
        set.push({
          variant_id: variant.variantId,
          market: price.market,
          currency: price.currency,
          amount_minor: price.amountMinor,
        });
      }
      old.delete(key);
    }
  }
  return {
    set,
    removed: [...old.values()].map(({ variant, price }) => ({ variant_id: variant.variantId, market: price.market })),
  };
}

function upsertPrices(rows: readonly unknown[]) {
  return sql`
    insert into price (variant_id, market, currency, amount_minor)
    select r.variant_id, r.market, r.currency, r.amount_minor
    from jsonb_to_recordset(${json(rows)}::jsonb) as r (variant_id uuid, market text, currency text, amount_minor bigint)
    on conflict (variant_id, market) do update set currency = excluded.currency, amount_minor = excluded.amount_minor`;
}

function deletePrices(rows: readonly unknown[]) {
  return sql`
    delete from price using jsonb_to_recordset(${json(rows)}::jsonb) as r (variant_id uuid, market text)
    where price.variant_id = r.variant_id and price.market = r.market`;
}

function rangeChanges({ before, after }: Change) {
  const old = lowestByMarket(before);
  const set = [];
  for (const [market, lowest] of lowestByMarket(after)) {
    if (old.get(market) !== lowest) set.push({ product_id: after.productId, market, lowest_minor: lowest });
    old.delete(market);
  }
  return { set, removed: [...old.keys()].map((market) => ({ product_id: after.productId, market })) };
}

function lowestByMarket(product: ProductSource | undefined): Map<string, number> {
  const lowest = new Map<string, number>();
  for (const price of (product?.variants ?? []).flatMap((variant) => variant.prices)) {
    lowest.set(price.market, Math.min(price.amountMinor, lowest.get(price.market) ?? price.amountMinor));
  }
  return lowest;
}

function upsertRanges(store: string, rows: readonly unknown[]) {
  return sql`
    insert into product_price (product_id, store, market, lowest_minor)
    select r.product_id, ${store}, r.market, r.lowest_minor
    from jsonb_to_recordset(${json(rows)}::jsonb) as r (product_id uuid, market text, lowest_minor bigint)
    on conflict (product_id, market) do update set lowest_minor = excluded.lowest_minor`;
}

function deleteRanges(rows: readonly unknown[]) {
  return sql`
    delete from product_price using jsonb_to_recordset(${json(rows)}::jsonb) as r (product_id uuid, market text)
    where product_price.product_id = r.product_id and product_price.market = r.market`;
}

async function writeCategories(tx: Tx, store: string, changes: readonly Change[]): Promise<void> {
  const moved = changes.filter(({ before, after }) => !isDeepStrictEqual(before?.categories ?? [], after.categories));
  const known = moved.filter(({ before }) => before !== undefined && before.categories.length > 0);
  if (known.length > 0)
    await tx.run(
      sql`delete from product_category where product_id = any(${known.map(({ after }) => after.productId)}::uuid[])`,
    );
  const rows = moved.flatMap(({ after }) =>
    after.categories.map((path, position) => ({ product_id: after.productId, path, position })),
  );
  if (rows.length === 0) return;
  const placed = await tx.run(sql`
    insert into product_category (product_id, category_id, position)
    select r.product_id, c.category_id, r.position
    from jsonb_to_recordset(${json(rows)}::jsonb) as r (product_id uuid, path text, position bigint)
    join category c on c.store = ${store} and c.path = r.path`);
  if (placed !== rows.length) throw new ConcurrentChange("a category moved since it was read");
}
