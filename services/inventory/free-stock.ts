import { asId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { changeStock } from "./change-stock.ts";
import { StockReleased } from "./events.ts";
import { entriesFor } from "./model/post-entries.ts";
import { closeReservations, type Reservation } from "./reservation-store.ts";
import { lockStock } from "./store.ts";

/** Makes available again what these reservations still hold, and ends them. They must be locked, held or pinned. */
export async function freeStock(
  tx: Tx,
  ctx: Ctx,
  reservations: readonly Reservation[],
  reason: "released" | "expired",
): Promise<void> {
  const skus = new Set(reservations.flatMap(({ open }) => open.map(({ sku }) => sku)));
  const stock = await lockStock(tx, [...skus]);
  const entries = reservations.flatMap(({ id, open }) =>
    entriesFor(open, { kind: reason, reference: id, onHand: 0, allocated: -1 }),
  );
  await changeStock(tx, ctx, stock, entries);
  const ids = reservations.map(({ id }) => id);
  await closeReservations(tx, ids, reason, ctx.now);
  for (const { id, orderId, open } of reservations) {
    const reservation = { reservationId: asId("reservation", id), orderId: asId("order", orderId!) };
    ctx.publish(tx, StockReleased, { ...reservation, reason, lines: [...open] });
  }
}
