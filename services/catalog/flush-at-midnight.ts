import type { Ctx } from "#platform/ctx";
import type { Job } from "#platform/service";
import { CacheFlushed } from "./events.ts";
import { insertFlush } from "./store.ts";

/** Tells every replica once a day, soon after midnight UTC, to forget what it cached: the last resort against anything that
 *  an invalidation missed. */
export const flushAtMidnight: Job = { name: "flush-at-midnight", everyMs: 60_000, run: announceFlush };

async function announceFlush(ctx: Ctx): Promise<void> {
  const day = ctx.now.toISOString().slice(0, 10);
  await ctx.db.transaction(async (tx) => {
    if (await insertFlush(tx, day)) ctx.publish(tx, CacheFlushed, { day });
  });
}
