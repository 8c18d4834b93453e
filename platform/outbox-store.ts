import type { Database } from "./database.ts";
import type { Message } from "./bus.ts";
import { sql, type Statement } from "./sql.ts";

const RELAY = "relay";

export type OutboxRow = Message & { readonly seq: number; readonly ageMs: number };

/** Writes the events of a transaction, in their order. */
export function outboxInsert(messages: readonly Message[]): Statement {
  return sql`
    insert into outbox (event_id, type, key, envelope)
    select event_id, type, key, envelope
    from unnest(
      ${messages.map((one) => one.id)}::uuid[], ${messages.map((one) => one.type)}::text[],
      ${messages.map((one) => one.key)}::text[], ${messages.map((one) => one.envelope)}::text[]
    ) with ordinality as message (event_id, type, key, envelope, place)
    order by place`;
}

export async function createRelayLease(db: Database): Promise<void> {
  await db.run(sql`insert into lease (name) values (${RELAY}) on conflict (name) do nothing`);
}

export async function hasOutboxRows(db: Database): Promise<boolean> {
  return (await db.get(sql<{ has: boolean }>`select exists (select from outbox) as has`)).has;
}

export type OutboxMeasure = {
  /** 10,000 at most. */
  readonly events: number;
  /** Of the oldest; 0 when there is none. */
  readonly ageSeconds: number;
};

/** What waits in the outbox. */
export function measureOutbox(db: Database): Promise<OutboxMeasure> {
  return db.get(sql<OutboxMeasure>`
    select count(*) as events,
           coalesce(extract(epoch from clock_timestamp() - min(written_at)), 0)::float8 as "ageSeconds"
    from (select written_at from outbox order by seq limit 10000) waiting`);
}

/** Takes (or keeps) the relay's lease and reads the oldest rows, in one round trip. Undefined when another replica holds
 *  it; that one is told to look again before it ends. Rows of open transactions are not seen: they are simply read later. */
export async function readAsRelay(
  db: Database,
  options: { replica: string; ttlMs: number; limit: number },
): Promise<readonly OutboxRow[] | undefined> {
  const rows = await db.groupCommit.rows(sql<{ seq: number | null } & Omit<OutboxRow, "seq">>`
    with was as (
      select name, held_until < clock_timestamp() or holder = ${options.replica} as is_free
      from lease where name = ${RELAY} for update
    ), mine as (
      update lease set
        holder = case when is_free then ${options.replica} else holder end,
        held_until = case when is_free then clock_timestamp() + ${options.ttlMs} * interval '1 millisecond' else held_until end,
        is_wanted = not is_free
      from was where lease.name = was.name
      returning is_free
    )
    select row.seq, row.event_id as id, row.type, row.key, row.envelope,
           (extract(epoch from clock_timestamp() - row.written_at) * 1000)::float8 as "ageMs"
    from mine
    left join lateral (
      select seq, event_id, type, key, envelope, written_at from outbox order by seq limit ${options.limit}
    ) row on true
    where mine.is_free
    order by row.seq`);
  if (rows.length === 0) return undefined;
  return rows.filter((row): row is OutboxRow => row.seq !== null);
}

/** Deletes rows that the bus has, and gives the lease back unless `isMore`. True when another replica wanted it meanwhile. */
export async function endAsRelay(
  db: Database,
  options: { replica: string; relayed: readonly number[]; isMore: boolean },
): Promise<boolean> {
  const was = await db.groupCommit.find(sql<{ isWanted: boolean }>`
    with gone as (
      delete from outbox where seq = any(${options.relayed}::bigint[])
    ), was as (
      select name, is_wanted from lease where name = ${RELAY} and holder = ${options.replica} for update
    )
    update lease set held_until = case when ${options.isMore} then held_until else '-infinity' end, is_wanted = false
    from was where lease.name = was.name
    returning was.is_wanted as "isWanted"`);
  return was?.isWanted ?? false;
}
