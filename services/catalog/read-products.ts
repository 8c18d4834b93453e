import type { Ctx } from "#platform/ctx";
import { listAllCategories } from "./category-store.ts";
import { refuse } from "./contract.ts";
import { keys } from "./forget.ts";
import { getCards } from "./listing-store.ts";
import { localeChain } from "./model/locale.ts";
import { inTreeOrder, type CardSource, type CategorySource, type Viewer } from "./model/view.ts";
import type { ProductSource } from "./product-schema.ts";
import { defaultLocale, listingTtlSeconds, productTtlSeconds } from "./settings.ts";
import { findOwnersOfSlugs, getProducts, type SlugOwner } from "./store.ts";

/** The whole of a product, through the cache; undefined where there is none. */
export function findProduct(ctx: Ctx, productId: string): Promise<ProductSource | undefined> {
  return ctx.cache.read<ProductSource | undefined>(keys.product(ctx.store, productId), {
    ttlMs: ctx.setting(productTtlSeconds) * 1000,
    load: async () => {
      const [product] = await getProducts(ctx.db, ctx.store, [productId]);
      return product === undefined ? { value: product } : { value: product, version: product.version };
    },
  });
}

/** What lists show of products, in the order asked for, through the cache; undefined where there is none. The missing ones are one
 *  statement. */
export function readCards(ctx: Ctx, ids: readonly string[]): Promise<(CardSource | undefined)[]> {
  const idOf = new Map(ids.map((id) => [keys.card(ctx.store, id), id]));
  return ctx.cache.readMany<CardSource>([...idOf.keys()], {
    ttlMs: ctx.setting(productTtlSeconds) * 1000,
    load: async (missing) => {
      const asked = missing.map((key) => idOf.get(key)!);
      const cards = await getCards(ctx.db, ctx.store, asked);
      return new Map(
        cards.map((card) => [keys.card(ctx.store, card.productId), { value: card, version: card.version }]),
      );
    },
  });
}

/** The product that an address leads to: the viewer's locales first, then any. */
export async function findProductIdBySlug(ctx: Ctx, slug: string): Promise<string | undefined> {
  const owners = await ctx.cache.read<readonly SlugOwner[]>(keys.slug(ctx.store, slug), {
    ttlMs: ctx.setting(productTtlSeconds) * 1000,
    load: async () => ({ value: await findOwnersOfSlugs(ctx.db, ctx.store, [slug]) }),
  });
  for (const locale of viewerOf(ctx).locales) {
    const owner = owners.find((one) => one.locale === locale);
    if (owner !== undefined) return owner.productId;
  }
  return owners[0]?.productId;
}

export type Tree = {
  readonly inOrder: readonly CategorySource[];
  readonly byPath: ReadonlyMap<string, CategorySource>;
};

/** The shop's whole category tree, through the cache. */
export function readTree(ctx: Ctx): Promise<Tree> {
  return ctx.cache.read<Tree>(keys.tree(ctx.store), {
    ttlMs: ctx.setting(listingTtlSeconds) * 1000,
    load: async () => {
      const inOrder = inTreeOrder(await listAllCategories(ctx.db, ctx.store));
      return { value: { inOrder, byPath: new Map(inOrder.map((category) => [category.path, category])) } };
    },
  });
}

/** The id of the category at a path. Refuses CATEGORY_NOT_FOUND. */
export async function getCategoryId(ctx: Ctx, category: string): Promise<string> {
  const found = (await readTree(ctx)).byPath.get(category);
  if (found === undefined) throw refuse.CATEGORY_NOT_FOUND({ category });
  return found.categoryId;
}

export function viewerOf(ctx: Ctx): Viewer {
  return { market: ctx.market, locales: localeChain(ctx.locale, ctx.setting(defaultLocale)) };
}
