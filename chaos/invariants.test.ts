import { describe, expect, it } from "vitest";
import type { Evidence } from "./evidence.ts";
import { invariants } from "./invariants.ts";
import type { Entry } from "./journal.ts";
import { GAVE_UP } from "./load/client.ts";
import { soundEvidence } from "./testing-evidence.ts";

type Broken = readonly [invariant: string, what: string, how: (sound: Evidence) => Partial<Evidence>, says: RegExp];

/** The rows of a table, with the one of this name (under `by`) changed. */
function changed<Row extends object>(
  rows: readonly Row[],
  by: keyof Row,
  name: unknown,
  change: Partial<Row>,
): readonly Row[] {
  expect(rows.some((row) => row[by] === name)).toBe(true);
  return rows.map((row) => (row[by] === name ? { ...row, ...change } : row));
}

function without<Row extends object>(rows: readonly Row[], by: keyof Row, name: unknown): readonly Row[] {
  expect(rows.some((row) => row[by] === name)).toBe(true);
  return rows.filter((row) => row[by] !== name);
}

function eventOf(sound: Evidence, type: string, subject: string) {
  return sound.events.find((event) => event.type === type && event.subject === subject)!;
}

function service(sound: Evidence, name: string, change: Partial<Evidence["services"][number]>): Partial<Evidence> {
  return { services: changed(sound.services, "service", name, change) };
}

function entry(facts: Partial<Entry>): Entry {
  return { shopper: 2, act: "checkout", sentAtMs: 5, endedAtMs: 6, told: "confirmed", ...facts };
}

const STUCK = { eventId: "event-1", type: "orders.OrderConfirmed.v1", key: "kept", error: "TypeError" };
const CONFIRMED = "orders.OrderConfirmed.v1";

const broken: readonly Broken[] = [
  [
    "no-oversell",
    "more is sold than was there",
    () => ({ opening: [{ sku: "MUG", quantity: 1 }] }),
    /2 are sold, 1 were there/,
  ],
  [
    "no-oversell",
    "a shelf is promised beyond what is on it",
    (sound) => ({ stock: changed(sound.stock, "sku", "MUG", { allocated: 12 }) }),
    /12 are promised of 9/,
  ],
  [
    "stock-is-its-movements",
    "a movement is not written",
    (sound) => ({ movements: without(sound.movements, "seq", 3) }),
    /movement before 4 is missing/,
  ],
  [
    "stock-is-its-movements",
    "the last movement is not written",
    (sound) => ({ movements: without(sound.movements, "seq", 8) }),
    /on hand is 9 and should be 10/,
  ],
  [
    "stock-is-its-movements",
    "a balance does not follow on",
    (sound) => ({ movements: changed(sound.movements, "seq", 4, { balanceAllocated: 7 }) }),
    /does not follow on/,
  ],
  [
    "stock-is-its-movements",
    "an item counts otherwise than its shelves",
    (sound) => ({ items: changed(sound.items, "sku", "MUG", { available: 5 }) }),
    /available is 5 and should be 8/,
  ],
  [
    "reservations-follow-orders",
    "a pin was skipped",
    (sound) => ({ reservations: changed(sound.reservations, "orderId", "kept", { state: "held" }) }),
    /held and should be pinned/,
  ],
  [
    "reservations-follow-orders",
    "a confirmed order has no reservation",
    (sound) => ({ reservations: without(sound.reservations, "orderId", "kept") }),
    /is missing and should be pinned/,
  ],
  [
    "reservations-follow-orders",
    "other goods are reserved",
    (sound) => ({
      reservations: changed(sound.reservations, "orderId", "kept", {
        allocations: [{ sku: "CUP", warehouse: "leicester", quantity: 1 }],
      }),
    }),
    /is 1 CUP and should be 1 MUG/,
  ],
  [
    "reservations-follow-orders",
    "a failed order holds goods",
    (sound) => ({ reservations: changed(sound.reservations, "orderId", "poor", { state: "held" }) }),
    /failed order still has its goods held/,
  ],
  [
    "reservations-follow-orders",
    "goods are held for nobody",
    (sound) => ({
      reservations: changed(sound.reservations, "orderId", "poor", { state: "held", reservationId: "stray" }),
    }),
    /held for no order/,
  ],
  [
    "reservations-follow-orders",
    "stock is allocated that no reservation holds",
    (sound) => ({ stock: changed(sound.stock, "sku", "MUG", { allocated: 2 }) }),
    /allocated is 2 and should be 1/,
  ],
  [
    "money-adds-up",
    "the provider took less than payments says",
    (sound) => ({ charges: changed(sound.charges, "key", "payment-kept", { capturedMinor: 400 }) }),
    /payments took is 500 and should be 400/,
  ],
  [
    "money-adds-up",
    "the provider gave nothing back",
    () => ({ chargeRefunds: [] }),
    /gave back is 500 and should be 0/,
  ],
  [
    "money-adds-up",
    "the order was not told of the capture",
    (sound) => ({ orders: changed(sound.orders, "orderId", "kept", { capturedMinor: 0 }) }),
    /order says was taken is 0/,
  ],
  ["money-adds-up", "half a posting is missing", (sound) => ({ ledger: sound.ledger.slice(1) }), /sums to 500/],
  [
    "one-live-charge",
    "a second charge lives",
    (sound) => ({
      payments: [...sound.payments, { ...sound.payments[1]!, paymentId: "second" }],
      charges: [...sound.charges, { ...sound.charges[1]!, key: "second" }],
    }),
    /charges live is 2/,
  ],
  [
    "one-live-charge",
    "nothing is charged",
    (sound) => ({ charges: changed(sound.charges, "key", "payment-kept", { status: "voided" }) }),
    /charges live is 0/,
  ],
  [
    "one-live-charge",
    "nothing was taken",
    (sound) => ({ charges: changed(sound.charges, "key", "payment-kept", { status: "authorised", capturedMinor: 0 }) }),
    /was taken is 0/,
  ],
  [
    "no-charge-without-order",
    "a failed order is charged",
    (sound) => ({ charges: changed(sound.charges, "key", "payment-poor", { status: "authorised" }) }),
    /is authorised.*order failed/,
  ],
  [
    "no-charge-without-order",
    "a cancelled order's money is kept",
    () => ({ chargeRefunds: [] }),
    /500 of it kept, and the order cancelled/,
  ],
  [
    "no-charge-without-order",
    "nobody is charged",
    (sound) => ({ charges: [...sound.charges, { ...sound.charges[0]!, key: "stray" }] }),
    /for no order/,
  ],
  [
    "no-order-lost",
    "an acknowledged order is gone",
    (sound) => ({ orders: without(sound.orders, "orderId", "kept") }),
    /does not exist/,
  ],
  [
    "no-order-lost",
    "a confirmed order failed by itself",
    (sound) => ({ orders: changed(sound.orders, "orderId", "kept", { state: "failed" }) }),
    /is failed, and nobody cancelled it/,
  ],
  [
    "no-order-lost",
    "a cancelled order is confirmed",
    (sound) => ({ orders: changed(sound.orders, "orderId", "back", { state: "confirmed" }) }),
    /is confirmed and should be cancelled/,
  ],
  [
    "one-order-per-key",
    "a key is told two orders",
    (sound) => ({
      journal: [...sound.journal, entry({ act: "repeat", key: "key-kept", orderId: "sent", httpStatus: 201 })],
    }),
    /was told 2 orders/,
  ],
  [
    "one-order-per-key",
    "two orders have one key",
    (sound) => ({ keys: changed(sound.keys, "orderId", "sent", { key: "key-kept" }) }),
    /is 2 and should be 1/,
  ],
  ["one-order-per-key", "an order has no key", (sound) => ({ keys: sound.keys.slice(1) }), /no Idempotency-Key/],
  [
    "everyone-is-answered",
    "somebody is answered with a fault",
    (sound) => ({ journal: [...sound.journal, entry({ httpStatus: 500, told: "INTERNAL" })] }),
    /500 INTERNAL/,
  ],
  [
    "everyone-is-answered",
    "somebody is never answered",
    (sound) => ({ journal: [...sound.journal, entry({ told: GAVE_UP })] }),
    /gave up/,
  ],
  [
    "orders-are-final-in-time",
    "an order is open for ever",
    () => ({ unsettled: [{ orderId: "kept", state: "open" }] }),
    /still open/,
  ],
  [
    "outbox-reaches-bus",
    "an event is left",
    (sound) => service(sound, "orders", { outbox: [STUCK] }),
    /left in the outbox of orders/,
  ],
  [
    "changes-are-told",
    "an event was lost",
    (sound) => ({ events: sound.events.filter((event) => event !== eventOf(sound, CONFIRMED, "kept")) }),
    /OrderConfirmed.v1 is 0/,
  ],
  [
    "changes-are-told",
    "an event tells what never happened",
    (sound) => ({
      events: [...sound.events, { ...eventOf(sound, CONFIRMED, "kept"), type: "orders.OrderFailed.v1", id: "more" }],
    }),
    /OrderFailed.v1 is 1 and should be 0/,
  ],
  [
    "changes-are-told",
    "a capture was not told",
    (sound) => ({
      events: sound.events.filter((event) => event !== eventOf(sound, "payments.PaymentCaptured.v1", "payment-kept")),
    }),
    /PaymentCaptured.v1 is 0/,
  ],
  [
    "changes-are-told",
    "a release was not told",
    (sound) => ({
      events: sound.events.filter(
        (event) => event !== eventOf(sound, "inventory.StockReleased.v1", "reservation-poor"),
      ),
    }),
    /StockReleased.v1 is 0/,
  ],
  [
    "changes-are-told",
    "a parcel was not told",
    (sound) => ({
      events: sound.events.filter((event) => event !== eventOf(sound, "shipping.ShipmentDispatched.v1", "sent")),
    }),
    /ShipmentDispatched.v1 is 0/,
  ],
  [
    "bus-keeps-order",
    "an event lies there twice",
    (sound) => ({ events: [...sound.events, { ...sound.events[0]!, eventId: "copy" }] }),
    /is on the bus 2 times/,
  ],
  ["bus-keeps-order", "an offset is missing", (sound) => ({ events: sound.events.slice(1) }), /events and ends at/],
  [
    "bus-keeps-order",
    "a key lies in another partition",
    (sound) => ({ events: changed(sound.events, "id", "event-0", { partition: 99 }) }),
    /lies in partition 99/,
  ],
  [
    "bus-keeps-order",
    "a version comes after a later one",
    (sound) => ({ events: changed(sound.events, "id", "event-0", { subjectVersion: 9 }) }),
    /version 2 follows 9/,
  ],
  [
    "groups-hear-all",
    "a group stopped before the end",
    (sound) => ({ positions: [{ ...sound.positions[0]!, nextOffset: 0 }, ...sound.positions.slice(1)] }),
    /is 0 and should be/,
  ],
  [
    "groups-hear-all",
    "a group never read a topic",
    (sound) => ({ positions: without(sound.positions, "group", "cart") }),
    /cart never read orders/,
  ],
  [
    "groups-hear-all",
    "a listener passed over an event",
    (sound) => service(sound, "cart", { heard: new Set() }),
    /cart never heard orders.OrderConfirmed/,
  ],
  [
    "groups-hear-all",
    "a mail was not written",
    (sound) => ({ messages: sound.messages.slice(1) }),
    /notifications never heard/,
  ],
  ["nothing-is-stuck", "an event is parked", (sound) => service(sound, "cart", { parked: [STUCK] }), /cart has parked/],
  [
    "nothing-is-stuck",
    "an event was given up",
    (sound) => service(sound, "cart", { deadLetters: [STUCK] }),
    /cart gave .* up/,
  ],
  [
    "effects-happen-once",
    "money was taken twice",
    (sound) => ({ ledger: [...sound.ledger, ...sound.ledger.filter(({ paymentId }) => paymentId === "payment-kept")] }),
    /money was taken is 2/,
  ],
  [
    "effects-happen-once",
    "two parcels are on their way",
    (sound) => ({ shipments: [...sound.shipments, { ...sound.shipments[1]!, shipmentId: "more" }] }),
    /has 2 parcels/,
  ],
  [
    "effects-happen-once",
    "goods left the shelf twice",
    (sound) => ({ movements: changed(sound.movements, "kind", "dispatched", { deltaOnHand: -2 }) }),
    /left the shelf is 2 and should be 1/,
  ],
  [
    "effects-happen-once",
    "a mail was sent twice",
    (sound) => ({ messages: [...sound.messages, { ...sound.messages[0]!, eventId: "more" }] }),
    /mails order_confirmed is 2/,
  ],
  [
    "effects-happen-once",
    "a cart was cleared twice",
    (sound) => ({ carts: changed(sound.carts, "ownerId", "guest-kept", { lines: [] }) }),
    /0 of MUG are in the cart afterwards/,
  ],
  [
    "effects-happen-once",
    "a cart was not cleared",
    (sound) => ({ carts: changed(sound.carts, "ownerId", "guest-sent", { lines: [{ sku: "MUG", quantity: 1 }] }) }),
    /1 of MUG are in the cart/,
  ],
];

describe("the invariants of a chaos run", () => {
  it("all hold of a sound shop", () => {
    const found = invariants.flatMap(({ name, check }) => check(soundEvidence()).map(({ told }) => `${name}: ${told}`));
    expect(found).toEqual([]);
  });

  it.each(broken)("%s notices when %s", (name, _, how, says) => {
    const sound = soundEvidence();
    const found = invariants.find((one) => one.name === name)!.check({ ...sound, ...how(sound) });
    expect(found.map(({ told }) => told).join("\n")).toMatch(says);
  });

  it("are each broken by a test here", () => {
    expect(new Set(broken.map(([name]) => name))).toEqual(new Set(invariants.map(({ name }) => name)));
  });

  it("name the order", () => {
    const sound = soundEvidence();
    const { check } = invariants.find(({ name }) => name === "one-live-charge")!;
    const charges = changed(sound.charges, "key", "payment-kept", { status: "voided" });
    expect(check({ ...sound, charges }).map(({ orderIds }) => orderIds)).toContainEqual(["kept"]);
  });
});
