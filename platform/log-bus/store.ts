import { PARTITIONS, partitionOf, type GroupStart, type Lag, type Message } from "../bus.ts";
import type { Database, Queryable } from "../database.ts";
import { sql } from "../sql.ts";

/** A place in the log: the next offset to be read of one partition. */
export type Place = { readonly topic: string; readonly partition: number; readonly nextOffset: number };
export type GroupPlace = Place & { readonly generation: number };
/** One row of the log; `envelope` is null when its type was not asked for. */
export type LogRow = Omit<Message, "envelope"> &
  GroupPlace & { readonly offset: number; readonly envelope: string | null };

export async function createTopics(db: Database, topics: readonly string[]): Promise<void> {
  await db.run(sql`
    insert into topic_partition (topic, partition)
    select topic, partition from unnest(${topics}::text[]) topic, generate_series(0, ${PARTITIONS - 1}::bigint) partition
    order by topic, partition
    on conflict do nothing`);
}

/** Appends the messages the log does not have yet. Concurrent appends of one message: the later one breaks the unique id. */
export async function appendMessages(db: Queryable, topic: string, messages: readonly Message[]): Promise<void> {
  await db.run(sql`
    with incoming as (
      select event_id, partition, key, type, envelope, place
      from unnest(
        ${messages.map((one) => one.id)}::uuid[], ${messages.map((one) => partitionOf(one.key))}::bigint[],
        ${messages.map((one) => one.key)}::text[], ${messages.map((one) => one.type)}::text[],
        ${messages.map((one) => one.envelope)}::text[]
      ) with ordinality as message (event_id, partition, key, type, envelope, place)
    ), fresh as (
      select * from incoming where not exists (select from log_entry known where known.event_id = incoming.event_id)
    ), locked as (
      select partition from topic_partition
      where topic = ${topic} and partition in (select partition from fresh)
      order by partition for update
    ), counted as (
      select partition, count(*) as count from fresh join locked using (partition) group by partition
    ), moved as (
      update topic_partition set next_offset = next_offset + counted.count
      from counted
      where topic_partition.topic = ${topic} and topic_partition.partition = counted.partition
      returning topic_partition.partition, next_offset - counted.count as base
    )
    insert into log_entry (topic, partition, log_offset, event_id, key, type, envelope)
    select ${topic}, partition, moved.base + row_number() over (partition by partition order by place) - 1,
           event_id, key, type, envelope
    from fresh join moved using (partition)`);
}

/** Gives a group its slots and a position in every partition of the topics; what it has stays. */
export async function createPositions(
  db: Database,
  group: string,
  topics: readonly string[],
  from: GroupStart,
): Promise<void> {
  await db.run(sql`
    with slots as (
      insert into group_slot (group_name, slot)
      select ${group}, slot from generate_series(0, ${PARTITIONS - 1}::bigint) slot
      on conflict do nothing
    )
    insert into group_position (group_name, topic, partition, next_offset)
    select ${group}, topic, partition, case when ${from} = 'now' then next_offset else coalesce(oldest.log_offset, next_offset) end
    from topic_partition
    left join lateral (
      select log_offset from log_entry entry
      where entry.topic = topic_partition.topic and entry.partition = topic_partition.partition
      order by log_offset limit 1
    ) oldest on true
    where topic = any(${topics}::text[])
    on conflict do nothing`);
}

/** Says that `member` lives, keeps its slots, and takes free ones up to its fair share of all. */
export async function beat(
  db: Database,
  options: { group: string; member: string; ttlMs: number },
): Promise<{ share: number; slots: readonly number[] }> {
  const { group, member, ttlMs } = options;
  return db.get(sql<{ share: number; slots: number[] }>`
    with me as (
      insert into group_member (group_name, member, seen_at) values (${group}, ${member}, clock_timestamp())
      on conflict (group_name, member) do update set seen_at = excluded.seen_at
    ), fair as (
      select ceil(${PARTITIONS}::float8 / (1 + count(*)))::int as share from group_member
      where group_name = ${group} and member <> ${member}
        and seen_at > clock_timestamp() - ${ttlMs} * interval '1 millisecond'
    ), kept as (
      update group_slot set held_until = clock_timestamp() + ${ttlMs} * interval '1 millisecond'
      where group_name = ${group} and holder = ${member}
      returning slot
    ), free as (
      select slot from group_slot
      where group_name = ${group} and (holder is null or (holder <> ${member} and held_until < clock_timestamp()))
      order by slot
      limit greatest(0, (select share from fair) - (select count(*) from kept))
      for update skip locked
    ), taken as (
      update group_slot set holder = ${member}, held_until = clock_timestamp() + ${ttlMs} * interval '1 millisecond'
      from free where group_slot.group_name = ${group} and group_slot.slot = free.slot
      returning group_slot.slot
    )
    select share, array(select slot::int from kept union all select slot::int from taken) as slots from fair`);
}

/** Gives slots up; `isLeaving` also takes the member out of the group, so that the others' share grows at once. */
export async function releaseSlots(
  db: Database,
  options: { group: string; member: string; slots: readonly number[]; isLeaving: boolean },
): Promise<void> {
  const { group, member, slots, isLeaving } = options;
  await db.run(sql`
    with left_group as (
      delete from group_member where group_name = ${group} and member = ${member} and ${isLeaving}
    )
    update group_slot set holder = null
    where group_name = ${group} and holder = ${member} and slot = any(${slots}::bigint[])`);
}

/** The next rows of every partition that is in `slots` and not in hand (`topic/partition`). */
export async function readForGroup(
  db: Database,
  options: {
    group: string;
    topics: readonly string[];
    types: readonly string[];
    slots: readonly number[];
    inHand: readonly string[];
    limitPerPartition: number;
  },
): Promise<LogRow[]> {
  return db.rows(sql<LogRow>`
    select stand.topic, stand.partition, stand.next_offset as "nextOffset", stand.generation,
           entry.log_offset as "offset", entry.event_id as id, entry.key, entry.type,
           case when entry.type = any(${options.types}::text[]) then entry.envelope end as envelope
    from group_position stand
    cross join lateral (
      select log_offset, event_id, key, type, envelope from log_entry
      where topic = stand.topic and partition = stand.partition and log_offset >= stand.next_offset
      order by log_offset limit ${options.limitPerPartition}
    ) entry
    where stand.group_name = ${options.group} and stand.topic = any(${options.topics}::text[])
      and stand.partition = any(${options.slots}::bigint[])
      and stand.topic || '/' || stand.partition <> all(${options.inHand}::text[])
    order by stand.topic, stand.partition, entry.log_offset`);
}

/** Moves a group forward from where each batch began; a batch that does not begin at the position any more (another replica
 *  was faster, the group was set back) moves nothing. Answers how many moved. */
export async function commitPlaces(
  db: Database,
  group: string,
  done: readonly { readonly from: GroupPlace; readonly until: number }[],
): Promise<number> {
  return db.groupCommit.run(sql`
    update group_position stand set next_offset = done.until
    from unnest(
      ${done.map((one) => one.from.topic)}::text[], ${done.map((one) => one.from.partition)}::bigint[],
      ${done.map((one) => one.from.generation)}::bigint[], ${done.map((one) => one.from.nextOffset)}::bigint[],
      ${done.map((one) => one.until)}::bigint[]
    ) as done (topic, partition, generation, began, until)
    where stand.group_name = ${group} and stand.topic = done.topic and stand.partition = done.partition
      and stand.generation = done.generation and stand.next_offset = done.began`);
}

export async function rewindGroup(db: Database, group: string): Promise<void> {
  await db.run(sql`update group_position set next_offset = 0, generation = generation + 1 where group_name = ${group}`);
}

/** Where the log of each partition ends. */
export async function findEnds(db: Database, topics: readonly string[]): Promise<Place[]> {
  return db.rows(sql<Place>`
    select topic, partition, next_offset as "nextOffset" from topic_partition
    where topic = any(${topics}::text[]) order by topic, partition`);
}

export async function findLag(db: Database, group: string): Promise<Lag[]> {
  return db.rows(sql<Lag>`
    select topic, partition,
           greatest(0, log.next_offset - greatest(stand.next_offset, coalesce(oldest.log_offset, log.next_offset))) as behind
    from group_position stand
    join topic_partition log using (topic, partition)
    left join lateral (
      select log_offset from log_entry entry
      where entry.topic = log.topic and entry.partition = log.partition order by log_offset limit 1
    ) oldest on true
    where group_name = ${group}
    order by topic, partition`);
}

/** Whether the group has committed everything before `places`. */
export async function isGroupPast(db: Database, group: string, places: readonly Place[]): Promise<boolean> {
  const behind = await db.find(sql`
    select from group_position stand
    join unnest(
      ${places.map((one) => one.topic)}::text[], ${places.map((one) => one.partition)}::bigint[],
      ${places.map((one) => one.nextOffset)}::bigint[]
    ) as place (topic, partition, next_offset) using (topic, partition)
    where group_name = ${group} and stand.next_offset < place.next_offset
    limit 1`);
  return behind === undefined;
}

/** The rows that follow `places`, for a reader that keeps its own places; all types when none are named. */
export async function readFrom(
  db: Database,
  options: { places: readonly Place[]; types: readonly string[] | undefined; limitPerPartition: number },
): Promise<LogRow[]> {
  const { places } = options;
  return db.rows(sql<LogRow>`
    select place.topic, place.partition, place.next_offset as "nextOffset", 0 as generation,
           entry.log_offset as "offset", entry.event_id as id, entry.key, entry.type,
           case when entry.type = any(coalesce(${options.types ?? null}::text[], array[entry.type])) then entry.envelope end
             as envelope
    from unnest(
      ${places.map((one) => one.topic)}::text[], ${places.map((one) => one.partition)}::bigint[],
      ${places.map((one) => one.nextOffset)}::bigint[]
    ) as place (topic, partition, next_offset)
    cross join lateral (
      select log_offset, event_id, key, type, envelope from log_entry
      where topic = place.topic and partition = place.partition and log_offset >= place.next_offset
      order by log_offset limit ${options.limitPerPartition}
    ) entry
    order by place.topic, place.partition, entry.log_offset`);
}

/** Tells the other processes that these topics grew. Its transaction writes nothing, so no commit waits for a disk under
 *  the server-wide lock that NOTIFY takes. */
export async function notify(db: Database, channel: string, payload: string): Promise<void> {
  await db.run(sql`select pg_notify(${channel}, ${payload})`);
}

/** Deletes the oldest entries of one partition that are older than `days`, at most `limit`; how many it deleted. */
export async function deleteOldEntries(db: Database, place: Place, days: number, limit: number): Promise<number> {
  return db.run(sql`
    delete from log_entry
    where topic = ${place.topic} and partition = ${place.partition}
      and log_offset <= (
        select max(log_offset) from (
          select log_offset, appended_at from log_entry
          where topic = ${place.topic} and partition = ${place.partition} order by log_offset limit ${limit}
        ) oldest
        where appended_at < clock_timestamp() - ${days} * interval '1 day'
      )`);
}

export async function findTopics(db: Database): Promise<string[]> {
  const rows = await db.rows(sql<{ topic: string }>`select distinct topic from topic_partition order by topic`);
  return rows.map((row) => row.topic);
}

export async function deleteLostMembers(db: Database): Promise<void> {
  await db.run(sql`delete from group_member where seen_at < clock_timestamp() - interval '1 hour'`);
}
