import type { Finding } from "#kernel/audit";
import { defineAudit } from "#platform/audit";
import type { Ctx } from "#platform/ctx";
import { answerOf } from "./ask-provider.ts";
import { listPaymentIds } from "./audit-store.ts";
import { ownContext } from "./change-payment.ts";
import { compareCharge, isAtRest } from "./model/compare-charge.ts";
import type { Payment } from "./model/payment.ts";
import { providerNamed } from "./provider-choice.ts";
import { findPayments } from "./store.ts";

const QUIET_MS = 60_000;
/** Each costs a question to the provider. */
const NEW_PER_RUN = 300;
const OLD_PER_RUN = 30;
const AT_ONCE = 6;
const PAGE = 500;
const UNSETTLED_AT_MOST = 1_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** `newest`: the last new payment that was asked about; `round`: the last one of the slow round over all; `unsettled`: moved, or the
 *  provider did not answer. */
type Position = { readonly newest: string; readonly round: string; readonly unsettled: readonly string[] };
const START: Position = { newest: FIRST_ID, round: FIRST_ID, unsettled: [] };

/** Whether the provider says of each charge what we say. It is asked by our keys: a charge that it has under a key that we never
 *  used cannot be found so, only in its own list. */
export const chargesAudit = defineAudit({
  name: "charges",
  summary:
    "Asks the provider, by key, about payments that are at rest, and compares what is held, captured and refunded.",
  everyMs: 60_000,
  async find(ctx, { scope, position, suspects, limit }) {
    const before = new Date(ctx.now.getTime() - QUIET_MS);
    if (scope === "suspects") return askAbout(ctx, suspects, limit);
    if (scope === "all") return askAboutAll(ctx, before, limit);
    const from = position === null ? START : (JSON.parse(position) as Position);
    const fresh = await listPaymentIds(ctx.db, { afterId: from.newest, before, limit: NEW_PER_RUN });
    if (fresh.length === NEW_PER_RUN) ctx.log.warn({}, "the audit of charges does not keep up with the payments");
    const round = await listPaymentIds(ctx.db, { afterId: from.round, before, limit: OLD_PER_RUN });
    const seen = await askAbout(ctx, [...new Set([...suspects, ...from.unsettled, ...fresh, ...round])], limit);
    const next: Position = {
      newest: fresh.at(-1) ?? from.newest,
      round: round.length < OLD_PER_RUN ? FIRST_ID : round.at(-1)!,
      unsettled: seen.unsettled.slice(-UNSETTLED_AT_MOST),
    };
    return { ...seen, position: JSON.stringify(next) };
  },
});

type Asked = {
  readonly findings: readonly Finding[];
  readonly checked: number;
  readonly unsettled: readonly string[];
};

async function askAboutAll(ctx: Ctx, before: Date, limit: number): Promise<Asked> {
  const findings: Finding[] = [];
  let checked = 0;
  for (let afterId = FIRST_ID; findings.length < limit;) {
    const ids = await listPaymentIds(ctx.db, { afterId, before, limit: PAGE });
    const seen = await askAbout(ctx, ids, limit - findings.length);
    findings.push(...seen.findings);
    checked += seen.checked;
    if (ids.length < PAGE) break;
    afterId = ids.at(-1)!;
  }
  return { findings, checked, unsettled: [] };
}

async function askAbout(ctx: Ctx, paymentIds: readonly string[], limit: number): Promise<Asked> {
  const quietSince = new Date(ctx.now.getTime() - QUIET_MS);
  const payments = await findPayments(ctx.db, paymentIds);
  const findings: Finding[] = [];
  const unsettled: string[] = [];
  const waiting = payments.values();
  const work = async () => {
    for (const payment of waiting) {
      const found = isAtRest(payment, quietSince) && !ctx.signal.aborted ? await compared(ctx, payment) : "unknown";
      if (found === "unknown") unsettled.push(payment.paymentId);
      else findings.push(...found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const inOrder = findings.toSorted((one, other) => (one.subject < other.subject ? -1 : 1));
  return { findings: inOrder.slice(0, limit), checked: payments.length - unsettled.length, unsettled };
}

async function compared(ctx: Ctx, payment: Payment): Promise<readonly Finding[] | "unknown"> {
  const own = ownContext(ctx, { ...payment, traceparent: null }); // a look is no part of the purchase
  const facts = await answerOf(own, payment, () => providerNamed(payment.provider).findCharge(payment.paymentId, own));
  return facts === "unknown" ? "unknown" : compareCharge(payment, facts);
}
