import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { refuse, type Shipment, type shipping } from "./contract.ts";
import { ShipmentDelivered, ShipmentDispatched, ShipmentReturned } from "./events.ts";
import { decideMove, type State } from "./model/shipment.ts";
import { trackingCode } from "./model/tracking-code.ts";
import { ownContext } from "./own-context.ts";
import { originCountry } from "./settings.ts";
import { lockShipment, moveShipment, withHistory, type ShipmentRow } from "./store.ts";

type Told = Input<typeof shipping.dispatchShipment>;
type Moved = Pick<
  ShipmentRow,
  "shipmentId" | "market" | "orderId" | "reservationId" | "method" | "country" | "lines" | "carrier" | "trackingCode"
>;

export function pickShipment(
  input: Input<typeof shipping.pickShipment>,
  ctx: Ctx,
): Promise<Output<typeof shipping.pickShipment>> {
  return move(ctx, input, "picked");
}

export function dispatchShipment(
  input: Input<typeof shipping.dispatchShipment>,
  ctx: Ctx,
): Promise<Output<typeof shipping.dispatchShipment>> {
  return move(ctx, input, "dispatched");
}

export function markInTransit(
  input: Input<typeof shipping.markInTransit>,
  ctx: Ctx,
): Promise<Output<typeof shipping.markInTransit>> {
  return move(ctx, input, "in_transit");
}

export function markDelivered(
  input: Input<typeof shipping.markDelivered>,
  ctx: Ctx,
): Promise<Output<typeof shipping.markDelivered>> {
  return move(ctx, input, "delivered");
}

export function markReturned(
  input: Input<typeof shipping.markReturned>,
  ctx: Ctx,
): Promise<Output<typeof shipping.markReturned>> {
  return move(ctx, input, "returned");
}

/** Moves a shipment along, writes its history and tells it, all at once; a repeat answers it as it is. */
function move(ctx: Ctx, told: Told, to: State): Promise<Shipment> {
  return ctx.db.transaction(async (tx) => {
    const present = await lockShipment(tx, ctx.store, told.shipmentId);
    if (present === undefined) throw refuse.SHIPMENT_NOT_FOUND({ shipmentId: told.shipmentId });
    const decision = decideMove(present, to, told);
    if (decision === "refuse")
      throw refuse.SHIPMENT_STATE_CONFLICT({ shipmentId: told.shipmentId, state: present.state });
    const shipment = decision === "move" ? await moveNow(ctx, tx, present, told, to) : present;
    const [answer] = await withHistory(tx, [shipment]);
    return answer!;
  });
}

async function moveNow(ctx: Ctx, tx: Tx, present: ShipmentRow, told: Told, to: State): Promise<ShipmentRow> {
  const isDispatch = to === "dispatched";
  const code = isDispatch ? (told.trackingCode ?? trackingCode(present.serial, ctx.setting(originCountry))) : undefined;
  const carrier = isDispatch ? told.carrier : undefined;
  const { shipmentId, state: from } = present;
  await moveShipment(tx, { shipmentId, from, to, at: ctx.now, note: told.note, carrier, trackingCode: code });
  const moved = {
    ...present,
    state: to,
    carrier: carrier ?? present.carrier,
    trackingCode: code ?? present.trackingCode,
  };
  tell(ctx, tx, moved, to);
  return moved;
}

function tell(ctx: Ctx, tx: Tx, shipment: Moved, to: State): void {
  const { shipmentId, orderId, reservationId, method, country, lines, carrier, trackingCode } = shipment;
  const facts = { orderId, shipmentId, reservationId, method, country, lines, carrier, trackingCode };
  const at = ctx.now.toISOString();
  const own = ownContext(ctx, shipment);
  if (to === "dispatched") own.publish(tx, ShipmentDispatched, { ...facts, dispatchedAt: at });
  if (to === "delivered") own.publish(tx, ShipmentDelivered, { ...facts, deliveredAt: at });
  if (to === "returned") own.publish(tx, ShipmentReturned, { ...facts, returnedAt: at });
}
