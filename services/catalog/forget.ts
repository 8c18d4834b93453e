import type { Event } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import type {
  CacheFlushed,
  CategoryChanged,
  PricesChanged,
  ProductArchived,
  ProductCreated,
  ProductUpdated,
} from "./events.ts";

/** Keys of the cache. What stands before the first colon is a family that can be forgotten at once. */
export const keys = {
  product: (store: string, productId: string) => `product:${store}:${productId}`,
  card: (store: string, productId: string) => `card:${store}:${productId}`,
  variant: (store: string, sku: string) => `variant:${store}:${sku}`,
  slug: (store: string, slug: string) => `slug:${store}:${slug}`,
  list: (store: string, rest: string) => `list:${store}:${rest}`,
  tree: (store: string) => `tree:${store}:`,
} as const;

type Place = Pick<Ctx, "store" | "cache">;

type ProductFacts = {
  readonly productId: string;
  readonly version: number;
  readonly skus: readonly string[];
  readonly slugs: Readonly<Record<string, string>>;
  readonly removedSkus?: readonly string[];
  readonly removedSlugs?: readonly string[];
};

/** Forgets what a change of a product makes old: itself, its card, its variants, its addresses, every list. What a SKU or an address
 *  that the product lost was known for is forgotten whatever its version: another product may have it now. */
export function forgetProduct({ store, cache }: Place, facts: ProductFacts): void {
  cache.invalidate(keys.product(store, facts.productId), facts.version);
  cache.invalidate(keys.card(store, facts.productId), facts.version);
  for (const sku of facts.skus) cache.invalidate(keys.variant(store, sku), facts.version);
  for (const sku of facts.removedSkus ?? []) cache.invalidate(keys.variant(store, sku));
  for (const slug of [...Object.values(facts.slugs), ...(facts.removedSlugs ?? [])])
    cache.invalidate(keys.slug(store, slug));
  cache.invalidateAll(keys.list(store, ""));
}

/** Forgets the tree and the lists; when a category moved, also every product, for they carry its path. */
export function forgetCategories({ store, cache }: Place, told: { readonly hasMoved: boolean }): void {
  cache.invalidateAll(keys.tree(store));
  cache.invalidateAll(keys.list(store, ""));
  if (!told.hasMoved) return;
  cache.invalidateAll(keys.product(store, ""));
  cache.invalidateAll(keys.variant(store, ""));
}

type ProductEvent =
  | Event<typeof ProductCreated>
  | Event<typeof ProductUpdated>
  | Event<typeof ProductArchived>
  | Event<typeof PricesChanged>;

export async function onProductChanged(event: ProductEvent, ctx: Ctx): Promise<void> {
  forgetProduct(ctx, event.data);
}

export async function onCategoryChanged(event: Event<typeof CategoryChanged>, ctx: Ctx): Promise<void> {
  const { oldPath, path } = event.data;
  forgetCategories(ctx, { hasMoved: oldPath !== null && oldPath !== path });
}

export async function onCacheFlushed(_event: Event<typeof CacheFlushed>, ctx: Ctx): Promise<void> {
  ctx.cache.invalidateAll("");
}
