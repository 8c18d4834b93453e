import { isDeepStrictEqual } from "node:util";
import type { Input, Output } from "#kernel/contract";
import { newId } from "#kernel/id";
import { refuse as general } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import {
  countCategories,
  findCategoriesByPaths,
  findCategoryById,
  findDeepestBelow,
  insertCategories,
  lockTree,
  MAXIMUM_CATEGORIES,
  updateCategory,
} from "./category-store.ts";
import { refuse, type catalog } from "./contract.ts";
import { CategoryChanged } from "./events.ts";
import { forgetCategories } from "./forget.ts";
import { viewCategory, type CategorySource } from "./model/view.ts";
import { viewerOf } from "./read-products.ts";

const MAXIMUM_DEPTH = 5;
const MAXIMUM_PATH = 255;

/** Makes or changes a category. With `categoryId` it may get another slug or parent; what is below moves along. Names merge
 *  per locale. Safe to repeat: what is so already publishes nothing. */
export async function putCategory(
  input: Input<typeof catalog.putCategory>,
  ctx: Ctx,
): Promise<Output<typeof catalog.putCategory>> {
  const saved = await ctx.db.transaction(async (tx) => {
    await lockTree(tx, ctx.store);
    const path = await freePath(input, ctx, tx);
    const present = await findPresent(input, path, ctx, tx);
    if (present === undefined) return create(input, path, ctx, tx);
    const next = {
      ...present,
      path,
      names: { ...present.names, ...input.names },
      position: input.position ?? present.position,
    };
    if (isDeepStrictEqual(present, next)) return present;
    if (path !== present.path) await checkMove(present.path, path, ctx, tx);
    await updateCategory(tx, ctx.store, next, present.path);
    announce(ctx, tx, next, present.path);
    return next;
  });
  return viewCategory(saved, viewerOf(ctx));
}

/** The path that is asked for: its parent is there, and no other category is at it. */
async function freePath(input: Input<typeof catalog.putCategory>, ctx: Ctx, tx: Tx): Promise<string> {
  const parent = input.parent ?? null;
  const path = parent === null ? input.slug : `${parent}/${input.slug}`;
  if (path.length > MAXIMUM_PATH || path.split("/").length > MAXIMUM_DEPTH) throw tooDeep();
  const there = await findCategoriesByPaths(tx, ctx.store, parent === null ? [path] : [path, parent]);
  if (parent !== null && !there.some((one) => one.path === parent))
    throw refuse.CATEGORY_NOT_FOUND({ category: parent });
  const holder = there.find((one) => one.path === path);
  if (holder !== undefined && input.categoryId !== undefined && holder.categoryId !== input.categoryId) {
    throw refuse.CATEGORY_TAKEN({ field: "slug", path });
  }
  return path;
}

async function findPresent(
  input: Input<typeof catalog.putCategory>,
  path: string,
  ctx: Ctx,
  tx: Tx,
): Promise<CategorySource | undefined> {
  if (input.categoryId === undefined) return (await findCategoriesByPaths(tx, ctx.store, [path]))[0];
  const present = await findCategoryById(tx, ctx.store, input.categoryId);
  if (present === undefined) throw refuse.CATEGORY_NOT_FOUND({ category: input.categoryId });
  return present;
}

async function create(
  input: Input<typeof catalog.putCategory>,
  path: string,
  ctx: Ctx,
  tx: Tx,
): Promise<CategorySource> {
  if ((await countCategories(tx, ctx.store)) >= MAXIMUM_CATEGORIES) throw refuse.TOO_MANY_CATEGORIES({ field: "slug" });
  const made = { categoryId: newId("category"), path, names: input.names, position: input.position ?? 0 };
  await insertCategories(tx, ctx.store, [made]);
  announce(ctx, tx, made, null);
  return made;
}

async function checkMove(oldPath: string, path: string, ctx: Ctx, tx: Tx): Promise<void> {
  if (path.startsWith(`${oldPath}/`)) throw refuse.CATEGORY_CYCLE({ field: "parent", path: oldPath });
  const deepest = await findDeepestBelow(tx, ctx.store, oldPath);
  const depth = path.split("/").length + deepest.depth - oldPath.split("/").length;
  if (depth > MAXIMUM_DEPTH || path.length + deepest.length - oldPath.length > MAXIMUM_PATH) throw tooDeep();
}

function announce(ctx: Ctx, tx: Tx, category: CategorySource, oldPath: string | null): void {
  const { categoryId, path } = category;
  ctx.publish(tx, CategoryChanged, { categoryId, path, oldPath });
  tx.afterCommit(() => forgetCategories(ctx, { hasMoved: oldPath !== null && oldPath !== path }));
}

function tooDeep(): Error {
  return general.INVALID_INPUT({
    errors: [
      {
        field: "parent",
        message: `leads deeper than ${MAXIMUM_DEPTH} levels or to a path of over ${MAXIMUM_PATH} letters`,
      },
    ],
  });
}
