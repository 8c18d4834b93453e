import type { Input, Output } from "#kernel/contract";
import { money } from "#kernel/money";
import { decodeCursor, encodeCursor } from "#kernel/page";
import { refuse as platformRefuse } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import type { payments } from "./contract.ts";
import { getKnownPayment } from "./get-payment.ts";
import { findLedgerOf } from "./ledger-store.ts";
import { paymentView, refundView } from "./model/payment-view.ts";
import { listPayments, type PaymentFilter } from "./store.ts";

/** Payments of this store, newest first. */
export async function listTransactions(
  input: Input<typeof payments.listTransactions>,
  ctx: Ctx,
): Promise<Output<typeof payments.listTransactions>> {
  const limit = input.limit ?? 20;
  const after = input.cursor === undefined ? undefined : positionOf(input.cursor);
  const found = await listPayments(ctx.db, {
    store: ctx.store,
    status: input.status,
    orderId: input.orderId,
    limit,
    after,
  });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return {
    items: items.map(paymentView),
    nextCursor: hasMore ? encodeCursor([last.createdAt.toISOString(), last.paymentId]) : null,
  };
}

/** One payment with its refunds and every line of its ledger. */
export async function getTransaction(
  input: Input<typeof payments.getTransaction>,
  ctx: Ctx,
): Promise<Output<typeof payments.getTransaction>> {
  const payment = await getKnownPayment(ctx, input.paymentId);
  const ledger = await findLedgerOf(ctx.db, input.paymentId);
  return {
    payment: paymentView(payment),
    refunds: payment.refunds.map((refund) => refundView(payment, refund)),
    ledger: ledger.map((row, index) => ({
      sequence: index + 1,
      kind: row.kind,
      account: row.account,
      amount: money(row.amountMinor, row.currency),
      balance: money(row.balanceMinor, row.currency),
      refundId: row.refundId,
      recordedAt: row.recordedAt.toISOString(),
    })),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function positionOf(cursor: string): PaymentFilter["after"] {
  const [createdAt, paymentId] = decodeCursor(cursor, 2) ?? [];
  if (
    typeof createdAt === "string" &&
    typeof paymentId === "string" &&
    UUID.test(paymentId) &&
    isTimestamp(createdAt)
  ) {
    return { createdAt, paymentId };
  }
  throw platformRefuse.INVALID_INPUT({ errors: [{ field: "cursor", message: "is not one of ours" }] });
}

/** Claims that a text is a time exactly as we write it: `Date.parse` takes much that PostgreSQL does not. */
function isTimestamp(text: string): boolean {
  const time = new Date(text);
  return /^\d{4}-/.test(text) && !Number.isNaN(time.getTime()) && time.toISOString() === text;
}
