import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type shipping } from "./contract.ts";
import { ShipmentCreated } from "./events.ts";
import { findShipment, insertShipment, lockOrderGate, withHistory } from "./store.ts";

/** Asks for goods to be sent, once per shipmentId: a repeat answers the shipment as it is now.
 *  Refuses SHIPMENTS_CANCELLED when `cancelShipments` came first. */
export function createShipment(
  input: Input<typeof shipping.createShipment>,
  ctx: Ctx,
): Promise<Output<typeof shipping.createShipment>> {
  const { shipmentId, orderId, reservationId, method, address, lines } = input;
  return ctx.db.groupCommit.transaction(async (tx) => {
    const gate = await lockOrderGate(tx, ctx.store, orderId);
    if (gate.isCancelled) throw refuse.SHIPMENTS_CANCELLED({ orderId });
    const facts = { shipmentId, orderId, reservationId, method, country: address.country, lines };
    const createdAt = ctx.now.toISOString();
    if (await insertShipment(tx, ctx, { ...facts, address }, ctx.now)) {
      ctx.publish(tx, ShipmentCreated, { ...facts, createdAt });
      const history = [{ state: "pending" as const, at: createdAt, note: null }];
      return { ...facts, state: "pending", carrier: null, trackingCode: null, createdAt, history };
    }
    const shipment = await findShipment(tx, ctx.store, shipmentId);
    if (shipment?.orderId !== orderId || shipment.reservationId !== reservationId) {
      throw refuse.SHIPMENT_ID_REUSED({ shipmentId });
    }
    const [answer] = await withHistory(tx, [shipment]);
    return answer!;
  });
}
