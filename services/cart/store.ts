import type { Queryable, Tx } from "#platform/database";
import { json, sql } from "#platform/sql";
import { countOf, type Change, type Limits, type Lines } from "./model/lines.ts";

/** Whose cart: one per store and shopper. */
export type Owner = { readonly store: string; readonly kind: "guest" | "customer"; readonly id: string };
export type Summary = {
  readonly cartId: string;
  readonly version: number;
  readonly lineCount: number;
  readonly itemCount: number;
};
export type StoredCart = Summary & {
  readonly lines: Lines;
  readonly expiresAt: Date;
  readonly mergedInto: string | null;
};
/** Facts of every write: who sells, when, until when it is kept. */
export type Stamp = { readonly market: string; readonly now: Date; readonly expiresAt: Date };
export type Guard = { readonly limits: Limits; readonly expectedVersion?: number | undefined };

/** The cart as it is; undefined when there is none or it expired. */
export function findCart(db: Queryable, owner: Owner, now: Date): Promise<StoredCart | undefined> {
  return db.find(sql<StoredCart>`
    select cart_id as "cartId", version, line_count as "lineCount", item_count as "itemCount", lines,
      expires_at as "expiresAt", merged_into as "mergedInto"
    from cart
    where store = ${owner.store} and owner_kind = ${owner.kind} and owner_id = ${owner.id} and expires_at > ${now}`);
}

/** Adds to, or sets, the pieces of one SKU, making the cart when there is none. Undefined when something is in the way: a
 *  limit, another version than expected, or an expired cart that nobody swept away yet. */
export function putLine(
  db: Queryable,
  owner: Owner,
  change: Change & { readonly newCartId: string },
  stamp: Stamp,
  guard: Guard,
): Promise<Summary | undefined> {
  const { sku, quantity, isAdding } = change;
  const expected = guard.expectedVersion ?? null;
  return db.find(sql<Summary>`
    insert into cart as c
      (store, owner_kind, owner_id, cart_id, market, lines, line_count, item_count, changed_at, expires_at, changed_hour)
    select ${owner.store}::text, ${owner.kind}::text, ${owner.id}::text, ${change.newCartId}::uuid, ${stamp.market}::text,
      jsonb_build_object(${sku}::text, jsonb_build_array(${quantity}::bigint, 1)), 1, ${quantity}::bigint,
      ${stamp.now}::timestamptz, ${stamp.expiresAt}::timestamptz, date_trunc('hour', ${stamp.now}::timestamptz, 'UTC')
    where coalesce(${expected}::bigint, 0) = 0
      or exists (select from cart where store = ${owner.store} and owner_kind = ${owner.kind} and owner_id = ${owner.id})
    on conflict (store, owner_kind, owner_id) do update set
      lines = c.lines || jsonb_build_object(${sku}::text, jsonb_build_array(
        ${quantity}::bigint + case when ${isAdding}::boolean then coalesce((c.lines -> ${sku}::text ->> 0)::bigint, 0) else 0 end,
        coalesce((c.lines -> ${sku}::text ->> 1)::bigint, c.version + 1))),
      line_count = c.line_count + case when c.lines ? ${sku}::text then 0 else 1 end,
      item_count = c.item_count + ${quantity}::bigint
        - case when ${isAdding}::boolean then 0 else coalesce((c.lines -> ${sku}::text ->> 0)::bigint, 0) end,
      version = c.version + 1, market = excluded.market, changed_at = excluded.changed_at, expires_at = excluded.expires_at,
      changed_hour = excluded.changed_hour, idle_seen_at = null, merged_into = null
    where c.expires_at > ${stamp.now}::timestamptz
      and (${expected}::bigint is null or c.version = ${expected}::bigint)
      and (c.lines ? ${sku}::text or c.line_count < ${guard.limits.lines}::bigint)
      and ${quantity}::bigint + case when ${isAdding}::boolean then coalesce((c.lines -> ${sku}::text ->> 0)::bigint, 0) else 0 end
        <= ${guard.limits.quantity}::bigint
    returning cart_id as "cartId", version, line_count as "lineCount", item_count as "itemCount"`);
}

/** Takes a SKU out; undefined when it is not in (or the version is another). */
export function deleteLine(
  db: Queryable,
  owner: Owner,
  sku: string,
  stamp: Stamp,
  expectedVersion: number | undefined,
): Promise<Summary | undefined> {
  const expected = expectedVersion ?? null;
  return db.find(sql<Summary>`
    update cart set lines = lines - ${sku}::text, line_count = line_count - 1,
      item_count = item_count - (lines -> ${sku}::text ->> 0)::bigint, version = version + 1, market = ${stamp.market},
      changed_at = ${stamp.now}::timestamptz, expires_at = ${stamp.expiresAt}, idle_seen_at = null,
      changed_hour = date_trunc('hour', ${stamp.now}::timestamptz, 'UTC')
    where store = ${owner.store} and owner_kind = ${owner.kind} and owner_id = ${owner.id}
      and lines ? ${sku}::text and expires_at > ${stamp.now}::timestamptz
      and (${expected}::bigint is null or version = ${expected}::bigint)
    returning cart_id as "cartId", version, line_count as "lineCount", item_count as "itemCount"`);
}

/** Takes everything out; undefined when there is nothing in (or the version is another). */
export function deleteLines(
  db: Queryable,
  owner: Owner,
  stamp: Stamp,
  expectedVersion: number | undefined,
): Promise<Summary | undefined> {
  const expected = expectedVersion ?? null;
  return db.find(sql<Summary>`
    update cart set lines = '{}', line_count = 0, item_count = 0, version = version + 1, market = ${stamp.market},
      changed_at = ${stamp.now}::timestamptz, expires_at = ${stamp.expiresAt}, idle_seen_at = null,
      changed_hour = date_trunc('hour', ${stamp.now}::timestamptz, 'UTC')
    where store = ${owner.store} and owner_kind = ${owner.kind} and owner_id = ${owner.id}
      and line_count > 0 and expires_at > ${stamp.now}::timestamptz
      and (${expected}::bigint is null or version = ${expected}::bigint)
    returning cart_id as "cartId", version, line_count as "lineCount", item_count as "itemCount"`);
}

/** Deletes this owner's cart if it expired; the next write makes a new one. */
export async function deleteExpiredCart(db: Queryable, owner: Owner, now: Date): Promise<void> {
  await db.run(sql`
    delete from cart
    where store = ${owner.store} and owner_kind = ${owner.kind} and owner_id = ${owner.id} and expires_at <= ${now}`);
}

/** Makes an empty cart unless there is one that has not expired. */
export async function ensureCart(tx: Tx, owner: Owner, newCartId: string, stamp: Stamp): Promise<void> {
  await deleteExpiredCart(tx, owner, stamp.now);
  await tx.run(sql`
    insert into cart (store, owner_kind, owner_id, cart_id, market, changed_at, expires_at, changed_hour)
    values (${owner.store}, ${owner.kind}, ${owner.id}, ${newCartId}, ${stamp.market}, ${stamp.now}::timestamptz,
      ${stamp.expiresAt}, date_trunc('hour', ${stamp.now}::timestamptz, 'UTC'))
    on conflict (store, owner_kind, owner_id) do nothing`);
}

/** As `findCart`, locked until the transaction ends. Lock a guest's before a customer's. */
export function lockCart(tx: Tx, owner: Owner, now: Date): Promise<StoredCart | undefined> {
  return tx.find(sql<StoredCart>`
    select cart_id as "cartId", version, line_count as "lineCount", item_count as "itemCount", lines,
      expires_at as "expiresAt", merged_into as "mergedInto"
    from cart
    where store = ${owner.store} and owner_kind = ${owner.kind} and owner_id = ${owner.id} and expires_at > ${now}
    for update`);
}

/** Replaces the lines of a locked cart; the time to live begins anew. */
export function replaceLines(
  tx: Tx,
  owner: Owner,
  lines: Lines,
  stamp: Stamp,
  told: { readonly mergedInto?: string } = {},
): Promise<Summary> {
  const { lineCount, itemCount } = countOf(lines);
  return tx.get(sql<Summary>`
    update cart set lines = ${json(lines)}::jsonb, line_count = ${lineCount}, item_count = ${itemCount},
      version = version + 1, market = ${stamp.market}, changed_at = ${stamp.now}::timestamptz, expires_at = ${stamp.expiresAt},
      idle_seen_at = null, changed_hour = date_trunc('hour', ${stamp.now}::timestamptz, 'UTC'),
      merged_into = coalesce(${told.mergedInto ?? null}::text, merged_into)
    where store = ${owner.store} and owner_kind = ${owner.kind} and owner_id = ${owner.id}
    returning cart_id as "cartId", version, line_count as "lineCount", item_count as "itemCount"`);
}

/** Deletes up to `limit` carts that expired; answers how many. `changedBefore` only spares reading those that cannot have
 *  expired. Carts being written to are left to the next turn. */
export function deleteExpiredCarts(
  db: Queryable,
  told: { now: Date; changedBefore: Date; limit: number },
): Promise<number> {
  return db.run(sql`
    delete from cart where (store, owner_kind, owner_id) in (
      select store, owner_kind, owner_id from cart
      where changed_hour <= ${told.changedBefore} and expires_at <= ${told.now}
      order by changed_hour limit ${told.limit} for update skip locked)`);
}

export type IdleCart = {
  readonly store: string;
  readonly kind: "guest" | "customer";
  readonly id: string;
  readonly cartId: string;
  readonly market: string;
  readonly lines: Lines;
  readonly lineCount: number;
  readonly changedAt: Date;
};

/** Marks up to `limit` carts, empty ones too, that nobody changed since `before`, and answers them. */
export function markIdleCarts(tx: Tx, told: { now: Date; before: Date; limit: number }): Promise<IdleCart[]> {
  return tx.rows(sql<IdleCart>`
    update cart set idle_seen_at = ${told.now}
    where (store, owner_kind, owner_id) in (
      select store, owner_kind, owner_id from cart
      where idle_seen_at is null and changed_hour <= ${told.before}::timestamptz and changed_at <= ${told.before}
        and expires_at > ${told.now}
      order by changed_hour limit ${told.limit} for update skip locked)
    returning store, owner_kind as kind, owner_id as id, cart_id as "cartId", market, lines, line_count as "lineCount",
      changed_at as "changedAt"`);
}
