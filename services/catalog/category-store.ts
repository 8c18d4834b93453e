import type { Queryable, Tx } from "#platform/database";
import { json, sql } from "#platform/sql";
import type { CategorySource } from "./model/view.ts";

/** A shop's category tree is read whole; more than this is refused on the way in. */
export const MAXIMUM_CATEGORIES = 5000;

export function listAllCategories(db: Queryable, store: string): Promise<CategorySource[]> {
  return db.rows(sql<CategorySource>`
    select category_id as "categoryId", path, names, position from category
    where store = ${store} order by path limit ${MAXIMUM_CATEGORIES}`);
}

/** Lets one writer at a time change a shop's tree, until the transaction ends. */
export async function lockTree(tx: Tx, store: string): Promise<void> {
  await tx.rows(sql`select pg_advisory_xact_lock(hashtextextended('category tree of ' || ${store}, 0))`);
}

export async function countCategories(db: Queryable, store: string): Promise<number> {
  const { count } = await db.get(sql<{ count: number }>`select count(*) as count from category where store = ${store}`);
  return count;
}

/** The categories at these paths that exist. */
export function findCategoriesByPaths(
  db: Queryable,
  store: string,
  paths: readonly string[],
): Promise<CategorySource[]> {
  return db.rows(sql<CategorySource>`
    select category_id as "categoryId", path, names, position from category
    where store = ${store} and path = any(${paths}::text[])`);
}

export function findCategoryById(
  db: Queryable,
  store: string,
  categoryId: string,
): Promise<CategorySource | undefined> {
  return db.find(sql<CategorySource>`
    select category_id as "categoryId", path, names, position from category
    where store = ${store} and category_id = ${categoryId}`);
}

/** Adds categories, parents first; a parent is found by its path. */
export async function insertCategories(tx: Tx, store: string, categories: readonly CategorySource[]): Promise<void> {
  const depths = new Map<number, CategorySource[]>();
  for (const category of categories) {
    const depth = category.path.split("/").length;
    depths.set(depth, [...(depths.get(depth) ?? []), category]);
  }
  for (const depth of [...depths.keys()].toSorted((a, b) => a - b)) {
    const rows = depths.get(depth)!.map(({ categoryId, path, names, position }) => ({
      category_id: categoryId,
      path,
      parent_path: parentOf(path),
      names,
      position,
    }));
    await tx.run(sql`
      insert into category (category_id, store, parent_id, path, names, position)
      select r.category_id, ${store}, p.category_id, r.path, r.names, r.position
      from jsonb_to_recordset(${json(rows)}::jsonb) as r (category_id uuid, path text, parent_path text, names jsonb, position bigint)
      left join category p on p.store = ${store} and p.path = r.parent_path`);
  }
}

/** Writes a category's own fields; when its path differs from `oldPath` the whole subtree moves along. */
export async function updateCategory(tx: Tx, store: string, category: CategorySource, oldPath: string): Promise<void> {
  const { categoryId, path, names, position } = category;
  await tx.run(sql`
    update category set names = ${json(names)}::jsonb, position = ${position}
    where category_id = ${categoryId} and store = ${store}`);
  if (path === oldPath) return;
  await tx.run(sql`
    update category set path = ${path} || substr(path, length(${oldPath}::text) + 1)
    where store = ${store} and (path = ${oldPath} or path like ${oldPath} || '/%')`);
  await tx.run(sql`
    update category set parent_id = (select category_id from category where store = ${store} and path = ${parentOf(path)})
    where category_id = ${categoryId} and store = ${store}`);
}

/** The deepest level and the longest path at or below a path. */
export function findDeepestBelow(
  db: Queryable,
  store: string,
  path: string,
): Promise<{ depth: number; length: number }> {
  return db.get(sql<{ depth: number; length: number }>`
    select coalesce(max(cardinality(string_to_array(path, '/'))), 0) as depth, coalesce(max(length(path)), 0) as length from category
    where store = ${store} and (path = ${path} or path like ${path} || '/%')`);
}

/** The path above, null at the top. */
function parentOf(path: string): string | null {
  const cut = path.lastIndexOf("/");
  return cut === -1 ? null : path.slice(0, cut);
}
