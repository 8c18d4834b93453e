import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type catalog } from "./contract.ts";
import { viewCard, viewProduct } from "./model/view.ts";
import { findProduct, findProductIdBySlug, readCards, readTree, viewerOf } from "./read-products.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SLUG = /^[a-z0-9-]+$/;

/** One active product, by id or by slug. Refuses PRODUCT_NOT_FOUND, also for a draft or an archived one. */
export async function getProduct(
  input: Input<typeof catalog.getProduct>,
  ctx: Ctx,
): Promise<Output<typeof catalog.getProduct>> {
  const told = input.productId;
  const productId = UUID.test(told)
    ? told.toLowerCase()
    : SLUG.test(told)
      ? await findProductIdBySlug(ctx, told)
      : undefined;
  const product = productId === undefined ? undefined : await findProduct(ctx, productId);
  if (product?.status !== "active") throw refuse.PRODUCT_NOT_FOUND({ product: told });
  const tree = await readTree(ctx);
  return viewProduct(product, tree.byPath, viewerOf(ctx));
}

/** The active ones of these products, in the order asked for. */
export async function getProductsByIds(
  input: Input<typeof catalog.getProductsByIds>,
  ctx: Ctx,
): Promise<Output<typeof catalog.getProductsByIds>> {
  const cards = await readCards(ctx, [...new Set(input.productIds.map((id) => id.toLowerCase()))]);
  const viewer = viewerOf(ctx);
  return { items: cards.filter((card) => card?.status === "active").map((card) => viewCard(card!, viewer)) };
}
