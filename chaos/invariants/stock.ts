import type { Allocation, Evidence, Goods, Movement, Order, Stock } from "../evidence.ts";
import { differs, summed, violation, type Invariant, type Violation } from "../invariant.ts";

/** Counts what was promised against what the clients put on the shelves, not against inventory's own books. */
export const noOversell: Invariant = {
  name: "no-oversell",
  sentence: "No more units of a SKU are sold than were on the shelves at the opening and came in since.",
  check: ({ orders, opening, journal, stock }) => {
    const supplied = summed([...opening, ...suppliesOf(journal)], skuOf, quantityOf);
    const buyers = orders.filter(({ state }) => state === "confirmed");
    const sold = summed(
      buyers.flatMap(({ lines }) => lines),
      skuOf,
      quantityOf,
    );
    const oversold = [...sold].filter(([sku, quantity]) => quantity > (supplied.get(sku) ?? 0));
    const overfull = stock.filter(({ onHand, allocated }) => allocated < 0 || allocated > onHand);
    return [
      ...oversold.map(([sku, quantity]) =>
        violation(`${sku}: ${quantity} are sold, ${supplied.get(sku) ?? 0} were there`, ...lastBuyersOf(buyers, sku)),
      ),
      ...overfull.map((row) => violation(`${placeOf(row)}: ${row.allocated} are promised of ${row.onHand}`)),
    ];
  },
};

/** Every supply that was sent, once per id: one without an answer may have come in. */
function suppliesOf(journal: Evidence["journal"]): readonly Goods[] {
  const supplies = journal.filter(({ act, goods }) => act === "supply" && goods !== undefined);
  return [...new Map(supplies.map((entry) => [entry.key, entry.goods!])).values()];
}

function lastBuyersOf(buyers: readonly Order[], sku: string): readonly string[] {
  return buyers
    .filter(({ lines }) => lines.some((line) => line.sku === sku))
    .slice(-3)
    .map(({ orderId }) => orderId);
}

export const stockIsItsMovements: Invariant = {
  name: "stock-is-its-movements",
  sentence:
    "What is on hand and allocated is the sum of its movements, whose numbers have no gap and whose balances follow on.",
  check: (evidence) => {
    const { items, stock, movements } = evidence;
    const bySku = Map.groupBy(movements, skuOf);
    return [
      ...items.flatMap((item) => {
        const own = bySku.get(item.sku) ?? [];
        const shelves = stock.filter(({ sku }) => sku === item.sku);
        const available = shelves.reduce((sum, { onHand, allocated }) => sum + onHand - allocated, 0);
        return [
          ...differs(`${item.sku}: its version`, { is: item.version, should: own.at(-1)?.seq ?? 0 }),
          ...differs(`${item.sku}: what is available`, { is: item.available, should: available }),
          ...missingMovement(evidence, own),
        ];
      }),
      ...stock.flatMap((row) => checkShelf(evidence, row, bySku.get(row.sku) ?? [])),
    ];
  },
};

/** The first gap in the numbers; those after it follow from it. */
function missingMovement(evidence: Evidence, ofSku: readonly Movement[]): readonly Violation[] {
  const after = ofSku.find(({ seq }, index) => seq !== index + 1);
  if (after === undefined) return [];
  return [violation(`${after.sku}: the movement before ${after.seq} is missing`, orderOf(evidence, after.reference))];
}

function checkShelf(evidence: Evidence, row: Stock, ofSku: readonly Movement[]): readonly Violation[] {
  let onHand = 0;
  let allocated = 0;
  const found: Violation[] = [];
  for (const movement of ofSku) {
    if (movement.warehouse !== row.warehouse) continue;
    onHand += movement.deltaOnHand;
    allocated += movement.deltaAllocated;
    const isChained = movement.balanceOnHand === onHand && movement.balanceAllocated === allocated;
    if (isChained) continue;
    const told = `${placeOf(row)}: movement ${movement.seq} (${movement.kind}) does not follow on from the one before`;
    found.push(violation(told, orderOf(evidence, movement.reference)));
    [onHand, allocated] = [movement.balanceOnHand, movement.balanceAllocated]; // told once per break
  }
  return [
    ...found,
    ...differs(`${placeOf(row)}: what is on hand`, { is: row.onHand, should: onHand }),
    ...differs(`${placeOf(row)}: what is allocated`, { is: row.allocated, should: allocated }),
  ];
}

/** A movement refers to a reservation or a shipment. */
function orderOf({ reservations, shipments }: Evidence, reference: string): string | null | undefined {
  return (
    reservations.find(({ reservationId }) => reservationId === reference)?.orderId ??
    shipments.find(({ shipmentId }) => shipmentId === reference)?.orderId
  );
}

export const reservationsFollowOrders: Invariant = {
  name: "reservations-follow-orders",
  sentence:
    "A confirmed order has its goods pinned until they leave; a failed or cancelled one holds none; nothing else is held.",
  check: ({ orders, reservations, stock, shipments }) => {
    const byId = new Map(reservations.map((reservation) => [reservation.reservationId, reservation]));
    const owners = new Map(orders.map((order) => [order.reservationId, order]));
    const left = new Set(shipments.filter(({ state }) => LEFT.has(state)).map(({ orderId }) => orderId));
    const held = summed(
      reservations.flatMap(({ open }) => open),
      placeOf,
      quantityOf,
    );
    return [
      ...orders.flatMap((order) => {
        const reservation = byId.get(order.reservationId);
        const state = reservation?.state ?? "missing";
        if (order.state !== "confirmed") return [];
        const should = left.has(order.orderId) ? "dispatched" : "pinned";
        return [
          ...differs("the reservation of a confirmed order", { is: state, should }, order.orderId),
          ...differs(
            "what is reserved",
            { is: listOf(reservation?.allocations ?? []), should: listOf(order.lines) },
            order.orderId,
          ),
        ];
      }),
      ...reservations.flatMap(({ reservationId, orderId, state }) => {
        if (state !== "held" && state !== "pinned") return [];
        const order = owners.get(reservationId);
        if (order === undefined) return [violation(`reservation ${reservationId} is ${state} for no order`, orderId)];
        const isOver = order.state === "failed" || order.state === "cancelled";
        return isOver ? [violation(`a ${order.state} order still has its goods ${state}`, order.orderId)] : [];
      }),
      ...stock.flatMap((row) =>
        differs(`${placeOf(row)}: what is allocated`, { is: row.allocated, should: held.get(placeOf(row)) ?? 0 }),
      ),
    ];
  },
};

const LEFT = new Set(["dispatched", "in_transit", "delivered", "returned"]);

function listOf(lines: readonly Goods[]): string {
  const sums = [...summed(lines, skuOf, quantityOf)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sums.map(([sku, quantity]) => `${quantity} ${sku}`).join(", ");
}

function skuOf({ sku }: { readonly sku: string }): string {
  return sku;
}

function quantityOf({ quantity }: Goods): number {
  return quantity;
}

function placeOf({ sku, warehouse }: Pick<Allocation, "sku" | "warehouse">): string {
  return `${sku} in ${warehouse}`;
}
