import type { Id } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { OrderConfirmed } from "./events.ts";
import { holdOrder, inTime, newLease, STEP_MS, type Hold } from "./hold-order.ts";
import { backOffMs, decide, type Decision, type Outcome } from "./model/saga.ts";
import { orderFacts, orderLines } from "./order-view.ts";
import { participants, type Facts } from "./participants.ts";
import { putOffOrder, recordDecision, takeOrder, type OrderRow } from "./store.ts";
import { undoOrder } from "./undo-order.ts";

/** Goes on with an order about which there is news (of its payment, from its shopper). Does nothing when it is final; when somebody
 *  else is on it, it goes on once more after them. Safe to call at any time, any number of times; never throws for the order's sake. */
export async function advanceOrder(orderId: Id<"order">, ctx: Ctx): Promise<OrderRow | undefined> {
  const { now } = ctx.detached(STEP_MS);
  const lease = newLease(now);
  const order = await takeOrder(ctx.db.groupCommit, orderId, lease, now);
  return order?.lease_token === lease.token ? carryOn(order, ctx) : undefined;
}

/** Moves an order that is leased to us as far as it goes now: prepare → settle → confirmed, or undo → failed | cancelled. The one
 *  function behind a placed order, news, a cancellation and the sweeper. Undefined when it was lost to somebody else, or can't go on
 *  for a reason that nobody thought of: then it is put off, so that it holds up no other. */
export async function carryOn(order: OrderRow, ctx: Ctx): Promise<OrderRow | undefined> {
  try {
    const hold = holdOrder(order, ctx);
    const rested = await (order.state === "undoing" ? undoOrder(order, hold) : goOn(order, hold, ctx));
    if (rested?.wake_at !== null && rested?.wake_at !== undefined && rested.wake_at <= ctx.detached(STEP_MS).now)
      ctx.wake("sweep");
    return rested;
  } catch (error) {
    ctx.log.error({ orderId: order.id, attempts: order.attempts, error }, "order cannot go on; it is put off");
    const { db, now } = ctx.detached(STEP_MS);
    const wakeAt = new Date(now.getTime() + backOffMs(order.attempts, { longestMs: 60_000 }));
    // Should this fail too, the lease ends by itself.
    await putOffOrder(db, order, wakeAt).catch(() => {});
    return undefined;
  }
}

async function goOn(order: OrderRow, hold: Hold, ctx: Ctx): Promise<OrderRow | undefined> {
  const tried = await attempt(order, hold, ctx);
  const step = tried && (await hold.step());
  if (step === undefined) return undefined;
  const { outcome, facts } = tried!;
  const heldUntil = facts.heldUntil ?? order.held_until;
  const decision = decide({ state: order.state, attempts: order.attempts, heldUntil }, outcome, step.now);
  const next = await step.db.groupCommit.transaction((tx) => record(tx, order, decision, facts, step));
  return next?.state === "undoing" ? undoOrder(next, holdOrder(next, ctx)) : next;
}

/** Prepares every part, then makes them permanent; stops at the first that is not done. Something thrown means that nobody
 *  knows: it is asked again with the same key, never undone. Undefined when somebody else took the order over. */
async function attempt(order: OrderRow, hold: Hold, ctx: Ctx): Promise<{ outcome: Outcome; facts: Facts } | undefined> {
  let facts: Facts = {};
  try {
    for (const part of participants) {
      const step = await hold.step();
      if (step === undefined) return undefined;
      const { facts: brought, ...outcome } = await inTime(part.prepare(order, step));
      facts = { ...facts, ...brought };
      if (outcome.kind !== "done") return { outcome, facts };
    }
    for (const part of participants) {
      if (part.settle === undefined) continue;
      const step = await hold.step();
      if (step === undefined) return undefined;
      const outcome = await inTime(part.settle(order, step));
      if (outcome.kind !== "done") return { outcome, facts };
    }
    return { outcome: { kind: "done" }, facts };
  } catch (error) {
    ctx.log.warn({ orderId: order.id, attempts: order.attempts, error }, "a step of the checkout has no answer yet");
    return { outcome: { kind: "unknown" }, facts };
  }
}

async function record(
  tx: Tx,
  order: OrderRow,
  decision: Decision,
  facts: Facts,
  ctx: Ctx,
): Promise<OrderRow | undefined> {
  const base = { order, now: ctx.now, ...facts };
  switch (decision.kind) {
    case "confirm":
      return confirm(tx, base, ctx);
    case "await":
      return recordDecision(tx, {
        ...base,
        to: "awaiting_shopper",
        nextAction: decision.nextAction,
        wakeAt: decision.wakeAt,
      });
    case "wait":
      return recordDecision(tx, { ...base, to: "open", wakeAt: decision.wakeAt });
    case "undo":
      return recordDecision(tx, {
        ...base,
        to: "undoing",
        note: decision.failure.code,
        failure: decision.failure,
        wakeAt: ctx.now,
        lease: newLease(ctx.now),
      });
  }
}

async function confirm(tx: Tx, base: { order: OrderRow; now: Date } & Facts, ctx: Ctx): Promise<OrderRow | undefined> {
  const confirmed = await recordDecision(tx, { ...base, to: "confirmed" });
  if (confirmed === undefined) return undefined;
  const data = {
    ...orderFacts(confirmed),
    cartId: confirmed.cart_id,
    lines: orderLines(confirmed),
    currency: confirmed.currency,
    total: confirmed.quote.total,
    reservationId: confirmed.reservation_id,
    paymentId: confirmed.payment_id,
    allocations: [...(confirmed.allocations ?? [])],
    shippingMethod: confirmed.shipping_method,
    country: confirmed.country,
    confirmedAt: ctx.now.toISOString(),
  };
  ctx.publish(tx, OrderConfirmed, data, { subjectVersion: confirmed.version });
  return confirmed;
}
