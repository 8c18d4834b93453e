import type { Id } from "#kernel/id";
import type { Queryable } from "#platform/database";
import { sql } from "#platform/sql";
import type { Account, LedgerLine } from "./model/ledger.ts";

export type LedgerRow = LedgerLine & { readonly currency: string; readonly recordedAt: Date };

/** Every line about one payment, oldest first. */
export function findLedgerOf(db: Queryable, paymentId: string): Promise<readonly LedgerRow[]> {
  return db.rows(sql<LedgerRow>`
    select kind, account, amount_minor as "amountMinor", balance_minor as "balanceMinor", currency, refund_id as "refundId",
      recorded_at as "recordedAt"
    from ledger_entry where payment_id = ${paymentId} order by posting, line limit 1000`);
}

export type LedgerFault = { readonly paymentId: Id<"payment">; readonly fault: string };

/** Of these payments the postings that do not sum to 0, and the balances that are not the sum of their account's lines. At most 100. */
export function findLedgerFaults(db: Queryable, paymentIds: readonly string[]): Promise<readonly LedgerFault[]> {
  return db.rows(sql<LedgerFault>`
    (select payment_id as "paymentId", 'posting ' || posting || ' does not sum to 0' as fault
      from ledger_entry where payment_id = any(${paymentIds}::uuid[])
      group by payment_id, posting having sum(amount_minor) <> 0 order by payment_id, posting limit 50)
    union all
    (select payment_id, 'balance of ' || account || ' is wrong at posting ' || posting from (
        select payment_id, account, posting, line, balance_minor,
          sum(amount_minor) over (partition by payment_id, account order by posting, line) as summed
        from ledger_entry where payment_id = any(${paymentIds}::uuid[])) as entry
      where balance_minor <> summed order by payment_id, posting, line limit 50)`);
}

export type BalanceRow = {
  readonly paymentId: Id<"payment">;
  readonly account: Account;
  readonly balanceMinor: number;
};

/** What each account of these payments holds by the ledger. */
export function findBalances(db: Queryable, paymentIds: readonly string[]): Promise<readonly BalanceRow[]> {
  return db.rows(sql<BalanceRow>`
    select batch.payment_id as "paymentId", account, sum(ledger_entry.amount_minor)::bigint as "balanceMinor"
    from unnest(${paymentIds}::uuid[]) as batch (payment_id)
      cross join (values ('shopper'), ('held'), ('merchant')) as accounts (account)
      left join ledger_entry using (payment_id, account)
    group by batch.payment_id, account order by batch.payment_id, account`);
}
