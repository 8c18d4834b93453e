import { newId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import {
  countCategories,
  findCategoriesByPaths,
  insertCategories,
  lockTree,
  MAXIMUM_CATEGORIES,
} from "./category-store.ts";
import { refuse } from "./contract.ts";
import { CategoryChanged } from "./events.ts";
import { forgetCategories } from "./forget.ts";
import { nameOfSlug } from "./model/slug.ts";
import { defaultLocale } from "./settings.ts";

/** Makes the categories at these paths, and those above them, where they are not there yet; named after their slugs.
 *  Refuses TOO_MANY_CATEGORIES. */
export async function ensureCategories(ctx: Ctx, tx: Tx, paths: readonly string[]): Promise<void> {
  const wanted = [...new Set(paths.flatMap(withAncestors))];
  if ((await findMissing(ctx, tx, wanted)).length === 0) return;
  await lockTree(tx, ctx.store);
  const missing = await findMissing(ctx, tx, wanted);
  if (missing.length === 0) return;
  const total = (await countCategories(tx, ctx.store)) + missing.length;
  if (total > MAXIMUM_CATEGORIES) throw refuse.TOO_MANY_CATEGORIES({ field: "categories" });
  const locale = ctx.setting(defaultLocale);
  const made = missing.map((path) => ({
    categoryId: newId("category"),
    path,
    names: { [locale]: nameOfSlug(lastOf(path)) },
    position: 0,
  }));
  await insertCategories(tx, ctx.store, made);
  for (const { categoryId, path } of made) ctx.publish(tx, CategoryChanged, { categoryId, path, oldPath: null });
  tx.afterCommit(() => forgetCategories(ctx, { hasMoved: false }));
}

async function findMissing(ctx: Ctx, tx: Tx, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const known = new Set((await findCategoriesByPaths(tx, ctx.store, paths)).map((category) => category.path));
  return paths.filter((path) => !known.has(path));
}

function withAncestors(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
