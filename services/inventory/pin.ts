import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type inventory } from "./contract.ts";
import { findReservations, pinReservation } from "./reservation-store.ts";

/** Makes a held reservation permanent; touches only its own row. Safe to repeat. Refuses RESERVATION_EXPIRED from the moment
 *  of its end on, swept or not: the goods may be somebody else's by then. */
export async function pin(
  { reservationId }: Input<typeof inventory.pin>,
  ctx: Ctx,
): Promise<Output<typeof inventory.pin>> {
  if (await pinReservation(ctx.db.groupCommit, reservationId, ctx.now)) return { reservationId, state: "pinned" };
  const [reservation] = await findReservations(ctx.db, [reservationId]);
  if (reservation === undefined) throw refuse.RESERVATION_NOT_FOUND({ reservationId });
  if (reservation.state === "released") throw refuse.RESERVATION_RELEASED({ reservationId });
  // Held, but not pinned above: its end is behind it.
  if (reservation.state === "expired" || reservation.state === "held")
    throw refuse.RESERVATION_EXPIRED({ reservationId });
  return { reservationId, state: "pinned" };
}
