import { randomUUID } from "node:crypto";
import type { Ctx } from "#platform/ctx";
import { withDeadline } from "#platform/runtime-context";
import { keepOrder, type Lease, type OrderRow } from "./store.ts";

/** Longest that one step of an order (a part's `prepare`, `settle` or `undo`) may take; then nobody knows. */
export const STEP_MS = 4_000;

/** How long an order stays untouched when whoever works on it dies. Two steps: it is renewed before a step that it would not outlive.
 *  Losing it costs double work, never a double effect: every step goes by key, every decision by the lease's token. */
const LEASE_MS = 2 * STEP_MS;

export function newLease(now: Date): Lease {
  return { token: randomUUID(), until: new Date(now.getTime() + LEASE_MS) };
}

/** Our hold on an order that is leased to us. */
export type Hold = {
  /** A context for the next step: of the order's own market and trace, with the time of now. Undefined when somebody else took it over. */
  step(): Promise<Ctx | undefined>;
};

export function holdOrder(order: OrderRow, ctx: Ctx): Hold {
  const { store, market, locale, currency, traceparent } = order;
  const place = { store, market, locale, currency, ...(traceparent === null ? {} : { traceparent }) };
  let until = order.lease_until ?? new Date(0);
  return {
    async step() {
      const step = ctx.detached(STEP_MS, place);
      if (until.getTime() - step.now.getTime() >= STEP_MS) return step;
      until = newLease(step.now).until;
      return (await keepOrder(step.db, order, until)) === 1 ? step : undefined;
    },
  };
}

/** The step's answer; a fault when it takes longer than a step may. It may still happen then. */
export function inTime<Answer>(step: Promise<Answer>): Promise<Answer> {
  return withDeadline(step, STEP_MS);
}
