import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import type { inventory } from "./contract.ts";
import { freeStock } from "./free-stock.ts";
import { insertTombstone, lockReservation, type Reservation } from "./reservation-store.ts";

/** Frees what a reservation still holds, pinned or not. Always succeeds and is safe to repeat: an unknown id leaves a
 *  tombstone, so that a reserve which arrives later is refused. */
export function release(
  { reservationId }: Input<typeof inventory.release>,
  ctx: Ctx,
): Promise<Output<typeof inventory.release>> {
  return ctx.db.transaction(async (tx) => {
    const reservation = await lockOrBury(tx, reservationId, ctx);
    if (reservation === undefined) return { reservationId, state: "released" };
    const { state } = reservation;
    if (state !== "held" && state !== "pinned") return { reservationId, state };
    await freeStock(tx, ctx, [reservation], "released");
    return { reservationId, state: "released" };
  });
}

/** The reservation, locked; undefined when there was none and the tombstone is written. */
async function lockOrBury(tx: Tx, id: string, { store, market, now }: Ctx): Promise<Reservation | undefined> {
  const reservation = await lockReservation(tx, id);
  if (reservation !== undefined) return reservation;
  // A reserve that was being written meanwhile wins the insert; its row is there then.
  return (await insertTombstone(tx, { id, store, market, now })) ? undefined : lockReservation(tx, id);
}
