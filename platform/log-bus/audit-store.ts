import type { Database } from "../database.ts";
import { sql } from "../sql.ts";

/** A stretch of a partition: from `fromOffset` on. */
export type Stretch = { readonly topic: string; readonly partition: number; readonly fromOffset: number };

/** What is kept of a stretch, at most `limit` entries; `first` and `last` are null when nothing is. `hasOlder`: something is kept
 *  before it. */
export type Kept = Stretch & {
  readonly nextOffset: number;
  readonly count: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly hasOlder: boolean;
};

/** Every partition, from its beginning. */
export function listPartitions(db: Database): Promise<Stretch[]> {
  return db.rows(sql<Stretch>`
    select topic, partition, 0::bigint as "fromOffset" from topic_partition order by topic, partition limit 10000`);
}

/** In one statement, so that an append is seen wholly or not at all. */
export function measureStretches(db: Database, stretches: readonly Stretch[], limit: number): Promise<Kept[]> {
  return db.rows(sql<Kept>`
    select log.topic, log.partition, place.from_offset as "fromOffset", log.next_offset as "nextOffset", seen.count, seen.first, seen.last,
      exists (select from log_entry older
        where older.topic = log.topic and older.partition = log.partition and older.log_offset < place.from_offset) as "hasOlder"
    from unnest(${stretches.map((one) => one.topic)}::text[], ${stretches.map((one) => one.partition)}::bigint[],
      ${stretches.map((one) => one.fromOffset)}::bigint[]) as place (topic, partition, from_offset)
    join topic_partition log using (topic, partition)
    cross join lateral (
      select count(*) as count, min(log_offset) as first, max(log_offset) as last
      from (select log_offset from log_entry entry
        where entry.topic = log.topic and entry.partition = log.partition and log_offset >= place.from_offset
        order by log_offset limit ${limit}) entry
    ) seen
    order by log.topic, log.partition`);
}

/** Events that these stretches have twice. */
export function findRepeated(db: Database, stretches: readonly Stretch[], limit: number): Promise<Repeated[]> {
  return db.rows(sql<Repeated>`
    select event_id as "eventId", count(*) as count
    from unnest(${stretches.map((one) => one.topic)}::text[], ${stretches.map((one) => one.partition)}::bigint[],
      ${stretches.map((one) => one.fromOffset)}::bigint[]) as place (topic, partition, from_offset)
    cross join lateral (
      select event_id from log_entry entry
      where entry.topic = place.topic and entry.partition = place.partition and log_offset >= place.from_offset
      order by log_offset limit ${limit}
    ) entry
    group by event_id having count(*) > 1 order by event_id limit 100`);
}

export type Repeated = { readonly eventId: string; readonly count: number };

/** Of these events those that the log has more than once. */
export function findRepeatedOf(db: Database, eventIds: readonly string[]): Promise<Repeated[]> {
  return db.rows(sql<Repeated>`
    select event_id as "eventId", count(*) as count from log_entry where event_id = any(${eventIds}::uuid[])
    group by event_id having count(*) > 1 order by event_id limit 100`);
}

export type Standing = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  readonly endOffset: number;
};

/** Where groups stand that are not exactly at the end. */
export function listStandings(db: Database): Promise<Standing[]> {
  return db.rows(sql<Standing>`
    select group_name as "group", topic, partition, stand.next_offset as "nextOffset", log.next_offset as "endOffset"
    from group_position stand join topic_partition log using (topic, partition)
    where stand.next_offset <> log.next_offset
    order by group_name, topic, partition limit 10000`);
}
