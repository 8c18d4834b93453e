import { randomUUID } from "node:crypto";
import type { Id } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { OrderCancelled, OrderConfirmed, OrderFailed } from "./events.ts";
import { decide, type Decision, type Outcome } from "./model/saga.ts";
import { orderFacts, orderLines } from "./order-view.ts";
import { participants, type Facts } from "./participants.ts";
import { findOrdersToWake, leaseOrder, recordDecision, type Lease, type OrderRow } from "./store.ts";

/** Moves an order as far as it goes now: the one function behind a placed order, news of its payment, the shopper's return and
 *  the sweeper. Safe to call at any time, any number of times; does nothing when the order is final or somebody else is on it. */
export async function advanceOrder(orderId: Id<"order">, ctx: Ctx): Promise<OrderRow | undefined> {
  const own = ctx.detached(LEASE_MS);
  const order = await leaseOrder(own.db, orderId, newLease(own.now), own.now);
  return order === undefined ? undefined : carryOn(order, own);
}

/** Goes on with an order that we hold a lease of: prepare → settle → confirmed, or undo → failed | cancelled. */
export async function carryOn(order: OrderRow, ctx: Ctx): Promise<OrderRow | undefined> {
  if (order.state === "undoing") return undo(order, ctx);
  const { outcome, facts } = await attempt(order, ctx);
  const held = facts.heldUntil ?? order.held_until;
  const decision = decide({ state: order.state, attempts: order.attempts, heldUntil: held }, outcome, ctx.now);
  const next = await ctx.db.transaction((tx) => record(tx, order, decision, facts, ctx));
  return next?.state === "undoing" ? undo(next, ctx) : next;
}

const LEASE_MS = 15_000;

export function newLease(now: Date): Lease {
  return { token: randomUUID(), until: new Date(now.getTime() + LEASE_MS) };
}

/** Prepares every part, then makes them permanent; stops at the first that is not done. Something thrown means that nobody
 *  knows: it is asked again with the same key, never undone. */
async function attempt(order: OrderRow, ctx: Ctx): Promise<{ outcome: Outcome; facts: Facts }> {
  let facts: Facts = {};
  try {
    for (const participant of participants) {
      const { facts: brought, ...outcome } = await participant.prepare(order, ctx);
      facts = { ...facts, ...brought };
      if (outcome.kind !== "done") return { outcome, facts };
    }
    for (const participant of participants) {
      const outcome = (await participant.settle?.(order, ctx)) ?? { kind: "done" };
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

/** Takes every part back, last first, then closes the order. A part that does not answer is asked again later. */
async function undo(order: OrderRow, ctx: Ctx): Promise<OrderRow | undefined> {
  try {
    for (const participant of participants.toReversed()) {
      if ((await participant.undo(order, ctx)) === "refused") return await keepAfterAll(order, ctx);
    }
  } catch (error) {
    ctx.log.warn({ orderId: order.id, attempts: order.attempts, error }, "a step back has no answer yet");
    const wakeAt = new Date(ctx.now.getTime() + Math.min(30_000, 500 * 2 ** Math.min(order.attempts, 6)));
    return ctx.db.transaction((tx) => recordDecision(tx, { order, to: "undoing", wakeAt, now: ctx.now }));
  }
  return ctx.db.transaction((tx) => close(tx, order, ctx));
}

/** A cancellation that met a parcel which had just left: the order stands. */
function keepAfterAll(order: OrderRow, ctx: Ctx): Promise<OrderRow | undefined> {
  return ctx.db.transaction((tx) =>
    recordDecision(tx, { order, to: "confirmed", note: "dispatched before it could be cancelled", now: ctx.now }),
  );
}

async function close(tx: Tx, order: OrderRow, ctx: Ctx): Promise<OrderRow | undefined> {
  const isCancelled = order.cancelled_by !== null;
  const closed = await recordDecision(tx, {
    order,
    to: isCancelled ? "cancelled" : "failed",
    note: order.cancel_reason ?? order.failure?.code,
    now: ctx.now,
  });
  if (closed === undefined) return undefined;
  const at = ctx.now.toISOString();
  const version = { subjectVersion: closed.version };
  if (!isCancelled)
    ctx.publish(
      tx,
      OrderFailed,
      { ...orderFacts(closed), reason: closed.failure?.code ?? "unknown", failedAt: at },
      version,
    );
  else {
    const refunded =
      closed.captured_minor > 0 ? { amountMinor: closed.captured_minor, currency: closed.currency } : null;
    ctx.publish(
      tx,
      OrderCancelled,
      {
        ...orderFacts(closed),
        by: closed.cancelled_by!,
        reason: closed.cancel_reason ?? "",
        refunded,
        cancelledAt: at,
      },
      version,
    );
  }
  return closed;
}

const SWEPT_AT_ONCE = 32;

/** Goes on with orders whose time has come: after a crash, a lost answer, a shopper who stayed away. */
export async function sweepOrders(ctx: Ctx): Promise<void> {
  for (;;) {
    const due = await findOrdersToWake(ctx.db, ctx.now, SWEPT_AT_ONCE);
    await Promise.all(due.map((orderId) => advanceOrder(orderId, ctx)));
    if (due.length < SWEPT_AT_ONCE || ctx.signal.aborted) return;
  }
}
