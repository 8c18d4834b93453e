import type { Ctx } from "#platform/ctx";
import { freeStock } from "./free-stock.ts";
import { lockExpiredReservations } from "./reservation-store.ts";

const BATCH_SIZE = 200;
const BATCHES_AT_MOST = 50;

/** Expires held reservations that are past their end and frees their stock, batch by batch; what is left waits for the next
 *  turn. Two sweeps at once share the work: each leaves out what the other has locked. */
export async function sweep(ctx: Ctx): Promise<void> {
  for (let batch = 0; batch < BATCHES_AT_MOST && !ctx.signal.aborted; batch++) {
    const expired = await ctx.db.transaction(async (tx) => {
      const reservations = await lockExpiredReservations(tx, ctx.now, BATCH_SIZE);
      if (reservations.length > 0) await freeStock(tx, ctx, reservations, "expired");
      return reservations.length;
    });
    if (expired > 0) ctx.log.info({ expired }, "reservations expired");
    if (expired < BATCH_SIZE) return;
  }
}
