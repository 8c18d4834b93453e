import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";
import type { OrderState } from "./contract.ts";
import type { OrderRow } from "./store.ts";

export type UnderWay = { readonly state: OrderState; readonly count: number; readonly oldest: Date };

/** Orders that somebody is to go on with, by state; of the 10,000 that are due first. */
export function countUnderWay(db: Queryable): Promise<UnderWay[]> {
  return db.rows(sql<UnderWay>`
    select state, count(*) as count, min(placed_at) as oldest
    from (select state, placed_at from orders where wake_at is not null order by wake_at limit 10000) waiting
    group by state order by state limit 10`);
}

export type WaitingRow = Pick<
  OrderRow,
  "number" | "state" | "placed_at" | "wake_at" | "lease_until" | "attempts" | "traceparent"
>;

/** Orders that somebody is to go on with, those that are due first. */
export function listUnderWay(db: Queryable, limit: number): Promise<WaitingRow[]> {
  return db.rows(sql<WaitingRow>`
    select number, state, placed_at, wake_at, lease_until, attempts, traceparent from orders
    where wake_at is not null order by wake_at, id limit ${limit}`);
}
