import { partitionOf } from "#platform/bus";
import type { Entry } from "./journal.ts";
import type { BusEvent, Evidence, LedgerLine, Movement, Order, OrderStep } from "./evidence.ts";

const AT = new Date("2026-11-25T09:00:00Z");

/** What a sound shop leaves after four orders of one mug each: `sent` (paid, and on its way), `kept` (paid, and its shopper put
 *  another mug into the cart), `back` (paid, then cancelled) and `poor` (its card was declined). Break it to see who notices. */
export function soundEvidence(): Evidence {
  const orders = [
    order("sent", { state: "confirmed", fulfilmentState: "dispatched", capturedMinor: 500 }),
    order("kept", { state: "confirmed", capturedMinor: 500 }),
    order("back", { state: "cancelled", cancelledBy: "shopper", capturedMinor: 500, refundedMinor: 500 }),
    order("poor", { state: "failed", failure: "payment_declined", isEverConfirmed: false }),
  ];
  const events = eventsInOrder();
  return {
    orders,
    orderHistory: [
      ...["sent", "kept", "back"].flatMap((id) => [step(id, null, "open"), step(id, "open", "confirmed")]),
      step("back", "confirmed", "undoing"),
      step("back", "undoing", "cancelled"),
      step("poor", null, "open"),
      step("poor", "open", "undoing"),
      step("poor", "undoing", "failed"),
    ],
    keys: orders.map(({ orderId }) => ({ principal: "demo/guest:1", key: `key-${orderId}`, orderId })),
    ...moneyOf(orders),
    ...goods(),
    shipments: [parcel("sent", "dispatched"), parcel("kept", "pending"), parcel("back", "cancelled")],
    shipmentHistory: [
      ...["sent", "kept", "back"].map((id) => ({ shipmentId: `shipment-${id}`, seq: 1, state: "pending", at: AT })),
      { shipmentId: "shipment-sent", seq: 2, state: "dispatched", at: AT },
      { shipmentId: "shipment-back", seq: 2, state: "cancelled", at: AT },
    ],
    messages: events
      .filter(({ type }) => MAILED[type] !== undefined)
      .map(({ id, type, data }) => ({
        eventId: id,
        orderId: data.orderId,
        kind: MAILED[type]!,
        state: "captured",
        at: AT,
      })),
    carts: orders.map(({ orderId, ownerId, cartId, lines }) => ({
      ownerId,
      cartId,
      lines: orderId === "kept" || orderId === "poor" ? lines : [],
    })),
    ...busOf(events),
    journal: journalOf(orders),
    opening: [{ sku: "MUG", quantity: 10 }],
    unsettled: [],
  };
}

function moneyOf(orders: readonly Order[]) {
  return {
    payments: orders.map(({ orderId, paymentId, capturedMinor, refundedMinor }) => ({
      paymentId,
      orderId,
      status: capturedMinor === 0 ? "declined" : refundedMinor > 0 ? "refunded" : "captured",
      amountMinor: 500,
      capturedMinor,
      isAuthorised: capturedMinor > 0,
      createdAt: AT,
    })),
    refunds: [
      { refundId: "refund-back", paymentId: "payment-back", amountMinor: 500, status: "succeeded", createdAt: AT },
    ],
    ledger: [
      ...["sent", "kept", "back"].flatMap((id) => posting(id, 1, "captured", ["held", "merchant"])),
      ...posting("back", 2, "refunded", ["merchant", "shopper"]),
    ],
    charges: orders.map(({ paymentId, capturedMinor }) => ({
      key: paymentId,
      status: capturedMinor === 0 ? "declined" : "captured",
      amountMinor: 500,
      capturedMinor,
      behaviour: "succeeds",
      version: 2,
      createdAt: AT,
      updatedAt: AT,
    })),
    chargeRefunds: [
      { refundKey: "refund-back", chargeKey: "payment-back", amountMinor: 500, status: "succeeded", createdAt: AT },
    ],
  };
}

/** Of ten mugs three were promised to buyers, one of them has left. */
function goods() {
  return {
    items: [{ sku: "MUG", available: 8, version: 8 }],
    stock: [{ sku: "MUG", warehouse: "leicester", onHand: 9, allocated: 1 }],
    movements: movements(),
    reservations: [
      { ...reservation("sent", "dispatched"), open: [] },
      reservation("kept", "pinned"),
      { ...reservation("back", "released"), open: [] },
      { ...reservation("poor", "released"), open: [] },
    ],
  };
}

function busOf(events: readonly BusEvent[]) {
  const ends = endsOf(events);
  return {
    events,
    ends,
    positions: [...HEARS].flatMap(([group, types]) =>
      ends
        .filter(({ topic }) => types.some((type) => type.startsWith(`${topic}.`)))
        .map((place) => ({ group, ...place })),
    ),
    services: ["orders", "cart", "notifications"].map((service) => ({
      service,
      outbox: [],
      heard: new Set(service === "notifications" ? [] : events.map(({ id }) => id)),
      parked: [],
      deadLetters: [],
    })),
    hears: [...HEARS].map(([service, types]) => ({ service, types })),
  };
}

function journalOf(orders: readonly Order[]): readonly Entry[] {
  return [
    ...orders.map(({ orderId, state }) => ({
      shopper: 1,
      act: "checkout" as const,
      sentAtMs: 1,
      endedAtMs: 2,
      key: `key-${orderId}`,
      orderId,
      httpStatus: 201,
      told: state === "failed" ? "failed" : "confirmed",
    })),
    {
      shopper: 1,
      act: "add",
      key: "key-add",
      sentAtMs: 3,
      endedAtMs: 4,
      orderId: "kept",
      httpStatus: 200,
      told: "",
      goods: { sku: "MUG", quantity: 1 },
    },
    { shopper: 1, act: "cancel", sentAtMs: 3, endedAtMs: 4, orderId: "back", httpStatus: 200, told: "cancelled" },
  ];
}

const MAILED: Readonly<Record<string, string>> = {
  "orders.OrderConfirmed.v1": "order_confirmed",
  "orders.OrderFailed.v1": "order_failed",
  "orders.OrderCancelled.v1": "order_cancelled",
  "shipping.ShipmentDispatched.v1": "order_dispatched",
};

const HEARS: ReadonlyMap<string, readonly string[]> = new Map([
  ["cart", ["orders.OrderConfirmed.v1"]],
  ["orders", ["orders.OrderConfirmed.v1", "payments.PaymentCaptured.v1", "shipping.ShipmentDispatched.v1"]],
  ["notifications", Object.keys(MAILED)],
]);

function order(orderId: string, facts: Partial<Order>): Order {
  return {
    orderId,
    number: 1,
    state: "open",
    paymentState: "none",
    fulfilmentState: "none",
    ownerId: `guest-${orderId}`,
    cartId: `cart-${orderId}`,
    lines: [{ sku: "MUG", quantity: 1 }],
    totalMinor: 500,
    capturedMinor: 0,
    refundedMinor: 0,
    reservationId: `reservation-${orderId}`,
    paymentId: `payment-${orderId}`,
    shipmentId: `shipment-${orderId}`,
    isEverConfirmed: true,
    cancelledBy: null,
    failure: null,
    placedAt: AT,
    ...facts,
  };
}

function step(orderId: string, from: string | null, to: string): OrderStep {
  return { orderId, at: AT, about: "order", from, to, note: null };
}

function posting(
  orderId: string,
  posting: number,
  kind: string,
  accounts: readonly [string, string],
): readonly LedgerLine[] {
  return accounts.map((account, line) => {
    const amountMinor = line === 0 ? -500 : 500;
    return {
      paymentId: `payment-${orderId}`,
      posting,
      line,
      kind,
      account,
      amountMinor,
      balanceMinor: amountMinor,
      at: AT,
    };
  });
}

/** Ten come in; four are reserved, two of them freed again, one leaves. */
function movements(): readonly Movement[] {
  let [balanceOnHand, balanceAllocated] = [0, 0];
  const moves: readonly (readonly [string, string, number, number])[] = [
    ["adjusted", "opening", 10, 0],
    ["reserved", "reservation-sent", 0, 1],
    ["reserved", "reservation-kept", 0, 1],
    ["reserved", "reservation-back", 0, 1],
    ["reserved", "reservation-poor", 0, 1],
    ["released", "reservation-poor", 0, -1],
    ["released", "reservation-back", 0, -1],
    ["dispatched", "shipment-sent", -1, -1],
  ];
  return moves.map(([kind, reference, deltaOnHand, deltaAllocated], index) => {
    balanceOnHand += deltaOnHand;
    balanceAllocated += deltaAllocated;
    const place = { sku: "MUG", seq: index + 1, warehouse: "leicester", at: AT };
    return { ...place, kind, reference, deltaOnHand, deltaAllocated, balanceOnHand, balanceAllocated };
  });
}

const LINES = [{ sku: "MUG", warehouse: "leicester", quantity: 1 }];

function reservation(orderId: string, state: string) {
  return {
    reservationId: `reservation-${orderId}`,
    orderId,
    state,
    allocations: LINES,
    open: LINES,
    createdAt: AT,
    updatedAt: AT,
  };
}

function parcel(orderId: string, state: string) {
  return { shipmentId: `shipment-${orderId}`, orderId, reservationId: `reservation-${orderId}`, state, lines: LINES };
}

/** Every event that the four orders give rise to, each in its place on the bus. */
function eventsInOrder(): readonly BusEvent[] {
  const told: readonly (readonly [string, string, string, number?])[] = [
    ...["sent", "kept", "back", "poor"].flatMap((id) => [
      ["orders.OrderPlaced.v1", id, id, 1] as const,
      ["inventory.StockReserved.v1", `reservation-${id}`, id] as const,
    ]),
    ...["sent", "kept", "back"].flatMap((id) => [
      ["orders.OrderConfirmed.v1", id, id, 2] as const,
      ["payments.PaymentCaptured.v1", `payment-${id}`, id, 2] as const,
      ["shipping.ShipmentCreated.v1", id, id] as const,
    ]),
    ["payments.PaymentDeclined.v1", "payment-poor", "poor", 2],
    ["orders.OrderFailed.v1", "poor", "poor", 2],
    ["inventory.StockReleased.v1", "reservation-poor", "poor"],
    ["orders.OrderCancelled.v1", "back", "back", 3],
    ["payments.PaymentRefunded.v1", "payment-back", "back", 3],
    ["inventory.StockReleased.v1", "reservation-back", "back"],
    ["shipping.ShipmentCancelled.v1", "back", "back"],
    ["shipping.ShipmentDispatched.v1", "sent", "sent"],
  ];
  const nextOffsets = new Map<string, number>();
  return told.map(([type, subject, orderId, subjectVersion], index) => {
    const topic = type.slice(0, type.indexOf("."));
    const partition = partitionOf(subject);
    const place = `${topic}/${partition}`;
    const offset = nextOffsets.get(place) ?? 0;
    nextOffsets.set(place, offset + 1);
    const id = `event-${index}`;
    return {
      topic,
      partition,
      offset,
      eventId: id,
      key: subject,
      type,
      id,
      subject,
      subjectVersion,
      data: { orderId },
      at: AT,
    };
  });
}

function endsOf(events: readonly BusEvent[]): Evidence["ends"] {
  const byPlace = Map.groupBy(events, ({ topic, partition }) => `${topic}/${partition}`);
  return [...byPlace.values()].map((own) => ({
    topic: own[0]!.topic,
    partition: own[0]!.partition,
    nextOffset: own.length,
  }));
}
