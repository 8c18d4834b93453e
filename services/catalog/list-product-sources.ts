import type { Input, Output } from "#kernel/contract";
import { badCursor, decodeCursor, encodeCursor } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import { refuse, type catalog } from "./contract.ts";

import { findPieceEnds, findProductIds, getProducts } from "./store.ts";

const FIRST = "00000000-0000-0000-0000-000000000000";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Asked = { readonly limit?: number; readonly cursor?: string; readonly status?: string; readonly sku?: string };

/** Products in any status with every locale and market, by id. Straight from the database: an editor sees the present. */
export async function listProductSources(input: Asked, ctx: Ctx): Promise<Output<typeof catalog.listProductSources>> {
  const { limit = 20, cursor, status, sku } = input;
  const [after] = cursor === undefined ? [FIRST] : (decodeCursor(cursor, 1) ?? []);
  if (typeof after !== "string" || !UUID.test(after)) throw badCursor();
  const ids = await findProductIds(ctx.db, ctx.store, { after, limit: limit + 1, status, sku });
  const shown = ids.slice(0, limit);
  const items = await getProducts(ctx.db, ctx.store, shown);
  return { items, nextCursor: ids.length > limit ? encodeCursor([shown.at(-1)!]) : null };
}

export function exportProducts(
  input: Input<typeof catalog.exportProducts>,
  ctx: Ctx,
): Promise<Output<typeof catalog.exportProducts>> {
  return listProductSources(input, ctx);
}

/** Where pieces of the export begin, but for the first. One walk of an index, whatever is in the pieces. */
export async function splitExport(
  { size }: Input<typeof catalog.splitExport>,
  ctx: Ctx,
): Promise<Output<typeof catalog.splitExport>> {
  const ends = await findPieceEnds(ctx.db, ctx.store, size);
  return { cursors: ends.map((productId) => encodeCursor([productId])) };
}

/** One product in any status. Refuses PRODUCT_NOT_FOUND. */
export async function getProductSource(
  input: Input<typeof catalog.getProductSource>,
  ctx: Ctx,
): Promise<Output<typeof catalog.getProductSource>> {
  const [product] = await getProducts(ctx.db, ctx.store, [input.productId]);
  if (product === undefined) throw refuse.PRODUCT_NOT_FOUND({ product: input.productId });
  return product;
}
