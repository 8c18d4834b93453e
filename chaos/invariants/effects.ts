import type { Evidence, Order } from "../evidence.ts";
import { differs, summed, violation, type Invariant, type Violation } from "../invariant.ts";
import type { Entry } from "../journal.ts";

/** Doing a thing twice is found by its effect, whatever the listener believes. */
export const effectsHappenOnce: Invariant = {
  name: "effects-happen-once",
  sentence:
    "An event that came twice had one effect: one capture, one parcel, goods off the shelf once, one mail of a kind, the cart cleared once.",
  check: (evidence) => {
    const captures = summed(
      evidence.ledger.filter(({ kind, account }) => kind === "captured" && account === "merchant"),
      ({ paymentId }) => paymentId,
      () => 1,
    );
    const parcels = Map.groupBy(evidence.shipments, ({ orderId }) => orderId);
    const sent = sentOrders(evidence);
    const mails = summed(
      evidence.messages,
      ({ orderId, kind }) => `${orderId} ${kind}`,
      () => 1,
    );
    return [
      ...evidence.orders.flatMap((order) => {
        const { orderId, capturedMinor } = order;
        const own = parcels.get(orderId) ?? [];
        return [
          ...differs(
            "how often money was taken",
            { is: captures.get(order.paymentId) ?? 0, should: capturedMinor > 0 ? 1 : 0 },
            orderId,
          ),
          ...(own.length > 1 ? [violation(`has ${own.length} parcels`, orderId)] : []),
          ...mailsOf(order, sent.has(orderId)).flatMap(({ kind, should }) =>
            differs(`mails ${kind}`, { is: mails.get(`${orderId} ${kind}`) ?? 0, should }, orderId),
          ),
        ];
      }),
      ...dispatchedTwice(evidence),
      ...clearedTwice(evidence),
    ];
  },
};

/** Which mails an order gives rise to: one per event that is told. */
function mailsOf({ isEverConfirmed, state }: Order, isSent: boolean) {
  return [
    { kind: "order_confirmed", should: isEverConfirmed ? 1 : 0 },
    { kind: "order_failed", should: state === "failed" ? 1 : 0 },
    { kind: "order_cancelled", should: state === "cancelled" ? 1 : 0 },
    { kind: "order_dispatched", should: isSent ? 1 : 0 },
  ];
}

function sentOrders({ shipments, shipmentHistory }: Evidence): ReadonlySet<string> {
  const left = new Set(
    shipmentHistory.filter(({ state }) => state === "dispatched").map(({ shipmentId }) => shipmentId),
  );
  return new Set(shipments.filter(({ shipmentId }) => left.has(shipmentId)).map(({ orderId }) => orderId));
}

/** Goods leave the shelf once per parcel, exactly those that are in it. */
function dispatchedTwice({ shipments, shipmentHistory, movements }: Evidence): readonly Violation[] {
  const left = new Set(
    shipmentHistory.filter(({ state }) => state === "dispatched").map(({ shipmentId }) => shipmentId),
  );
  const gone = summed(
    movements.filter(({ kind }) => kind === "dispatched"),
    ({ reference, sku }) => `${reference} ${sku}`,
    ({ deltaOnHand }) => -deltaOnHand,
  );
  return shipments.flatMap(({ shipmentId, orderId, lines }) =>
    [
      ...summed(
        lines,
        ({ sku }) => sku,
        ({ quantity }) => quantity,
      ),
    ].flatMap(([sku, quantity]) =>
      differs(
        `${sku} that left the shelf`,
        { is: gone.get(`${shipmentId} ${sku}`) ?? 0, should: left.has(shipmentId) ? quantity : 0 },
        orderId,
      ),
    ),
  );
}

/** What shoppers put into their carts after the order was confirmed is still in, and what they ordered is out. */
function clearedTwice({ orders, carts, journal }: Evidence): readonly Violation[] {
  const adds = Map.groupBy(
    journal.filter(({ act }) => act === "add"),
    ({ orderId }) => orderId!,
  );
  const cartOf = new Map(carts.map((cart) => [cart.ownerId, cart]));
  return orders
    .filter(({ isEverConfirmed }) => isEverConfirmed)
    .flatMap(({ orderId, ownerId, lines }) => {
      const own = adds.get(orderId) ?? [];
      const sure = goodsOf(own.filter(({ httpStatus }) => httpStatus === 200));
      const possible = goodsOf(own);
      const inCart = new Map((cartOf.get(ownerId)?.lines ?? []).map(({ sku, quantity }) => [sku, quantity]));
      return lines.flatMap(({ sku }) => {
        const is = inCart.get(sku) ?? 0;
        const least = sure.get(sku) ?? 0;
        const most = possible.get(sku) ?? 0;
        if (is >= least && is <= most) return [];
        return [
          violation(
            `${is} of ${sku} are in the cart afterwards and should be ${least === most ? least : `${least} to ${most}`}`,
            orderId,
          ),
        ];
      });
    });
}

/** Tries with one key put the goods in once. */
function goodsOf(adds: readonly Entry[]): ReadonlyMap<string, number> {
  const once = new Map(adds.map(({ key, goods }) => [key, goods!]));
  return summed(
    [...once.values()],
    ({ sku }) => sku,
    ({ quantity }) => quantity,
  );
}
