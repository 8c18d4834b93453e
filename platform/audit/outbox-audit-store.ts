import type { Database } from "../database.ts";
import { sql } from "../sql.ts";

/** Looked at, at most: enough to tell that something is wrong, however long the outbox has grown. */
const SEEN_AT_MOST = 1_000;

export type LateEvents = {
  readonly seen: number;
  readonly count: number;
  readonly oldestSeconds: number;
  readonly types: readonly string[];
};

/** Of the oldest events in the outbox those that should have left by now, with the first of their types. */
export function findLateEvents(db: Database, lateMs: number): Promise<LateEvents> {
  return db.get(sql<LateEvents>`
    with oldest as (select seq, type, written_at from outbox order by seq limit ${SEEN_AT_MOST}),
    late as (select seq, type, written_at from oldest
      where written_at < clock_timestamp() - ${lateMs} * interval '1 millisecond')
    select (select count(*) from oldest) as seen, (select count(*) from late) as count,
      coalesce((select extract(epoch from clock_timestamp() - min(written_at)) from late), 0)::bigint as "oldestSeconds",
      array(select type from late group by type order by min(seq) limit 3) as types`);
}

export type StuckKey = { readonly topic: string; readonly key: string; readonly attempts: number };

/** Subjects whose event fails since before `since` (by the clock of the processes, which wrote it). */
export function listStuckKeys(db: Database, options: { since: Date; limit: number }): Promise<StuckKey[]> {
  return db.rows(sql<StuckKey>`
    select topic, key, attempts from parked_key
    where failing_since < ${options.since}
    order by failing_since, topic, key limit ${options.limit}`);
}

/** Events given up, by type. */
export function countDeadLetters(
  db: Database,
  limit: number,
): Promise<{ readonly type: string; readonly count: number }[]> {
  return db.rows(sql<{ type: string; count: number }>`
    select type, count(*) as count from dead_letter group by type order by type limit ${limit}`);
}
