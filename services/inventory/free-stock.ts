import { asId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { changeStock } from "./change-stock.ts";
import { StockReleased } from "./events.ts";
import { entriesFor } from "./model/post-entries.ts";
import { closeReservations, type Reservation } from "./reservation-store.ts";
import { lockStock } from "./store.ts";

/** Makes available again what these reservations still hold, and ends them; tells of each in its own shop and market. They must be
 *  locked, held or pinned. */
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
  const causeOf = (sku: string) => {
    const cause = reservations.find(({ open }) => open.some((line) => line.sku === sku));
    return cause && ownContext(ctx, cause);
  };
  await changeStock(tx, ctx, stock, entries, { causeOf });
  const ids = reservations.map(({ id }) => id);
  await closeReservations(tx, ids, reason, ctx.now);
  for (const reservation of reservations) {
    const { id, orderId, open } = reservation;
    const facts = { reservationId: asId("reservation", id), orderId: asId("order", orderId!) };
    ownContext(ctx, reservation).publish(tx, StockReleased, { ...facts, reason, lines: [...open] });
  }
}

function ownContext(ctx: Ctx, { store, market }: Reservation): Ctx {
  if (ctx.store === store && ctx.market === market) return ctx;
  return ctx.detached(1, { store, market, locale: ctx.locale, currency: ctx.currency });
}
