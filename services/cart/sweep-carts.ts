import type { Ctx } from "#platform/ctx";
import { CartAbandoned } from "./events.ts";
import { inOrder } from "./model/lines.ts";
import { abandonedAfter, timeToLive } from "./settings.ts";
import { deleteExpiredCarts, markIdleCarts } from "./store.ts";

const batchSize = 500;

/** Deletes carts that expired, batch by batch. */
export async function sweepExpired(ctx: Ctx): Promise<void> {
  const { now } = ctx;
  const changedBefore = new Date(now.getTime() - ctx.setting(timeToLive) * 1_000);
  let deleted = batchSize;
  while (deleted === batchSize && !ctx.signal.aborted) {
    deleted = await deleteExpiredCarts(ctx.db, { now, changedBefore, limit: batchSize });
  }
}

/** Tells, once until the next change and in its own shop and market, of every cart with goods in it that was left alone. */
export async function tellAbandoned(ctx: Ctx): Promise<void> {
  const { now } = ctx;
  const before = new Date(now.getTime() - ctx.setting(abandonedAfter) * 3_600_000);
  let seen = batchSize;
  while (seen === batchSize && !ctx.signal.aborted) {
    seen = await ctx.db.transaction(async (tx) => {
      const idle = await markIdleCarts(tx, { now, before, limit: batchSize });
      for (const { store, kind, id, cartId, market, lines, changedAt } of idle.filter((cart) => cart.lineCount > 0)) {
        const own = ctx.detached(1, { store, market, locale: ctx.locale, currency: ctx.currency });
        own.publish(tx, CartAbandoned, {
          cartId,
          owner: { kind, id },
          store,
          market,
          lines: [...inOrder(lines)],
          lastChangedAt: changedAt.toISOString(),
        });
      }
      return idle.length;
    });
  }
}
