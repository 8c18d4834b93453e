import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";

/** Payments whose next step has a time, by state; of the 10,000 that are due first. */
export function countWaitingPayments(db: Queryable): Promise<{ readonly status: string; readonly count: number }[]> {
  return db.rows(sql<{ status: string; count: number }>`
    select status, count(*) as count
    from (select status from payment where next_step_at is not null order by next_step_at limit 10000) waiting
    group by status order by status limit 20`);
}
