import type { Input, Output } from "#kernel/contract";
import { badCursor, decodeCursor, encodeCursor } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { catalog } from "./contract.ts";
import { keys } from "./forget.ts";
import { listMatching, type Ways } from "./list-matching.ts";
import { listByName, listCheapest, listDearest, listNewest, type Listing, type ListingRow } from "./listing-store.ts";
import { sortByName, sortCheapest, sortDearest, sortNewest } from "./matches-store.ts";
import { keyOfFilter, pathOfFilter, readFilter } from "./model/attribute-filter.ts";
import { viewCard } from "./model/view.ts";
import { getCategoryId, readCards, viewerOf } from "./read-products.ts";
import { listingTtlSeconds } from "./settings.ts";

type Sort = NonNullable<Input<typeof catalog.listProducts>["sort"]>;
type IdPage = { readonly ids: readonly string[]; readonly nextCursor: string | null };

/** Every order: its statements, and what its keys are. */
const orders = {
  newest: { list: listNewest, sort: sortNewest, key: "number" },
  name: { list: listByName, sort: sortByName, key: "string" },
  "price-asc": { list: listCheapest, sort: sortCheapest, key: "number" },
  "price-desc": { list: listDearest, sort: sortDearest, key: "number" },
} as const satisfies Record<Sort, Ways & { readonly key: "number" | "string" }>;

/** A page of active products. The page is kept as ids, the cards on it by themselves: a change of one product has one card
 *  read anew, not those of every list. Refuses CATEGORY_NOT_FOUND, and INVALID_INPUT for a foreign cursor. */
export async function listProducts(
  input: Input<typeof catalog.listProducts>,
  ctx: Ctx,
): Promise<Output<typeof catalog.listProducts>> {
  const page = await readPage(input, ctx);
  const cards = await readCards(ctx, page.ids);
  const viewer = viewerOf(ctx);
  const items = cards.filter((card) => card?.status === "active").map((card) => viewCard(card!, viewer));
  return { items, nextCursor: page.nextCursor };
}

function readPage(input: Input<typeof catalog.listProducts>, ctx: Ctx): Promise<IdPage> {
  const { sort = "newest", limit = 20, category, attributes = [], cursor } = input;
  const after = cursor === undefined ? null : positionOf(cursor, sort);
  // The locale matters to the order by name only; the other lists are shared by all.
  const locales = sort === "name" ? viewerOf(ctx).locales : [];
  const filter = readFilter(attributes);
  const key = [ctx.market, locales.join(","), category ?? "", sort, cursor ?? "", limit, keyOfFilter(filter)].join("|");
  return ctx.cache.read<IdPage>(keys.list(ctx.store, key), {
    ttlMs: ctx.setting(listingTtlSeconds) * 1000,
    load: async () => {
      const categoryId = category === undefined ? null : await getCategoryId(ctx, category);
      const listing: Listing = { store: ctx.store, market: ctx.market, locales, categoryId, after, limit: limit + 1 };
      const rows =
        filter.size === 0
          ? await orders[sort].list(ctx.db, listing)
          : await listMatching(ctx.db, listing, { path: pathOfFilter(filter), ways: orders[sort] });
      return { value: pageOf(rows, limit, sort) };
    },
  });
}

function pageOf(rows: readonly ListingRow[], limit: number, sort: Sort): IdPage {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const isEnd = rows.length <= limit || last === undefined;
  return {
    ids: shown.map((row) => row.productId),
    nextCursor: isEnd ? null : encodeCursor([sort, last.key, last.productId]),
  };
}

/** The end of the year 9999: what comes after it is no time to PostgreSQL as JavaScript writes it. */
const LATEST_MS = 253_402_300_799_999;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function positionOf(cursor: string, sort: Sort): { key: string | number; productId: string } {
  const [madeFor, key, productId] = decodeCursor(cursor, 3) ?? [];
  const isKey =
    typeof key === "string"
      ? !key.includes("\0") && key.isWellFormed()
      : Number.isSafeInteger(key) && (sort !== "newest" || Math.abs(key as number) <= LATEST_MS);
  const isOurs =
    madeFor === sort &&
    typeof key === orders[sort].key &&
    isKey &&
    typeof productId === "string" &&
    UUID.test(productId);
  if (!isOurs) throw badCursor();
  return { key: key!, productId };
}
