import type { Ctx } from "#platform/ctx";
import { takeNextStep } from "./ask-provider.ts";
import { ownContext } from "./change-payment.ts";
import { takeNews } from "./follow-provider.ts";
import { nextRefundAt, nextStepAt } from "./model/next-step.ts";
import { providerNamed } from "./provider-choice.ts";
import { claimProviderEvents, finishProviderEvent, type StoredEvent } from "./provider-event-store.ts";
import { sendRefund } from "./refund.ts";
import { claimDuePayments, claimDueRefunds, findPayments, putOffNextStep, putOffRefund } from "./store.ts";

/** Each batch waits for the provider once, at its timeout twice, well inside the lease. */
const BATCH = { limit: 10, leaseMs: 60_000 } as const;
const BATCHES = 5;

/** Takes the next step of every payment that waits for one: charges without an answer, voids, captures, ends of challenges. */
export async function resolvePayments(ctx: Ctx): Promise<void> {
  await inBatches(async () => {
    const due = await claimDuePayments(ctx.db, { ...BATCH, now: ctx.now });
    await settleAll(ctx, due, async (payment) => {
      const after = await takeNextStep(ownContext(ctx, payment), payment);
      if (after.version === payment.version) await putOffNextStep(ctx.db, payment, nextStepAt(payment, ctx.now));
    });
    return due.length;
  });
}

/** Sends pending refunds again. */
export async function sendPendingRefunds(ctx: Ctx): Promise<void> {
  await inBatches(async () => {
    const due = await claimDueRefunds(ctx.db, { ...BATCH, now: ctx.now });
    const payments = await findPayments(
      ctx.db,
      due.map((one) => one.paymentId),
    );
    await settleAll(ctx, due, async ({ refundId, paymentId, tryCount }) => {
      const payment = payments.find((one) => one.paymentId === paymentId);
      const after = payment === undefined ? undefined : await sendRefund(ownContext(ctx, payment), payment, refundId);
      const isPending = after?.refunds.some((one) => one.refundId === refundId && one.status === "pending");
      if (isPending === true) await putOffRefund(ctx.db, refundId, nextRefundAt(tryCount, ctx.now));
    });
    return due.length;
  });
}

/** Applies stored events of providers. */
export async function applyProviderEvents(ctx: Ctx): Promise<void> {
  await inBatches(async () => {
    const due = await claimProviderEvents(ctx.db, { ...BATCH, now: ctx.now });
    await settleAll(ctx, due, (event) => applyOne(ctx, event));
    return due.length;
  });
}

async function applyOne(ctx: Ctx, event: StoredEvent): Promise<void> {
  const news = readNews(ctx, event);
  if (news === "unreadable") return finishProviderEvent(ctx.db, event, "unreadable");
  const isOurs = news !== undefined && (await takeNews(ctx, news));
  await finishProviderEvent(ctx.db, event, isOurs ? "applied" : "ignored");
}

function readNews(ctx: Ctx, event: StoredEvent) {
  try {
    return providerNamed(event.provider).readEvent(event.body);
  } catch (cause) {
    ctx.log.error({ provider: event.provider, eventId: event.eventId, cause }, "provider event cannot be read");
    return "unreadable";
  }
}

async function inBatches(takeBatch: () => Promise<number>): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch++) if ((await takeBatch()) < BATCH.limit) return;
}

/** One that fails stops no other; it stays due and is tried again after its lease. */
async function settleAll<Item>(ctx: Ctx, items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(items.map(work));
  for (const result of results) {
    if (result.status === "rejected")
      ctx.log.error({ cause: result.reason as unknown }, "payment job failed for one item");
  }
}
