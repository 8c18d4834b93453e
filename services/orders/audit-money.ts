import type { Finding } from "#kernel/audit";
import { inventory } from "#inventory/contract";
import { payments } from "#payments/contract";
import { defineAudit } from "#platform/audit";
import type { Ctx } from "#platform/ctx";
import { findQuietOrders, listNotes, listOrderIds } from "./audit-store.ts";
import { compareBooks, isQuiet, type Books } from "./model/owed.ts";

const QUIET_MS = 60_000;
const BATCH = 100;
const NOTES_PER_RUN = 5_000;
const UNSETTLED_AT_MOST = 2_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Where the next search goes on. `note`: the last line of history that was followed; `round`: the last order of the slow round
 *  over all, which finds what no line of history tells of; `unsettled`: looked at while something was on its way. */
type Position = { readonly note: number; readonly round: string; readonly unsettled: readonly string[] };
const START: Position = { note: 0, round: FIRST_ID, unsettled: [] };

/** Whether the shop has of each shopper's money what is owed, and the goods are with the orders that are confirmed: by payments and
 *  inventory, in batches. Only orders that are over and about which nothing happened for a minute. */
export const moneyAudit = defineAudit({
  name: "money",
  summary: "Compares every order that is over with its payments and its reservation.",
  everyMs: 60_000,
  async find(ctx, { scope, position, suspects, limit }) {
    const from = position === null ? START : (JSON.parse(position) as Position);
    if (scope === "suspects") return examine(ctx, suspects, limit);
    if (scope === "all") return examineAll(ctx, limit);
    const news = await listNews(ctx, from.note);
    const round = await listOrderIds(ctx.db, { afterId: from.round, limit: BATCH });
    const seen = await examine(ctx, [...new Set([...suspects, ...from.unsettled, ...news.orderIds, ...round])], limit);
    const unsettled = seen.unsettled.slice(-UNSETTLED_AT_MOST);
    const next: Position = { note: news.note, round: round.length < BATCH ? FIRST_ID : round.at(-1)!, unsettled };
    return { findings: seen.findings, checked: seen.checked, position: JSON.stringify(next) };
  },
});

/** Orders noted about after line `note` and before the last minute. */
async function listNews(ctx: Ctx, note: number): Promise<{ orderIds: readonly string[]; note: number }> {
  const notes = await listNotes(ctx.db, { afterId: note, limit: NOTES_PER_RUN });
  if (notes.length === NOTES_PER_RUN) ctx.log.warn({ note }, "the audit of money does not keep up with the orders");
  const fresh = notes.findIndex((one) => one.at > quietSince(ctx));
  const quiet = fresh === -1 ? notes : notes.slice(0, fresh);
  return { orderIds: [...new Set(quiet.map((one) => one.orderId))], note: quiet.at(-1)?.id ?? note };
}

type Examined = {
  readonly findings: readonly Finding[];
  readonly checked: number;
  /** Something of them is on its way. */
  readonly unsettled: readonly string[];
};

async function examineAll(ctx: Ctx, limit: number): Promise<Examined> {
  const findings: Finding[] = [];
  let checked = 0;
  for (let afterId = FIRST_ID; findings.length < limit;) {
    const orderIds = await listOrderIds(ctx.db, { afterId, limit: BATCH });
    const seen = await examine(ctx, orderIds, limit - findings.length);
    findings.push(...seen.findings);
    checked += seen.checked;
    if (orderIds.length < BATCH) break;
    afterId = orderIds.at(-1)!;
  }
  return { findings, checked, unsettled: [] };
}

async function examine(ctx: Ctx, orderIds: readonly string[], limit: number): Promise<Examined> {
  const findings: Finding[] = [];
  const unsettled: string[] = [];
  let checked = 0;
  for (let start = 0; start < orderIds.length; start += BATCH) {
    const books = await readBooks(ctx, orderIds.slice(start, start + BATCH));
    for (const one of books) {
      if (isQuiet(one, quietSince(ctx))) findings.push(...compareBooks(one));
      else unsettled.push(one.order.orderId);
    }
    checked += books.length;
  }
  return { findings: findings.slice(0, limit), checked, unsettled };
}

/** The order's own books are read first: what changes meanwhile is seen as not quiet. */
async function readBooks(ctx: Ctx, orderIds: readonly string[]): Promise<readonly Books[]> {
  const found = await findQuietOrders(ctx.db, orderIds, quietSince(ctx));
  if (found.length === 0) return [];
  const [paid, kept] = await Promise.all([
    ctx.call(payments.getMoneyOfOrders, { orderIds: found.map((order) => order.orderId) }),
    ctx.call(inventory.getReservationStates, { reservationIds: found.map((order) => order.reservationId) }),
  ]);
  const paidFor = Map.groupBy(paid.payments, (payment) => payment.orderId);
  const keptBy = new Map(kept.reservations.map((one) => [one.reservationId, one]));
  return found.map((order) => {
    const reservation = keptBy.get(order.reservationId);
    return {
      order,
      payments: (paidFor.get(order.orderId) ?? []).map(({ captured, refunded, held, updatedAt, ...payment }) => ({
        ...payment,
        capturedMinor: captured.amountMinor,
        refundedMinor: refunded.amountMinor,
        heldMinor: held.amountMinor,
        updatedAt: new Date(updatedAt),
      })),
      reservation: reservation && { ...reservation, updatedAt: new Date(reservation.updatedAt) },
    };
  });
}

function quietSince(ctx: Ctx): Date {
  return new Date(ctx.now.getTime() - QUIET_MS);
}
