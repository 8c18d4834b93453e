import type { Ctx } from "#platform/ctx";
import { findLedgerFaults, listBalances } from "./ledger-store.ts";
import { balancesOf } from "./model/ledger.ts";
import { findPayments } from "./store.ts";

const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const BATCH = 500;

/** Compares the ledger with itself and with every payment; a line per fault. */
export async function checkLedger(ctx: Ctx): Promise<readonly string[]> {
  const faults = (await findLedgerFaults(ctx.db)).map(({ paymentId, fault }) => `${paymentId}: ${fault}`);
  let checked = 0;
  for (let afterId = FIRST_ID; ;) {
    const rows = await listBalances(ctx.db, { afterId, limit: BATCH });
    const payments = await findPayments(ctx.db, [...new Set(rows.map((row) => row.paymentId))]);
    for (const payment of payments) {
      const wanted = balancesOf(payment);
      const wrong = rows.filter(
        (row) => row.paymentId === payment.paymentId && (row.balanceMinor ?? 0) !== wanted[row.account],
      );
      faults.push(
        ...wrong.map(
          (row) => `${payment.paymentId}: ${row.account} is ${row.balanceMinor ?? 0}, must be ${wanted[row.account]}`,
        ),
      );
    }
    checked += payments.length;
    const last = rows.at(-1);
    if (last === undefined) break;
    afterId = last.paymentId;
  }
  return [...faults, `${checked} payments checked, ${faults.length} faults`];
}
