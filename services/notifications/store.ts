import type { Id } from "#kernel/id";
import type { Queryable, Tx } from "#platform/database";
import { sql } from "#platform/sql";

export type MessageKind =
  | "order_confirmed"
  | "order_failed"
  | "order_cancelled"
  | "order_dispatched"
  | "payment_refunded";

export type MessageRow = {
  readonly id: Id<"message">;
  readonly order_id: Id<"order">;
  readonly kind: MessageKind;
  readonly recipient: string;
  readonly subject: string;
  readonly html: string;
  readonly plain: string;
  readonly state: "queued" | "sent" | "captured" | "failed";
  readonly attempts: number;
  readonly created_at: Date;
};

/** What a list shows of a message. */
export type MessageSummaryRow = Omit<MessageRow, "html" | "plain">;

export type NewMessage = Omit<MessageRow, "state" | "attempts"> & { readonly eventId: string };

/** Queues a message; a second one for the same event changes nothing. */
export function queueMessage(tx: Tx, message: NewMessage): Promise<number> {
  return tx.run(sql`
    insert into message (id, event_id, order_id, kind, recipient, subject, html, plain, state, next_attempt_at, created_at)
    values (${message.id}, ${message.eventId}, ${message.order_id}, ${message.kind}, ${message.recipient}, ${message.subject},
      ${message.html}, ${message.plain}, 'queued', ${message.created_at}, ${message.created_at})
    on conflict (event_id) do nothing`);
}

export function findMessage(db: Queryable, id: string): Promise<MessageRow | undefined> {
  return db.find(sql<MessageRow>`
    select id, order_id, kind, recipient, subject, html, plain, state, attempts, created_at from message where id = ${id}`);
}

/** Newest first, before `before` when told. */
export function listMessageRows(
  db: Queryable,
  { orderId, before, limit }: { orderId: string | undefined; before: string | undefined; limit: number },
): Promise<MessageSummaryRow[]> {
  const end = before ?? "ffffffff-ffff-ffff-ffff-ffffffffffff";
  if (orderId !== undefined)
    return db.rows(sql<MessageSummaryRow>`
      select id, order_id, kind, recipient, subject, state, attempts, created_at from message
      where order_id = ${orderId} and id < ${end} order by id desc limit ${limit}`);
  return db.rows(sql<MessageSummaryRow>`
    select id, order_id, kind, recipient, subject, state, attempts, created_at from message
    where id < ${end} order by id desc limit ${limit}`);
}

/** Takes queued messages that are due. They are due again at `until`, should we never tell what became of them. */
export function claimMessagesToSend(
  db: Queryable,
  { now, until, limit }: { readonly now: Date; readonly until: Date; readonly limit: number },
): Promise<MessageRow[]> {
  return db.rows(sql<MessageRow>`
    update message set next_attempt_at = ${until}
    where id in (
      select id from message where state = 'queued' and next_attempt_at <= ${now}
      order by next_attempt_at, id limit ${limit} for update skip locked)
    returning id, order_id, kind, recipient, subject, html, plain, state, attempts, created_at`);
}

export function noteDelivered(db: Queryable, id: string, state: "sent" | "captured", now: Date): Promise<number> {
  return db.run(sql`
    update message set state = ${state}, attempts = attempts + 1, sent_at = ${now}, last_error = null where id = ${id} and state = 'queued'`);
}

/** Plans the next try, or gives up. Does nothing when our claim (until `claimedUntil`) ran out and somebody else sends it now. */
export function noteFailedDelivery(
  db: Queryable,
  id: string,
  failed: { reason: string; claimedUntil: Date; nextAttemptAt: Date | undefined },
): Promise<number> {
  return db.run(sql`
    update message set attempts = attempts + 1, last_error = ${failed.reason},
      state = case when ${failed.nextAttemptAt ?? null}::timestamptz is null then 'failed' else 'queued' end,
      next_attempt_at = coalesce(${failed.nextAttemptAt ?? null}::timestamptz, next_attempt_at)
    where id = ${id} and state = 'queued' and next_attempt_at = ${failed.claimedUntil}`);
}

export function requeueMessage(db: Queryable, id: string, now: Date): Promise<MessageSummaryRow | undefined> {
  return db.find(sql<MessageSummaryRow>`
    update message set state = 'queued', attempts = 0, next_attempt_at = ${now} where id = ${id}
    returning id, order_id, kind, recipient, subject, state, attempts, created_at`);
}
