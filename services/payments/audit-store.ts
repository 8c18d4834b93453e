import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";

/** Payments after `afterId` that were begun before `before`, by id, tombstones left out. */
export async function listPaymentIds(
  db: Queryable,
  page: { afterId: string; before: Date; limit: number },
): Promise<string[]> {
  const rows = await db.rows(sql<{ paymentId: string }>`
    select payment_id as "paymentId" from payment
    where payment_id > ${page.afterId} and order_id is not null and created_at <= ${page.before}
    order by payment_id limit ${page.limit}`);
  return rows.map((row) => row.paymentId);
}
