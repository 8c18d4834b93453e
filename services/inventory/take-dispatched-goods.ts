import type { Event } from "#kernel/event";
import { applyOnce } from "#platform/consume";
import type { Ctx } from "#platform/ctx";
import type { ShipmentDispatched } from "#shipping/events";
import { changeStock } from "./change-stock.ts";
import { dispatchLines } from "./model/dispatch-lines.ts";
import { lockReservation, shrinkReservation } from "./reservation-store.ts";
import { lockStock } from "./store.ts";

/** Goods left a warehouse: on hand and allocated go down, once per event. Parcels of one order may leave at different times;
 *  the reservation is dispatched with the last. Goods without a promise (a released reservation) still leave the books. */
export async function takeDispatchedGoods(event: Event<typeof ShipmentDispatched>, ctx: Ctx): Promise<void> {
  const { shipmentId, reservationId, lines } = event.data;
  await applyOnce(ctx, event, async (tx) => {
    const reservation = await lockReservation(tx, reservationId);
    const open = reservation?.open ?? [];
    const stock = await lockStock(tx, [...new Set(lines.map(({ sku }) => sku))]);
    const dispatch = dispatchLines({ lines, reference: shipmentId }, open, stock.warehouses);
    await changeStock(tx, ctx, stock, dispatch.entries);
    if (open.length > 0) await shrinkReservation(tx, reservationId, dispatch.open, ctx.now);
    if (dispatch.unbooked.length === 0) return;
    const facts = { shipmentId, reservationId, unbooked: dispatch.unbooked };
    tx.afterCommit(() => ctx.log.warn(facts, "goods were dispatched that the books do not have: count these shelves"));
  });
}
