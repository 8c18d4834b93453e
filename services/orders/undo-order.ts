import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { OrderCancelled, OrderFailed } from "./events.ts";
import { inTime, STEP_MS, type Hold } from "./hold-order.ts";
import { backOffMs } from "./model/saga.ts";
import { orderFacts } from "./order-view.ts";
import { participants } from "./participants.ts";
import { findOrder, putOffOrder, recordDecision, type OrderRow } from "./store.ts";

/** Takes every part of an order back, last first, then closes it as failed or cancelled. A part that does not answer is asked again
 *  later, for ever: what was taken must be given back. Undefined when somebody else took the order over. */
export async function undoOrder(order: OrderRow, hold: Hold): Promise<OrderRow | undefined> {
  let capturedMinor = 0;
  for (const part of participants.toReversed()) {
    const step = await hold.step();
    if (step === undefined) return undefined;
    try {
      const undone = await inTime(part.undo(order, step));
      if (undone.kind === "refused") return await keepAfterAll(order, step);
      capturedMinor = Math.max(capturedMinor, undone.capturedMinor ?? 0);
    } catch (error) {
      return putOff(order, { part: part.name, error }, step);
    }
  }
  const step = await hold.step();
  return step?.db.transaction((tx) => close(tx, { order, capturedMinor }, step));
}

const LONGEST_PAUSE_MS = 30_000;
/** After about ten minutes somebody should have a look. */
const WORRYING_ATTEMPTS = 25;

async function putOff(
  order: OrderRow,
  told: { part: string; error: unknown },
  ctx: Ctx,
): Promise<OrderRow | undefined> {
  const facts = { orderId: order.id, attempts: order.attempts, ...told };
  if (order.attempts < WORRYING_ATTEMPTS) ctx.log.warn(facts, "a step back has no answer yet");
  else ctx.log.error(facts, "an order cannot be undone for a long time");
  const { db, now } = ctx.detached(STEP_MS); // the step's own time may be over
  const wakeAt = new Date(now.getTime() + backOffMs(order.attempts, { longestMs: LONGEST_PAUSE_MS }));
  await putOffOrder(db, order, wakeAt);
  return findOrder(db, order.id);
}

/** The goods had just left: the order stands, as if nobody had wanted it back. */
function keepAfterAll(order: OrderRow, ctx: Ctx): Promise<OrderRow | undefined> {
  return ctx.db.transaction((tx) =>
    recordDecision(tx, { order, to: "confirmed", note: "dispatched before it could be undone", now: ctx.now }),
  );
}

async function close(
  tx: Tx,
  { order, capturedMinor }: { order: OrderRow; capturedMinor: number },
  ctx: Ctx,
): Promise<OrderRow | undefined> {
  const by = order.cancelled_by;
  const to = by === null ? "failed" : "cancelled";
  const closed = await recordDecision(tx, { order, to, capturedMinor, now: ctx.now });
  if (closed === undefined) return undefined;
  const at = ctx.now.toISOString();
  const version = { subjectVersion: closed.version };
  const captured = closed.captured_minor;
  const refunded = captured > 0 ? { amountMinor: captured, currency: closed.currency } : null;
  if (by === null) {
    const reason = closed.failure?.code ?? "unknown";
    ctx.publish(tx, OrderFailed, { ...orderFacts(closed), reason, failedAt: at }, version);
  } else ctx.publish(tx, OrderCancelled, { ...orderFacts(closed), by, refunded, cancelledAt: at }, version);
  return closed;
}
