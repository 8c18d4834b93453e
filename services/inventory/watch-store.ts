import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";

/** Reservations that hold stock, by state; of the 10,000 newest. */
export function countOpenReservations(db: Queryable): Promise<{ readonly state: string; readonly count: number }[]> {
  return db.rows(sql<{ state: string; count: number }>`
    select state, count(*) as count
    from (select state from reservation where state in ('held', 'pinned') order by id desc limit 10000) open
    group by state order by state limit 10`);
}
