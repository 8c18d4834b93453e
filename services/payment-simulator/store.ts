import type { Queryable, Tx } from "#platform/database";
import { json, sql } from "#platform/sql";
import type { CardBehaviour } from "./contract.ts";
import type { CardOnFile, ChargeRecord, RefundRecord } from "./model/charge.ts";

type ChargeRow = {
  key: string;
  charge_id: string;
  store: string;
  market: string;
  status: ChargeRecord["status"];
  amount_minor: number | null;
  currency: string | null;
  behaviour: CardBehaviour | null;
  brand: string | null;
  last4: string | null;
  was_authorised: boolean;
  captured_minor: number;
  decline_code: string | null;
  return_url: string | null;
  due_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  refunds: RefundRecord[];
};

export async function insertToken(
  db: Queryable,
  token: CardOnFile & { token: string; expiresAt: Date },
): Promise<void> {
  await db.run(sql`
    insert into card_token (token, brand, last4, behaviour, expires_at)
    values (${token.token}, ${token.brand}, ${token.last4}, ${token.behaviour}, ${token.expiresAt})`);
}

/** The card behind a token that is live and free, or taken by this very key; no token is taken for a key with a charge. */
export function takeToken(
  tx: Queryable,
  take: { token: string; key: string; now: Date },
): Promise<CardOnFile | undefined> {
  return tx.find(sql<CardOnFile>`
    update card_token set used_by = ${take.key}
    where token = ${take.token} and (used_by is null or used_by = ${take.key}) and expires_at > ${take.now}
      and not exists (select from charge where key = ${take.key})
    returning brand, last4, behaviour`);
}

export async function deleteTokensExpiredBefore(db: Queryable, before: Date): Promise<number> {
  return db.run(sql`
    delete from card_token where token in (
      select token from card_token where expires_at < ${before} order by expires_at limit 1000)`);
}

/** False when the key is there already. */
export async function insertCharge(tx: Tx, charge: ChargeRecord): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into charge (key, charge_id, store, market, status, amount_minor, currency, behaviour, brand, last4, was_authorised,
      captured_minor, decline_code, return_url, due_at, version, created_at, updated_at)
    values (${charge.key}, ${charge.chargeId}, ${charge.store}, ${charge.market}, ${charge.status},
      ${charge.amount?.amountMinor ?? null}, ${charge.amount?.currency ?? null}, ${charge.behaviour}, ${charge.card?.brand ?? null}, ${charge.card?.last4 ?? null}, ${charge.wasAuthorised},
      ${charge.capturedMinor}, ${charge.declineCode}, ${charge.returnUrl}, ${charge.dueAt}, ${charge.version},
      ${charge.createdAt}, ${charge.updatedAt})
    on conflict (key) do nothing`);
  return inserted === 1;
}

export async function findChargeByKey(db: Queryable, key: string): Promise<ChargeRecord | undefined> {
  const row = await db.find(sql<ChargeRow>`
    select key, charge_id, store, market, status, amount_minor, currency, behaviour, brand, last4, was_authorised, captured_minor,
      decline_code, return_url, due_at, version, created_at, updated_at,
      (select coalesce(jsonb_agg(jsonb_build_object('key', refund_key, 'amountMinor', charge_refund.amount_minor,
          'status', charge_refund.status, 'failureCode', failure_code) order by charge_refund.created_at, refund_key), '[]'::jsonb)
        from charge_refund where charge_key = charge.key) as refunds
    from charge where key = ${key}`);
  return row === undefined ? undefined : toRecord(row);
}

export async function findKeyOfCharge(db: Queryable, chargeId: string): Promise<string | undefined> {
  const row = await db.find(sql<{ key: string }>`select key from charge where charge_id = ${chargeId}`);
  return row?.key;
}

/** The charge, locked until the transaction ends. */
export async function lockCharge(tx: Tx, key: string): Promise<ChargeRecord | undefined> {
  // The lock comes first: refunds are read after it, in a snapshot that sees what the last holder wrote.
  const isThere = await tx.run(sql`select 1 from charge where key = ${key} for update`);
  return isThere === 0 ? undefined : findChargeByKey(tx, key);
}

/** Keys of charges to which something happens by itself now. */
export async function findDueKeys(db: Queryable, now: Date): Promise<readonly string[]> {
  const rows = await db.rows(
    sql<{ key: string }>`select key from charge where due_at <= ${now} order by due_at, key limit 100`,
  );
  return rows.map((row) => row.key);
}

/** Writes the charge as it is now and its new refunds. The caller holds its lock. */
export async function saveCharge(tx: Tx, before: ChargeRecord, after: ChargeRecord): Promise<void> {
  const saved = await tx.run(sql`
    update charge set status = ${after.status}, was_authorised = ${after.wasAuthorised}, captured_minor = ${after.capturedMinor},
      decline_code = ${after.declineCode}, due_at = ${after.dueAt}, version = ${after.version}, updated_at = ${after.updatedAt}
    where key = ${after.key} and version = ${before.version}`);
  if (saved !== 1) throw new Error(`Charge ${after.chargeId} changed while it was locked`);
  const added = after.refunds.slice(before.refunds.length);
  if (added.length === 0) return;
  await tx.run(sql`
    insert into charge_refund (refund_key, charge_key, amount_minor, status, failure_code, created_at)
    select key, ${after.key}, "amountMinor", status, "failureCode", ${after.updatedAt}
    from jsonb_to_recordset(${json(added)}::jsonb) as added (key text, "amountMinor" bigint, status text, "failureCode" text)`);
}

function toRecord(row: ChargeRow): ChargeRecord {
  return {
    key: row.key,
    chargeId: row.charge_id,
    store: row.store,
    market: row.market,
    status: row.status,
    amount:
      row.amount_minor === null || row.currency === null
        ? null
        : { amountMinor: row.amount_minor, currency: row.currency },
    behaviour: row.behaviour,
    card: row.brand === null || row.last4 === null ? null : { brand: row.brand, last4: row.last4 },
    wasAuthorised: row.was_authorised,
    capturedMinor: row.captured_minor,
    declineCode: row.decline_code,
    returnUrl: row.return_url,
    dueAt: row.due_at,
    refunds: row.refunds,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
