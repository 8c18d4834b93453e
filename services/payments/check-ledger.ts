import type { Finding } from "#kernel/audit";
import { defineAudit } from "#platform/audit";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { listPaymentIds } from "./audit-store.ts";
import { findBalances, findLedgerFaults } from "./ledger-store.ts";
import { balancesOf } from "./model/ledger.ts";
import { findPayments } from "./store.ts";

const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const BATCH = 500;

/** Compares the ledger with itself and with payments: each run the next 500, so that it goes round and round. */
export const ledgerAudit = defineAudit({
  name: "ledger",
  summary: "Compares the ledger with itself and with payments.",
  everyMs: 60_000,
  async find(ctx, { scope, position, suspects, limit }) {
    if (scope === "all") return checkAll(ctx, limit);
    const afterId = position ?? FIRST_ID;
    const next = scope === "suspects" ? [] : await listPaymentIds(ctx.db, { afterId, before: ctx.now, limit: BATCH });
    const ids = [...new Set([...suspects, ...next])];
    const faults = await checkPayments(ctx, ids);
    const place = next.length < BATCH ? FIRST_ID : next.at(-1)!;
    return { findings: faults.map(findingOf).slice(0, limit), checked: ids.length, position: place };
  },
});

async function checkAll(ctx: Ctx, limit: number): Promise<{ findings: readonly Finding[]; checked: number }> {
  const { faults, checked } = await checkEveryPayment(ctx);
  return { findings: faults.map(findingOf).slice(0, limit), checked };
}

/** Compares the ledger with itself and with every payment; a line per fault. */
export async function checkLedger(ctx: Ctx): Promise<readonly string[]> {
  const { faults, checked } = await checkEveryPayment(ctx);
  return [
    ...faults.map(({ paymentId, told }) => `${paymentId}: ${told}`),
    `${checked} payments checked, ${faults.length} faults`,
  ];
}

type Fault = {
  readonly paymentId: string;
  readonly told: string;
  readonly what: string;
  readonly expected: number | string;
  readonly found: number | string;
};

function findingOf({ paymentId, what, expected, found }: Fault): Finding {
  const likelyCause = "a row of payment or ledger_entry was changed past the service";
  return { subject: paymentId, what, expected, found, likelyCause };
}

async function checkEveryPayment(ctx: Ctx): Promise<{ faults: readonly Fault[]; checked: number }> {
  const faults: Fault[] = [];
  let checked = 0;
  for (let afterId: string | undefined = FIRST_ID; afterId !== undefined;) {
    const ids: readonly string[] = await listPaymentIds(ctx.db, { afterId, before: ctx.now, limit: BATCH });
    faults.push(...(await checkPayments(ctx, ids)));
    checked += ids.length;
    afterId = ids.at(-1);
  }
  return { faults, checked };
}

/** Everything of one batch is read in one snapshot: a payment and its ledger change together. */
function checkPayments(ctx: Ctx, paymentIds: readonly string[]): Promise<readonly Fault[]> {
  if (paymentIds.length === 0) return Promise.resolve([]);
  const read = async (tx: Tx) => {
    const faults = (await findLedgerFaults(tx, paymentIds)).map(({ paymentId, fault }): Fault => {
      return { paymentId, told: fault, what: fault, expected: "no such line", found: "one" };
    });
    const balances = Map.groupBy(await findBalances(tx, paymentIds), (row) => row.paymentId);
    for (const payment of await findPayments(tx, paymentIds)) {
      const wanted = balancesOf(payment);
      for (const { paymentId, account, balanceMinor } of balances.get(payment.paymentId) ?? []) {
        const [expected, found] = [wanted[account], balanceMinor ?? 0];
        const told = `${account} is ${found}, must be ${expected}`;
        if (expected !== found) faults.push({ paymentId, told, what: `balance of ${account}`, expected, found });
      }
    }
    return faults;
  };
  return ctx.db.transaction(read, { isSnapshot: true });
}
