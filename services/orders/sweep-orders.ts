import type { Ctx } from "#platform/ctx";
import { carryOn } from "./advance-order.ts";
import { newLease, STEP_MS } from "./hold-order.ts";
import { leaseDueOrders, type OrderRow } from "./store.ts";

/** Orders that one sweep works on side by side. */
const HANDS = 16;

/** Goes on with orders whose time has come: after a crash, a lost answer, a shopper who stayed away. Longest due first; one that is
 *  slow or cannot go on keeps one hand busy and no other order waiting. */
export async function sweepOrders(ctx: Ctx): Promise<void> {
  const first = await take(HANDS, ctx);
  const areMore = first.length === HANDS;
  const work = async (order: OrderRow) => {
    for (let next: OrderRow | undefined = order; next !== undefined;) {
      await carryOn(next, ctx);
      next = areMore && !ctx.signal.aborted ? (await take(1, ctx))[0] : undefined;
    }
  };
  await Promise.all(first.map(work));
}

function take(limit: number, ctx: Ctx): Promise<readonly OrderRow[]> {
  const { now } = ctx.detached(STEP_MS);
  return leaseDueOrders(ctx.db, { lease: newLease(now), now, limit });
}
