import type { Tx } from "#platform/database";
import { sql } from "#platform/sql";
import type { FulfilmentStatus, PaymentProgress, PaymentStatus } from "./model/progress.ts";

export type ProgressRow = {
  readonly payment_state: PaymentStatus;
  readonly captured_minor: number;
  readonly refunded_minor: number;
  readonly fulfilment_state: FulfilmentStatus;
  readonly tracking_codes: readonly string[];
};

/** How far the order's money and goods have come, locked until the transaction ends. */
export function lockProgress(tx: Tx, orderId: string): Promise<ProgressRow | undefined> {
  return tx.find(sql<ProgressRow>`
    select payment_state, captured_minor, refunded_minor, fulfilment_state, tracking_codes
    from orders where id = ${orderId} for update`);
}

export type Noted = { readonly orderId: string; readonly at: Date; readonly note?: string | undefined };

export function savePaymentProgress(
  tx: Tx,
  { orderId, at, note, from, to }: Noted & { readonly from: PaymentStatus; readonly to: PaymentProgress },
): Promise<number> {
  return tx.run(sql`
    with changed as (
      update orders set payment_state = ${to.status}, captured_minor = ${to.capturedMinor}, refunded_minor = ${to.refundedMinor},
        version = version + 1, updated_at = ${at}
      where id = ${orderId} returning id
    )
    insert into order_history (order_id, at, about, from_state, to_state, note)
    select id, ${at}, 'payment', ${from}, ${to.status}, ${note ?? null} from changed`);
}

export function saveFulfilmentProgress(
  tx: Tx,
  told: Noted & {
    readonly from: FulfilmentStatus;
    readonly to: FulfilmentStatus;
    readonly trackingCodes: readonly string[];
  },
): Promise<number> {
  const { orderId, at, note, from, to, trackingCodes } = told;
  return tx.run(sql`
    with changed as (
      update orders set fulfilment_state = ${to}, tracking_codes = ${trackingCodes}, version = version + 1, updated_at = ${at}
      where id = ${orderId} returning id
    )
    insert into order_history (order_id, at, about, from_state, to_state, note)
    select id, ${at}, 'fulfilment', ${from}, ${to}, ${note ?? null} from changed`);
}
