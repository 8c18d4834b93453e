import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type shipping } from "./contract.ts";
import { ShipmentCancelled } from "./events.ts";
import { decideCancellation } from "./model/shipment.ts";
import { ownContext } from "./own-context.ts";
import { closeOrderGate, lockOrderGate, lockShipmentsOfOrder, moveShipment } from "./store.ts";

/** Cancels all shipments of an order, or none: one that left already refuses SHIPMENT_ALREADY_DISPATCHED. Leaves a closed
 *  gate, so that a shipment asked for late is refused. Safe to repeat. */
export function cancelShipments(
  input: Input<typeof shipping.cancelShipments>,
  ctx: Ctx,
): Promise<Output<typeof shipping.cancelShipments>> {
  const { orderId } = input;
  return ctx.db.transaction(async (tx) => {
    await lockOrderGate(tx, ctx.store, orderId);
    const shipments = await lockShipmentsOfOrder(tx, ctx.store, orderId);
    const decision = decideCancellation(shipments);
    if (decision.kind === "refuse") {
      throw refuse.SHIPMENT_ALREADY_DISPATCHED({ orderId, shipmentId: decision.gone.shipmentId });
    }
    await closeOrderGate(tx, ctx.store, orderId, ctx.now);
    for (const shipment of decision.open) {
      const { shipmentId, state, reservationId, method, country, lines } = shipment;
      await moveShipment(tx, { shipmentId, from: state, to: "cancelled", at: ctx.now });
      const facts = { orderId, shipmentId, reservationId, method, country, lines };
      ownContext(ctx, shipment).publish(tx, ShipmentCancelled, { ...facts, cancelledAt: ctx.now.toISOString() });
    }
    return { orderId, cancelled: shipments.map((shipment) => shipment.shipmentId) };
  });
}
