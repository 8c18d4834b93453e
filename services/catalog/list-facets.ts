import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { catalog } from "./contract.ts";
import { countValues, MOST_COUNTED, MOST_NAMES, type FacetCounts } from "./facets-store.ts";
import { keys } from "./forget.ts";
import { findMatches } from "./matches-store.ts";
import { keyOfFilter, pathOfFilter, readFilter, type AttributeFilter } from "./model/attribute-filter.ts";
import { getCategoryId } from "./read-products.ts";
import { listingTtlSeconds } from "./settings.ts";

/** What a list can be filtered by, and how many products each choice would show; kept and forgotten as lists are. Refuses
 *  CATEGORY_NOT_FOUND. */
export function listFacets(
  input: Input<typeof catalog.listFacets>,
  ctx: Ctx,
): Promise<Output<typeof catalog.listFacets>> {
  const { category, attributes = [] } = input;
  const filter = readFilter(attributes);
  // No market has a colon: no page of a list has this key.
  const key = `facets:${[ctx.market, category ?? "", keyOfFilter(filter)].join("|")}`;
  return ctx.cache.read<Output<typeof catalog.listFacets>>(keys.list(ctx.store, key), {
    ttlMs: ctx.setting(listingTtlSeconds) * 1000,
    load: async () => {
      const categoryId = category === undefined ? null : await getCategoryId(ctx, category);
      const { items, isPartial } = await count(ctx, categoryId, filter);
      return { value: { items: items.map(({ name, values }) => ({ name, values: [...values] })), isPartial } };
    },
  });
}

/** Of a list that is too long to be counted whole, the few products that match the filter are counted all the same, for the names that
 *  it does not filter by. */
async function count(ctx: Ctx, categoryId: string | null, filter: AttributeFilter): Promise<FacetCounts> {
  const list = { store: ctx.store, market: ctx.market, categoryId, filter };
  const newest = await countValues(ctx.db, { ...list, ids: null });
  if (!newest.isPartial || filter.size === 0) return newest;
  const ids = await findMatches(ctx.db, list, { path: pathOfFilter(filter), most: MOST_COUNTED });
  if (ids === undefined) return newest;
  const matching = await countValues(ctx.db, { ...list, ids });
  const items = [
    ...newest.items.filter(({ name }) => filter.has(name)),
    ...matching.items.filter(({ name }) => !filter.has(name)),
  ].toSorted((a, b) => b.products - a.products || (a.name < b.name ? -1 : 1));
  return { items: items.slice(0, MOST_NAMES), isPartial: true };
}
