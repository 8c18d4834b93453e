import DataLoader from "dataloader";
import type { Queryable } from "./database.ts";

/** A read by id that shares its statement: ids that are asked of one database in the same turn are read by one. Nothing is
 *  remembered, so every answer is as new as the question. Best written as `id = any((select ${ids}::uuid[])::uuid[])`: of an array that
 *  it sees, PostgreSQL makes a new plan each time. */
export function readTogether<Id extends string, Row>(
  read: (db: Queryable, ids: readonly Id[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => Id,
): (db: Queryable, id: Id) => Promise<Row | undefined> {
  const loaders = new WeakMap<Queryable, DataLoader<Id, Row | undefined>>();
  const open = (db: Queryable) => {
    const load = async (ids: readonly Id[]) => {
      const rows = new Map((await read(db, [...new Set(ids)])).map((row) => [idOf(row), row]));
      return ids.map((id) => rows.get(id));
    };
    const loader = new DataLoader<Id, Row | undefined>(load, { cache: false, maxBatchSize: 500 });
    loaders.set(db, loader);
    return loader;
  };
  return (db, id) => (loaders.get(db) ?? open(db)).load(id);
}
