import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { catalog } from "./contract.ts";
import { keys } from "./forget.ts";
import { viewVariant, type VariantSource } from "./model/view.ts";
import { viewerOf } from "./read-products.ts";
import { productTtlSeconds } from "./settings.ts";
import { getVariantSources } from "./store.ts";

/** What selling needs to know about SKUs, through the cache; all that are missing there are one statement. */
export async function getVariants(
  input: Input<typeof catalog.getVariants>,
  ctx: Ctx,
): Promise<Output<typeof catalog.getVariants>> {
  const skus = [...new Set(input.skus)];
  const skuOf = new Map(skus.map((sku) => [keys.variant(ctx.store, sku), sku]));
  const sources = await ctx.cache.readMany<VariantSource>([...skuOf.keys()], {
    ttlMs: ctx.setting(productTtlSeconds) * 1000,
    load: async (missing) => {
      const found = await getVariantSources(
        ctx.db,
        ctx.store,
        missing.map((key) => skuOf.get(key)!),
      );
      return new Map(
        found.map((source) => [keys.variant(ctx.store, source.sku), { value: source, version: source.version }]),
      );
    },
  });
  const viewer = viewerOf(ctx);
  return { variants: sources.filter((source) => source !== undefined).map((source) => viewVariant(source, viewer)) };
}
