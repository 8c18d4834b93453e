import type { Id } from "#kernel/id";
import { money } from "#kernel/money";
import type { Queryable, Tx } from "#platform/database";
import { readTogether } from "#platform/read-together";
import { json, sql } from "#platform/sql";
import type { LedgerLine } from "./model/ledger.ts";
import { stateOf, type Payment, type Refund } from "./model/payment.ts";

/** What a void leaves under an id that was never authorised. */
export type Tombstone = "tombstone";

type PaymentRow = {
  payment_id: Id<"payment">;
  store: string;
  market: string;
  order_id: Id<"order"> | null;
  amount_minor: number | null;
  currency: string | null;
  provider: string;
  challenge_url: string | null;
  challenge_expires_at: Date | null;
  is_authorised: boolean;
  authorisation_expires_at: Date | null;
  card_brand: string | null;
  card_last4: string | null;
  decline_code: string | null;
  captured_minor: number | null;
  capture_refusal: string | null;
  is_voided: boolean;
  is_void_wanted: boolean;
  is_given_up: boolean;
  capture_wanted_minor: number | null;
  sent_until: Date;
  answer_by: Date;
  look_count: number;
  version: number;
  created_at: Date;
  updated_at: Date;
  traceparent: string | null;
  refunds: (Omit<Refund, "createdAt"> & { createdAt: string })[];
};

/** False when the id is known already, as a payment or as a tombstone. */
export async function insertPayment(db: Queryable, payment: Payment, nextStepAt: Date | null): Promise<boolean> {
  const inserted = await db.run(sql`
    insert into payment (payment_id, store, market, order_id, amount_minor, currency, provider, status, sent_until,
      answer_by, next_step_at, version, created_at, updated_at, traceparent)
    values (${payment.paymentId}, ${payment.store}, ${payment.market}, ${payment.orderId}, ${payment.amount.amountMinor},
      ${payment.amount.currency}, ${payment.provider}, ${stateOf(payment).status}, ${payment.sentUntil},
      ${payment.answerBy}, ${nextStepAt}, ${payment.version}, ${payment.createdAt}, ${payment.updatedAt},
      ${payment.traceparent})
    on conflict (payment_id) do nothing`);
  return inserted === 1;
}

/** False when the id is known already. */
export async function insertTombstone(
  db: Queryable,
  stone: { paymentId: Id<"payment">; store: string; market: string; provider: string; now: Date },
): Promise<boolean> {
  const inserted = await db.run(sql`
    insert into payment (payment_id, store, market, provider, status, sent_until, answer_by, created_at, updated_at)
    values (${stone.paymentId}, ${stone.store}, ${stone.market}, ${stone.provider}, 'voided', ${stone.now}, ${stone.now}, ${stone.now},
      ${stone.now})
    on conflict (payment_id) do nothing`);
  return inserted === 1;
}

const findRow = readTogether<string, PaymentRow>(findRows, (row) => row.payment_id);

export async function findPayment(db: Queryable, paymentId: string): Promise<Payment | Tombstone | undefined> {
  const row = await findRow(db, paymentId);
  if (row === undefined) return undefined;
  return row.order_id === null ? "tombstone" : toPayment(row);
}

/** The payment, locked until the transaction ends; a fault when there is none. */
export async function lockPayment(tx: Tx, paymentId: Id<"payment">): Promise<Payment> {
  // The lock comes first: everything is read after it, in a snapshot that sees what the last holder wrote.
  await tx.run(sql`select 1 from payment where payment_id = ${paymentId} for update`);
  const [found] = await findPayments(tx, [paymentId]);
  if (found === undefined) throw new Error(`Payment ${paymentId} is gone`);
  return found;
}

/** The payments with these ids, tombstones left out. */
export async function findPayments(db: Queryable, paymentIds: readonly string[]): Promise<readonly Payment[]> {
  if (paymentIds.length === 0) return [];
  const rows = await findRows(db, paymentIds);
  return rows.filter((row) => row.order_id !== null).map(toPayment);
}

/** Every payment of these orders, tombstones left out. */
export async function findPaymentsOf(db: Queryable, orderIds: readonly string[]): Promise<readonly Payment[]> {
  const found = await db.rows(sql<{ paymentId: string }>`
    select payment_id as "paymentId" from payment where order_id = any(${orderIds}::uuid[]) order by payment_id limit 1000`);
  return findPayments(
    db,
    found.map((row) => row.paymentId),
  );
}

function findRows(db: Queryable, paymentIds: readonly string[]): Promise<PaymentRow[]> {
  return db.rows(sql<PaymentRow>`
    select payment_id, store, market, order_id, amount_minor, currency, provider, challenge_url, challenge_expires_at, is_authorised,
      authorisation_expires_at, card_brand, card_last4, decline_code, captured_minor, capture_refusal, is_voided,
      is_void_wanted, is_given_up, capture_wanted_minor, sent_until, answer_by, look_count, version, created_at, updated_at, traceparent,
      case when refund_reserved_minor = 0 and captured_minor is null then '[]'::jsonb else (
        select coalesce(jsonb_agg(jsonb_build_object('refundId', refund_id, 'amountMinor', refund.amount_minor, 'reason', reason,
            'status', refund.status, 'failureCode', failure_code, 'createdAt', refund.created_at)
            order by refund.created_at, refund_id), '[]'::jsonb)
        from refund where refund.payment_id = payment.payment_id) end as refunds
    from payment where payment_id = any((select ${paymentIds}::uuid[])::uuid[])`);
}

/** Writes a payment with its refunds and ledger lines in one statement, if nobody changed it since `before` was read.
 *  False when somebody did. */
export async function savePayment(
  tx: Tx,
  change: {
    readonly before: Payment;
    readonly after: Payment;
    readonly lines: readonly LedgerLine[];
    readonly nextStepAt: Date | null;
    readonly nextRefundAt: Date;
  },
): Promise<boolean> {
  const { before, after, lines } = change;
  const { told, decided } = after;
  const refunds = after.refunds.filter((refund) => !before.refunds.includes(refund));
  const known = new Set(before.refunds.map((refund) => refund.refundId));
  const reservedMinor = after.refunds.reduce((sum, one) => sum + (one.status === "failed" ? 0 : one.amountMinor), 0);
  const saved = await tx.find(sql<{ payment_id: string }>`
    with saved as (
      update payment set status = ${stateOf(after).status}, challenge_url = ${told.challenge?.url ?? null},
        challenge_expires_at = ${told.challenge?.expiresAt ?? null}, is_authorised = ${told.authorised !== null},
        authorisation_expires_at = ${told.authorised?.expiresAt ?? null}, card_brand = ${told.card?.brand ?? null},
        card_last4 = ${told.card?.last4 ?? null}, decline_code = ${told.declineCode}, captured_minor = ${told.capturedMinor},
        capture_refusal = ${told.captureRefusal}, is_voided = ${told.isVoided}, is_void_wanted = ${decided.isVoidWanted},
        is_given_up = ${decided.isGivenUp}, capture_wanted_minor = ${decided.captureMinor},
        refund_reserved_minor = ${reservedMinor}, sent_until = ${after.sentUntil}, next_step_at = ${change.nextStepAt},
        look_count = 0, version = version + 1, updated_at = ${after.updatedAt}
      where payment_id = ${before.paymentId} and version = ${before.version}
      returning payment_id, version, currency, updated_at
    ), lines as (
      insert into ledger_entry (payment_id, posting, line, kind, account, amount_minor, balance_minor, currency, refund_id, recorded_at)
      select payment_id, version, line, kind, account, "amountMinor", "balanceMinor", currency, "refundId", updated_at
      from saved, rows from (jsonb_to_recordset(${json(lines)}::jsonb) as
        (kind text, account text, "amountMinor" bigint, "balanceMinor" bigint, "refundId" uuid)) with ordinality
        as told (kind, account, "amountMinor", "balanceMinor", "refundId", line)
    ), added as (
      insert into refund (refund_id, payment_id, amount_minor, reason, status, failure_code, next_try_at, created_at)
      select "refundId", payment_id, "amountMinor", reason, status, "failureCode",
        case when status = 'pending' then ${change.nextRefundAt}::timestamptz end, "createdAt"
      from saved, jsonb_to_recordset(${json(refunds.filter((refund) => !known.has(refund.refundId)))}::jsonb) as told
        ("refundId" uuid, "amountMinor" bigint, reason text, status text, "failureCode" text, "createdAt" timestamptz)
    ), settled as (
      update refund set status = told.status, failure_code = told."failureCode", next_try_at = null
      from saved, jsonb_to_recordset(${json(refunds.filter((refund) => known.has(refund.refundId)))}::jsonb) as told
        ("refundId" uuid, status text, "failureCode" text)
      where refund.refund_id = told."refundId" and refund.payment_id = saved.payment_id
    )
    select payment_id from saved`);
  return saved !== undefined;
}

/** Payments whose next step is due. They are put off by `leaseMs`, so that no other replica takes them meanwhile. */
export async function claimDuePayments(
  db: Queryable,
  claim: { now: Date; leaseMs: number; limit: number },
): Promise<readonly Payment[]> {
  const claimed = await db.rows(sql<{ payment_id: string }>`
    update payment set look_count = look_count + 1,
      next_step_at = ${claim.now}::timestamptz + make_interval(secs => ${claim.leaseMs}::double precision / 1000)
    where payment_id in (
      select payment_id from payment where next_step_at <= ${claim.now}
      order by next_step_at, payment_id limit ${claim.limit} for update skip locked)
    returning payment_id`);
  return findPayments(
    db,
    claimed.map((row) => row.payment_id),
  );
}

/** Sets when to try again, unless the payment changed meanwhile (then it has its own time already). */
export async function putOffNextStep(db: Queryable, payment: Payment, nextStepAt: Date | null): Promise<void> {
  await db.run(sql`
    update payment set next_step_at = ${nextStepAt} where payment_id = ${payment.paymentId} and version = ${payment.version}`);
}

export type PendingRefund = {
  readonly refundId: Id<"refund">;
  readonly paymentId: Id<"payment">;
  readonly tryCount: number;
};

/** Pending refunds that are due, put off by `leaseMs`. */
export async function claimDueRefunds(
  db: Queryable,
  claim: { now: Date; leaseMs: number; limit: number },
): Promise<readonly PendingRefund[]> {
  return db.rows(sql<PendingRefund>`
    update refund set try_count = try_count + 1,
      next_try_at = ${claim.now}::timestamptz + make_interval(secs => ${claim.leaseMs}::double precision / 1000)
    where refund_id in (
      select refund_id from refund where next_try_at <= ${claim.now}
      order by next_try_at, refund_id limit ${claim.limit} for update skip locked)
    returning refund_id as "refundId", payment_id as "paymentId", try_count as "tryCount"`);
}

export async function putOffRefund(db: Queryable, refundId: Id<"refund">, nextTryAt: Date): Promise<void> {
  await db.run(sql`update refund set next_try_at = ${nextTryAt} where refund_id = ${refundId} and status = 'pending'`);
}

export type PaymentFilter = {
  readonly store: string;
  readonly status: string | undefined;
  readonly orderId: string | undefined;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after: { readonly createdAt: string; readonly paymentId: string } | undefined;
};

/** Newest first, one more than `limit` when there are more. */
export async function listPayments(db: Queryable, filter: PaymentFilter): Promise<readonly Payment[]> {
  const { after } = filter;
  const ids = await db.rows(sql<{ payment_id: string }>`
    select payment_id from payment
    where store = ${filter.store} and order_id is not null
      and (${filter.status ?? null}::text is null or status = ${filter.status ?? null})
      and (${filter.orderId ?? null}::uuid is null or order_id = ${filter.orderId ?? null})
      and (${after?.createdAt ?? null}::timestamptz is null
        or (created_at, payment_id) < (${after?.createdAt ?? null}::timestamptz, ${after?.paymentId ?? null}::uuid))
    order by created_at desc, payment_id desc limit ${filter.limit + 1}`);
  const payments = new Map(
    (
      await findPayments(
        db,
        ids.map((row) => row.payment_id),
      )
    ).map((one) => [String(one.paymentId), one]),
  );
  return ids.flatMap((row) => payments.get(row.payment_id) ?? []);
}

function toPayment(row: PaymentRow): Payment {
  return {
    paymentId: row.payment_id,
    orderId: row.order_id!,
    store: row.store,
    market: row.market,
    provider: row.provider,
    amount: money(row.amount_minor!, row.currency!),
    told: {
      challenge:
        row.challenge_url === null || row.challenge_expires_at === null
          ? null
          : { url: row.challenge_url, expiresAt: row.challenge_expires_at },
      authorised: row.is_authorised ? { expiresAt: row.authorisation_expires_at } : null,
      card:
        row.card_brand === null || row.card_last4 === null ? null : { brand: row.card_brand, last4: row.card_last4 },
      declineCode: row.decline_code,
      capturedMinor: row.captured_minor,
      captureRefusal: row.capture_refusal,
      isVoided: row.is_voided,
    },
    decided: { isVoidWanted: row.is_void_wanted, isGivenUp: row.is_given_up, captureMinor: row.capture_wanted_minor },
    refunds: row.refunds.map((refund) => ({ ...refund, createdAt: new Date(refund.createdAt) })),
    sentUntil: row.sent_until,
    answerBy: row.answer_by,
    lookCount: row.look_count,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    traceparent: row.traceparent,
  };
}
