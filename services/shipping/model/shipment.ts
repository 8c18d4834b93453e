export type State = "pending" | "picked" | "dispatched" | "in_transit" | "delivered" | "returned" | "cancelled";

/** Where a shipment may go from each state. A small shop may dispatch what nobody marked as picked, a carrier may deliver
 *  what it never reported on its way, and a delivered parcel may still come back. */
export const transitions: Readonly<Record<State, readonly State[]>> = {
  pending: ["picked", "dispatched", "cancelled"],
  picked: ["dispatched", "cancelled"],
  dispatched: ["in_transit", "delivered", "returned"],
  in_transit: ["delivered", "returned"],
  delivered: ["returned"],
  returned: [],
  cancelled: [],
};

export type Tracking = { readonly carrier?: string | undefined; readonly trackingCode?: string | undefined };
export type Present = {
  readonly state: State;
  readonly carrier: string | null;
  readonly trackingCode: string | null;
};

/** What a request to move a shipment comes to: a move, nothing (it is there already), or a refusal. A repeat that tells
 *  another carrier or tracking code than the first is no repeat. */
export function decideMove(present: Present, to: State, told: Tracking = {}): "move" | "nothing" | "refuse" {
  if (transitions[present.state].includes(to)) return "move";
  if (present.state !== to) return "refuse";
  return agrees(told.carrier, present.carrier) && agrees(told.trackingCode, present.trackingCode)
    ? "nothing"
    : "refuse";
}

/** What a request to cancel all shipments of an order comes to. One that left the house stops it; nothing is half done. */
export function decideCancellation<Shipment extends { readonly state: State }>(
  shipments: readonly Shipment[],
):
  | { readonly kind: "cancel"; readonly open: readonly Shipment[] }
  | { readonly kind: "refuse"; readonly gone: Shipment } {
  const gone = shipments.find((shipment) => shipment.state !== "cancelled" && !canCancel(shipment.state));
  if (gone !== undefined) return { kind: "refuse", gone };
  return { kind: "cancel", open: shipments.filter((shipment) => canCancel(shipment.state)) };
}

function canCancel(state: State): boolean {
  return transitions[state].includes("cancelled");
}

function agrees(told: string | undefined, known: string | null): boolean {
  return told === undefined || told === known;
}
