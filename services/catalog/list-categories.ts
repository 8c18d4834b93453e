import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type catalog } from "./contract.ts";
import { viewCategory } from "./model/view.ts";
import { readTree, viewerOf } from "./read-products.ts";

/** The whole tree, parents before children. */
export async function listCategories(
  _: Input<typeof catalog.listCategories>,
  ctx: Ctx,
): Promise<Output<typeof catalog.listCategories>> {
  const { inOrder } = await readTree(ctx);
  const viewer = viewerOf(ctx);
  return { items: inOrder.map((category) => viewCategory(category, viewer)) };
}

/** One category, by path or id. Refuses CATEGORY_NOT_FOUND. */
export async function getCategory(
  input: Input<typeof catalog.getCategory>,
  ctx: Ctx,
): Promise<Output<typeof catalog.getCategory>> {
  const tree = await readTree(ctx);
  const category = tree.byPath.get(input.category) ?? tree.inOrder.find((one) => one.categoryId === input.category);
  if (category === undefined) throw refuse.CATEGORY_NOT_FOUND({ category: input.category });
  return viewCategory(category, viewerOf(ctx));
}
