import type { Id } from "#kernel/id";
import { refundedMinor, type Payment } from "./payment.ts";

/** `shopper`: the shopper's own money; `held`: reserved on the card; `merchant`: taken and not given back. */
export type Account = "shopper" | "held" | "merchant";

/** One line of a posting. The lines of a posting sum to 0; `balanceMinor` is the account's for this payment after it. */
export type LedgerLine = {
  readonly kind: "authorised" | "captured" | "released" | "refunded";
  readonly account: Account;
  readonly amountMinor: number;
  readonly balanceMinor: number;
  readonly refundId: Id<"refund"> | null;
};

/** The lines that lead from what the ledger says of `before` to what is true of `after`; none when no money moved. */
export function linesBetween(before: Payment, after: Payment): readonly LedgerLine[] {
  const lines: LedgerLine[] = [];
  const balances = balancesOf(before);
  const post = (
    kind: LedgerLine["kind"],
    move: { from: Account; to: Account; amountMinor: number },
    refundId: Id<"refund"> | null = null,
  ) => {
    if (move.amountMinor === 0) return;
    for (const [account, amountMinor] of [
      [move.from, -move.amountMinor],
      [move.to, move.amountMinor],
    ] as const) {
      balances[account] += amountMinor;
      lines.push({ kind, account, amountMinor, balanceMinor: balances[account], refundId });
    }
  };
  const [was, is] = [totalsOf(before), totalsOf(after)];
  post("authorised", { from: "shopper", to: "held", amountMinor: is.authorised - was.authorised });
  post("captured", { from: "held", to: "merchant", amountMinor: is.captured - was.captured });
  post("released", { from: "held", to: "shopper", amountMinor: is.released - was.released });
  for (const refund of after.refunds) {
    const isNew = postedMinor(after, refund.refundId) - postedMinor(before, refund.refundId);
    post("refunded", { from: "merchant", to: "shopper", amountMinor: isNew }, refund.refundId);
  }
  return lines;
}

/** What each account of the payment holds; they always sum to 0. */
export function balancesOf(payment: Payment): Record<Account, number> {
  const { authorised, captured, released, refunded } = totalsOf(payment);
  return {
    shopper: -authorised + released + refunded,
    held: authorised - captured - released,
    merchant: captured - refunded,
  };
}

type Totals = {
  readonly authorised: number;
  readonly captured: number;
  readonly released: number;
  readonly refunded: number;
};

/** What is held beyond a capture is let go by it; a void lets go of everything. */
function totalsOf(payment: Payment): Totals {
  const { told } = payment;
  const captured = told.capturedMinor ?? 0;
  const authorised = told.authorised !== null || captured > 0 ? payment.amount.amountMinor : 0;
  const isOver = captured > 0 || told.isVoided;
  return {
    authorised,
    captured,
    released: isOver ? authorised - captured : 0,
    refunded: captured > 0 ? refundedMinor(payment.refunds) : 0,
  };
}

function postedMinor(payment: Payment, refundId: Id<"refund">): number {
  if (payment.told.capturedMinor === null) return 0;
  return refundedMinor(payment.refunds.filter((refund) => refund.refundId === refundId));
}
