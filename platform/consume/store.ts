import type { Message } from "../bus.ts";
import type { Database, Queryable } from "../database.ts";
import { sql } from "../sql.ts";

/** A subject with failed events, taken by one replica for one try. */
export type ParkedKey = {
  readonly topic: string;
  readonly key: string;
  readonly attempts: number;
  /** Refuses the outcome of a try that took longer than it might. */
  readonly claim: number;
  /** Null when its first event was not tried yet. */
  readonly failingSince: Date | null;
};

export type DeadLetter = {
  readonly eventId: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly error: string;
  readonly diedAt: Date;
  /** The envelope as JSON text. */
  readonly envelope: string;
};

/** True the first time in this database. */
export async function insertHeardEvent(tx: Queryable, eventId: string): Promise<boolean> {
  return (await tx.run(sql`insert into heard_event (event_id) values (${eventId}) on conflict do nothing`)) === 1;
}

/** Forgets the oldest heard events that are older than `days`, at most `limit`; ids sort by time. How many it forgot. */
export async function deleteOldHeardEvents(db: Database, days: number, limit: number): Promise<number> {
  return db.run(sql`
    delete from heard_event
    where event_id <= (
      select event_id from (select event_id, heard_at from heard_event order by event_id limit ${limit}) oldest
      where heard_at < clock_timestamp() - ${days} * interval '1 day'
      order by event_id desc limit 1
    )`);
}

export async function deleteHeardEvents(db: Database): Promise<void> {
  await db.run(sql`delete from heard_event`);
}

/** Which of these keys have failed events waiting. */
export async function findParkedKeys(
  db: Database,
  topic: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.rows(
    sql<{ key: string }>`select key from parked_key where topic = ${topic} and key = any(${keys}::text[])`,
  );
  return new Set(rows.map((row) => row.key));
}

/** Puts messages behind what is parked of their keys already, in their order; `failures` are keys whose first message failed
 *  just now. Keys are locked, so that none can be emptied and unparked meanwhile. Safe to repeat. */
export async function park(
  tx: Queryable,
  parked: {
    readonly topic: string;
    readonly messages: readonly Message[];
    readonly failures: ReadonlyMap<
      string,
      { readonly error: string; readonly attempts: number; readonly retryAt: Date }
    >;
    readonly now: Date;
  },
): Promise<void> {
  const { topic, messages, failures, now } = parked;
  const keys = [...new Set(messages.map((message) => message.key))].toSorted();
  await tx.run(sql`
    insert into parked_key (topic, key, retry_at, attempts, error, failing_since)
    select ${topic}, key, retry_at, attempts, error, case when error is not null then ${now}::timestamptz end
    from unnest(
      ${keys}::text[], ${keys.map((key) => failures.get(key)?.retryAt ?? now)}::timestamptz[],
      ${keys.map((key) => failures.get(key)?.attempts ?? 0)}::bigint[],
      ${keys.map((key) => failures.get(key)?.error ?? null)}::text[]
    ) as parked (key, retry_at, attempts, error)
    order by key
    on conflict (topic, key) do update set topic = excluded.topic`);
  await tx.run(sql`
    insert into parked_event (event_id, topic, key, type, envelope)
    select event_id, ${topic}, key, type, envelope
    from unnest(
      ${messages.map((one) => one.id)}::uuid[], ${messages.map((one) => one.key)}::text[],
      ${messages.map((one) => one.type)}::text[], ${messages.map((one) => one.envelope)}::text[]
    ) with ordinality as message (event_id, key, type, envelope, place)
    order by place
    on conflict (event_id) do nothing`);
}

/** Takes keys whose time has come; until `until` no other replica takes them. */
export async function claimDueKeys(
  db: Database,
  options: { now: Date; until: Date; limit: number },
): Promise<ParkedKey[]> {
  return db.rows(sql<ParkedKey>`
    with due as (
      select topic, key from parked_key where retry_at <= ${options.now}
      order by retry_at limit ${options.limit} for update skip locked
    )
    update parked_key set retry_at = ${options.until}, claim = claim + 1
    from due where parked_key.topic = due.topic and parked_key.key = due.key
    returning parked_key.topic, parked_key.key, attempts, claim, failing_since as "failingSince"`);
}

export async function findNextRetry(db: Database): Promise<Date | undefined> {
  return (await db.get(sql<{ at: Date | null }>`select min(retry_at) as at from parked_key`)).at ?? undefined;
}

export async function findParkedEvents(db: Database, parked: ParkedKey, limit: number): Promise<Message[]> {
  return db.rows(sql<Message>`
    select event_id as id, key, type, envelope from parked_event
    where topic = ${parked.topic} and key = ${parked.key} order by seq limit ${limit}`);
}

/** Locks a claimed key; false when the claim is not the latest any more. */
export async function lockClaim(tx: Queryable, parked: ParkedKey): Promise<boolean> {
  const row = await tx.find(sql`
    select from parked_key
    where topic = ${parked.topic} and key = ${parked.key} and claim = ${parked.claim} for update`);
  return row !== undefined;
}

export async function deleteParkedEvents(tx: Queryable, eventIds: readonly string[]): Promise<void> {
  await tx.run(sql`delete from parked_event where event_id = any(${eventIds}::uuid[])`);
}

/** Says when the key is tried again, after its first event failed or (`attempts` 0) was passed. */
export async function updateParkedKey(
  tx: Queryable,
  parked: ParkedKey,
  next: { retryAt: Date; attempts: number; error: string | null; failingSince: Date | null },
): Promise<void> {
  await tx.run(sql`
    update parked_key set retry_at = ${next.retryAt}, attempts = ${next.attempts}, error = ${next.error},
      failing_since = ${next.failingSince}
    where topic = ${parked.topic} and key = ${parked.key}`);
}

/** Lets a key go whose events are all done; false when some still wait. The key must be locked. */
export async function deleteEmptyParkedKey(tx: Queryable, parked: ParkedKey): Promise<boolean> {
  const gone = await tx.run(sql`
    delete from parked_key
    where topic = ${parked.topic} and key = ${parked.key}
      and not exists (select from parked_event where topic = ${parked.topic} and key = ${parked.key})`);
  return gone === 1;
}

/** What waits: parked events, one of the errors that hold them up, dead letters. */
export async function findBacklog(db: Database): Promise<{
  parkedEvents: number;
  deadLetters: number;
  topic: string | null;
  key: string | null;
  error: string | null;
}> {
  return db.get(sql`
    select (select count(*) from parked_event) as "parkedEvents", (select count(*) from dead_letter) as "deadLetters",
           example.topic, example.key, example.error
    from (select) nothing
    left join lateral (
      select topic, key, error from parked_key order by failing_since, topic, key limit 1
    ) example on true`);
}

/** Moves a parked event to the dead letters. */
export async function buryEvent(tx: Queryable, eventId: string, died: { error: string; at: Date }): Promise<void> {
  await tx.run(sql`
    with gone as (delete from parked_event where event_id = ${eventId} returning event_id, topic, key, type, envelope)
    insert into dead_letter (event_id, topic, key, type, envelope, error, died_at)
    select event_id, topic, key, type, envelope, ${died.error}, ${died.at} from gone
    on conflict (event_id) do update set error = excluded.error, died_at = excluded.died_at`);
}

/** Oldest first, after the letter `after` (an event id) when told. */
export async function findDeadLetters(db: Database, options: { limit: number; after?: string }): Promise<DeadLetter[]> {
  return db.rows(sql<DeadLetter>`
    select event_id as "eventId", topic, key, type, error, died_at as "diedAt", envelope from dead_letter
    where event_id > ${options.after ?? "00000000-0000-0000-0000-000000000000"}::uuid
    order by event_id limit ${options.limit}`);
}

export async function deleteDeadLetter(tx: Queryable, eventId: string): Promise<DeadLetter | undefined> {
  return tx.find(sql<DeadLetter>`
    delete from dead_letter where event_id = ${eventId}
    returning event_id as "eventId", topic, key, type, error, died_at as "diedAt", envelope`);
}

export async function findBootstrappedTopics(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.rows(sql<{ topic: string }>`select topic from bootstrapped_topic`);
  return new Set(rows.map((row) => row.topic));
}

export async function insertBootstrappedTopic(db: Database, topic: string, now: Date): Promise<void> {
  await db.run(sql`
    insert into bootstrapped_topic (topic, finished_at) values (${topic}, ${now}) on conflict do nothing`);
}
