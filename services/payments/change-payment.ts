import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { isInTrace } from "#platform/telemetry/traceparent";
import { announcementsBetween } from "./model/announcements.ts";
import { linesBetween } from "./model/ledger.ts";
import { nextRefundAt, nextStepAt } from "./model/next-step.ts";
import type { Payment } from "./model/payment.ts";
import { applyProviderFact, type ProviderFact } from "./model/provider-fact.ts";
import { findPayment, lockPayment, savePayment } from "./store.ts";

/** Changes a payment: state, refunds, ledger and events in one transaction. When somebody else was quicker, `change` decides
 *  again on what is true then; it may refuse by throwing. Writes nothing when it returns the payment as it is. */
export async function changePayment(
  ctx: Ctx,
  present: Payment,
  change: (payment: Payment) => Payment,
): Promise<Payment> {
  const changed = change(present);
  if (changed === present) return present;
  return ctx.db.groupCommit.transaction(
    async (tx) =>
      (await save(ctx, tx, present, changed)) ?? changeLocked(ctx, tx, { paymentId: present.paymentId, change }),
  );
}

/** The slower way that nobody can overtake. */
async function changeLocked(
  ctx: Ctx,
  tx: Tx,
  { paymentId, change }: Pick<Payment, "paymentId"> & { readonly change: (payment: Payment) => Payment },
): Promise<Payment> {
  const before = await lockPayment(tx, paymentId);
  const changed = change(before);
  if (changed === before) return before;
  const saved = await save(ctx, tx, before, changed);
  if (saved === undefined) throw new Error(`Payment ${paymentId} changed while it was locked`);
  return saved;
}

const LEARN_MS = 10_000;

/** Takes in what the provider told in a reply or when asked; also when nobody waits for it any more. */
export function learn(ctx: Ctx, present: Payment, facts: readonly ProviderFact[]): Promise<Payment> {
  return changePayment(ctx.detached(LEARN_MS), present, withFacts(facts));
}

/** Takes in what the provider told by itself. When that is news, the reply that says the same is about to be taken in, most often:
 *  so the lock comes first. */
export async function learnFromEvent(ctx: Ctx, present: Payment, facts: readonly ProviderFact[]): Promise<void> {
  const change = withFacts(facts);
  if (change(present) === present) return;
  const own = ctx.detached(LEARN_MS);
  await own.db.groupCommit.transaction((tx) => changeLocked(own, tx, { paymentId: present.paymentId, change }));
}

function withFacts(facts: readonly ProviderFact[]): (payment: Payment) => Payment {
  return (payment) => facts.reduce(applyProviderFact, payment);
}

/** The payment as it is now. */
export async function reread(ctx: Ctx, payment: Payment): Promise<Payment> {
  const found = await findPayment(ctx.db, payment.paymentId);
  if (found === undefined || found === "tombstone") throw new Error(`Payment ${payment.paymentId} is gone`);
  return found;
}

/** A context of the payment's own shop, market and trace, whoever asks: a job, the staff of another market. */
export function ownContext(ctx: Ctx, { store, market, amount, traceparent }: Payment): Ctx {
  if (ctx.store === store && ctx.market === market && isInTrace(ctx, traceparent)) return ctx;
  const trace = traceparent === null ? {} : { traceparent };
  const place = { store, market, locale: ctx.locale, currency: amount.currency, ...trace };
  return ctx.detached(ctx.deadlineAtMs - Date.now(), place);
}

/** Undefined when the payment is no longer what it was in `before`. */
async function save(ctx: Ctx, tx: Tx, before: Payment, changed: Payment): Promise<Payment | undefined> {
  const after = { ...changed, updatedAt: ctx.now, lookCount: 0 };
  const isSaved = await savePayment(tx, {
    before,
    after,
    lines: linesBetween(before, after),
    nextStepAt: nextStepAt(after, ctx.now),
    nextRefundAt: nextRefundAt(0, ctx.now),
  });
  if (!isSaved) return undefined;
  const version = before.version + 1;
  const own = ownContext(ctx, after);
  for (const { kind, data } of announcementsBetween(before, after, ctx.now)) {
    own.publish(tx, kind, data as never, { subjectVersion: version });
  }
  return { ...after, version };
}
