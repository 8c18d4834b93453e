import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";

export type StoredEvent = {
  readonly provider: string;
  readonly eventId: string;
  readonly body: string;
  readonly tryCount: number;
};

/** Keeps a posted event as it came; false when its id was stored before. */
export async function insertProviderEvent(
  db: Queryable,
  event: { provider: string; eventId: string; body: string; now: Date },
): Promise<boolean> {
  const inserted = await db.run(sql`
    insert into provider_event (provider, event_id, body, received_at, next_try_at)
    values (${event.provider}, ${event.eventId}, ${event.body}, ${event.now}, ${event.now})
    on conflict (provider, event_id) do nothing`);
  return inserted === 1;
}

/** Events not applied yet, oldest first, put off by `leaseMs`. */
export function claimProviderEvents(
  db: Queryable,
  claim: { now: Date; leaseMs: number; limit: number },
): Promise<readonly StoredEvent[]> {
  return db.rows(sql<StoredEvent>`
    update provider_event set try_count = try_count + 1,
      next_try_at = ${claim.now}::timestamptz + make_interval(secs => ${claim.leaseMs}::double precision / 1000)
    where (provider, event_id) in (
      select provider, event_id from provider_event where next_try_at <= ${claim.now}
      order by next_try_at, event_id limit ${claim.limit} for update skip locked)
    returning provider, event_id as "eventId", body, try_count as "tryCount"`);
}

/** Says what became of a claimed event. Does nothing when the claim ran out and somebody else took it: they will say. */
export async function finishProviderEvent(
  db: Queryable,
  event: StoredEvent,
  outcome: "applied" | "ignored" | "unreadable",
): Promise<void> {
  await db.run(sql`
    update provider_event set outcome = ${outcome}, next_try_at = null
    where provider = ${event.provider} and event_id = ${event.eventId} and try_count = ${event.tryCount}`);
}
