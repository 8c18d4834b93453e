import type { Id } from "#kernel/id";
import type { Queryable, Tx } from "#platform/database";
import { json, sql } from "#platform/sql";
import type { Allocation } from "./model/stock.ts";

export type ReservationState = "held" | "pinned" | "released" | "expired" | "dispatched";

/** `orderId` and `expiresAt` are null on a tombstone: a reservation released before it was made. */
export type Reservation = {
  readonly id: string;
  readonly store: string;
  readonly market: string;
  readonly orderId: string | null;
  readonly state: ReservationState;
  /** What was promised. */
  readonly allocations: readonly Allocation[];
  /** What of it is still allocated. */
  readonly open: readonly Allocation[];
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
};

export type Glance = {
  readonly reservations: readonly Reservation[];
  /** What is available of each SKU; unknown ones are absent. */
  readonly available: readonly { readonly sku: string; readonly available: number }[];
};

/** What is known of these reservations and SKUs at one moment, without locking anything. One statement, so that a
 *  reservation whose hold is seen is seen as well. */
export async function glanceAt(db: Queryable, ids: readonly string[], skus: readonly string[]): Promise<Glance> {
  const found = await db.get(sql<
    { reservations: (Reservation & { expiresAt: string | null })[] } & Pick<Glance, "available">
  >`
    select
      (select coalesce(jsonb_agg(jsonb_build_object('sku', sku, 'available', available)), '[]')
        from item where sku = any(${skus}::text[])) as available,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'store', store, 'market', market, 'orderId', order_id,
          'state', state, 'allocations', allocations, 'open', open, 'expiresAt', expires_at, 'createdAt', created_at)), '[]')
        from reservation where id = any(${ids}::uuid[])) as reservations`);
  const reservations = found.reservations.map((row) => ({
    ...row,
    expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt),
    createdAt: new Date(row.createdAt),
  }));
  return { reservations, available: found.available };
}

export function findReservations(db: Queryable, ids: readonly string[]): Promise<Reservation[]> {
  return db.rows(sql<Reservation>`
    select id, store, market, order_id as "orderId", state, allocations, open, expires_at as "expiresAt",
      created_at as "createdAt"
    from reservation where id = any(${ids}::uuid[])`);
}

export type Standing = {
  readonly reservationId: Id<"reservation">;
  readonly state: ReservationState;
  readonly heldQuantity: number;
  readonly updatedAt: Date;
};

/** Where these reservations stand, and how many pieces each still holds. */
export function findStandings(db: Queryable, ids: readonly string[]): Promise<Standing[]> {
  return db.rows(sql<Standing>`
    select id as "reservationId", state, updated_at as "updatedAt",
      (select coalesce(sum(quantity), 0)::bigint from jsonb_to_recordset(open) as line (quantity bigint)) as "heldQuantity"
    from reservation where id = any(${ids}::uuid[])`);
}

/** Locks one reservation. Take it before any stock (the sweep and the dispatch do so too). */
export function lockReservation(tx: Tx, id: string): Promise<Reservation | undefined> {
  return tx.find(sql<Reservation>`
    select id, store, market, order_id as "orderId", state, allocations, open, expires_at as "expiresAt",
      created_at as "createdAt"
    from reservation where id = ${id} for no key update`);
}

/** Locks held reservations that are past their end, the oldest first, leaving out those that somebody is working on. */
export function lockExpiredReservations(tx: Tx, now: Date, limit: number): Promise<Reservation[]> {
  return tx.rows(sql<Reservation>`
    select id, store, market, order_id as "orderId", state, allocations, open, expires_at as "expiresAt",
      created_at as "createdAt"
    from reservation where state = 'held' and expires_at <= ${now}
    order by expires_at limit ${limit}
    for no key update skip locked`);
}

/** Claims to have recorded a release that came before its reserve; false when the reservation is there after all. */
export async function insertTombstone(
  tx: Tx,
  stone: { readonly id: string; readonly store: string; readonly market: string; readonly now: Date },
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into reservation (id, store, market, state, allocations, open, created_at, updated_at)
    values (${stone.id}, ${stone.store}, ${stone.market}, 'released', '[]', '[]', ${stone.now}, ${stone.now})
    on conflict do nothing`);
  return inserted === 1;
}

/** Claims to have made a held reservation permanent: false when it is not held, or past its end at `now`. */
export async function pinReservation(db: Queryable, id: string, now: Date): Promise<boolean> {
  const pinned = await db.run(sql`
    update reservation set state = 'pinned', updated_at = ${now}
    where id = ${id} and state = 'held' and expires_at > ${now}`);
  return pinned === 1;
}

/** Ends locked reservations: they hold nothing any more. */
export async function closeReservations(
  tx: Tx,
  ids: readonly string[],
  state: "released" | "expired",
  now: Date,
): Promise<void> {
  await tx.run(sql`
    update reservation set state = ${state}, open = '[]', updated_at = ${now}
    where id = any(${ids}::uuid[]) and state in ('held', 'pinned')`);
}

/** Writes what a locked reservation still holds after a dispatch; with nothing left it is dispatched. */
export async function shrinkReservation(tx: Tx, id: string, open: readonly Allocation[], now: Date): Promise<void> {
  const state = open.length === 0 ? "dispatched" : null;
  await tx.run(sql`
    update reservation set open = ${json(open)}::jsonb, state = coalesce(${state}, state), updated_at = ${now}
    where id = ${id} and state in ('held', 'pinned')`);
}
