import type { Id } from "#kernel/id";
import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";
import type { OrderBooks } from "./model/owed.ts";

export type AuditedOrder = OrderBooks & {
  readonly orderId: Id<"order">;
  readonly reservationId: Id<"reservation">;
};

/** Those of these orders that are over and where nothing happened since `quietSince`. */
export function findQuietOrders(db: Queryable, orderIds: readonly string[], quietSince: Date): Promise<AuditedOrder[]> {
  return db.rows(sql<AuditedOrder>`
    select id as "orderId", state, currency, total_minor as "totalMinor", payment_id as "paymentId",
      captured_minor as "capturedMinor", refunded_minor as "refundedMinor", fulfilment_state as fulfilment,
      reservation_id as "reservationId"
    from orders
    where id = any(${orderIds}::uuid[]) and state in ('confirmed', 'failed', 'cancelled') and wake_at is null
      and updated_at <= ${quietSince}
    order by id`);
}

export type HistoryPlace = { readonly id: number; readonly orderId: string; readonly at: Date };

/** What was noted about orders after line `afterId`, in the order of the lines. */
export function listNotes(db: Queryable, page: { afterId: number; limit: number }): Promise<HistoryPlace[]> {
  return db.rows(sql<HistoryPlace>`
    select id, order_id as "orderId", at from order_history where id > ${page.afterId} order by id limit ${page.limit}`);
}

/** Orders after `afterId`, by id: in the order of being placed. */
export async function listOrderIds(db: Queryable, page: { afterId: string; limit: number }): Promise<string[]> {
  const rows = await db.rows(sql<{ id: string }>`
    select id from orders where id > ${page.afterId} order by id limit ${page.limit}`);
  return rows.map((row) => row.id);
}
