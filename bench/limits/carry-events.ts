import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "#platform/database";
import { json, sql } from "#platform/sql";

const PARTITIONS = 16;
const AT_ONCE = 500;
/** Who hears whom; each group keeps how far it has read. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  cart: ["orders"],
  notifications: ["orders", "payments", "shipping"],
  orders: ["orders", "payments", "shipping"],
  payments: ["payment_simulator"],
};
const TOPICS = ["orders", "inventory", "payments", "payment_simulator", "shipping"];

type Row = {
  readonly seq: number;
  readonly event_id: string;
  readonly key: string;
  readonly type: string;
  readonly envelope: string;
};

/** Makes the log's places. Safe to repeat. */
export async function prepareLog(bus: Database): Promise<void> {
  await bus.run(sql`
    insert into topic_partition (topic, partition) select topic, partition
    from unnest(${TOPICS}::text[]) as topic, generate_series(0, ${PARTITIONS - 1}::int) as partition on conflict do nothing`);
  for (const [group, topics] of Object.entries(GROUPS))
    await bus.run(sql`
      insert into group_position (group_name, topic, partition, next_offset)
      select ${group}::text, topic, partition, next_offset from topic_partition where topic = any(${topics}::text[]) on conflict do nothing`);
}

/** Carries events from every outbox into the log and lets the groups read on, in batches as the shop does, until it is stopped; then
 *  what is left is carried, too. To stop it twice does no harm. */
export function carryEvents(databases: ReadonlyMap<string, Database>): { stop(): Promise<void> } {
  const bus = databases.get("bus")!;
  let isStopping = false;
  const again = async (work: () => Promise<number>) => {
    for (;;) {
      const done = await work();
      if (done === 0 && isStopping) return;
      if (done === 0) await pause(1);
    }
  };
  const relays = TOPICS.map((topic) => again(() => relay(databases.get(topic)!, bus, topic)));
  const all = Promise.all(relays);
  const groups = Object.entries(GROUPS).map(([group, topics]) => again(() => readOn(bus, group, topics)));
  return {
    stop: async () => {
      isStopping = true;
      await all;
      await Promise.all(groups);
    },
  };
}

async function relay(from: Database, bus: Database, topic: string): Promise<number> {
  const rows = await from.rows(
    sql<Row>`select seq, event_id, key, type, envelope from outbox order by seq limit ${AT_ONCE}`,
  );
  if (rows.length === 0) return 0;
  const placed = rows.map((row) => ({ ...row, partition: Number.parseInt(row.key.slice(-2), 16) % PARTITIONS }));
  await bus.run(sql`
    with incoming as (
      select * from jsonb_to_recordset(${json(placed)}::jsonb) as message (seq bigint, event_id uuid, partition bigint, key text, type text, envelope text)
    ), locked as (
      select partition from topic_partition where topic = ${topic} and partition in (select partition from incoming) order by partition for update
    ), counted as (
      select partition, count(*) as count from incoming join locked using (partition) group by partition
    ), moved as (
      update topic_partition set next_offset = next_offset + count from counted
      where topic_partition.topic = ${topic} and topic_partition.partition = counted.partition
      returning topic_partition.partition, next_offset - count as base
    )
    insert into log_entry (topic, partition, log_offset, event_id, key, type, envelope)
    select ${topic}, partition, base + row_number() over (partition by partition order by seq) - 1, event_id, key, type, envelope
    from incoming join moved using (partition) on conflict do nothing`);
  await from.run(sql`delete from outbox where seq = any(${rows.map(({ seq }) => seq)}::bigint[])`);
  return rows.length;
}

async function readOn(bus: Database, group: string, topics: readonly string[]): Promise<number> {
  const rows = await bus.rows(sql<{ topic: string; partition: number; offset: number }>`
    select stand.topic, stand.partition, log_offset as offset, envelope
    from group_position stand
    cross join lateral (
      select log_offset, envelope from log_entry entry
      where entry.topic = stand.topic and entry.partition = stand.partition and log_offset >= stand.next_offset order by log_offset limit 100
    ) entry
    where group_name = ${group} and stand.topic = any(${topics}::text[])`);
  if (rows.length === 0) return 0;
  await bus.run(sql`
    update group_position set next_offset = done.until
    from (
      select topic, partition, max("offset") + 1 as until
      from jsonb_to_recordset(${json(rows.map(({ topic, partition, offset }) => ({ topic, partition, offset })))}::jsonb)
        as read (topic text, partition bigint, "offset" bigint) group by topic, partition
    ) as done
    where group_name = ${group} and group_position.topic = done.topic and group_position.partition = done.partition`);
  return rows.length;
}
