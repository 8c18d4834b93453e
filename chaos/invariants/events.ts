import { partitionOf } from "#platform/bus";
import type { BusEvent, Evidence } from "../evidence.ts";
import { differs, violation, type Invariant, type Violation } from "../invariant.ts";

export const busKeepsOrder: Invariant = {
  name: "bus-keeps-order",
  sentence:
    "The bus has each event once, offsets without a gap, each key in its partition and each subject's versions in their order.",
  check: ({ events, ends }) => {
    const places = Map.groupBy(events, ({ topic, partition }) => `${topic}/${partition}`);
    const subjects = Map.groupBy(
      events.filter(({ subjectVersion }) => subjectVersion !== undefined),
      ({ topic, subject }) => `${topic} ${subject}`,
    );
    const copies = [...Map.groupBy(events, ({ id }) => id).values()].filter((same) => same.length > 1);
    return [
      ...copies.map(([event, ...others]) =>
        violation(`${nameOf(event!)} is on the bus ${others.length + 1} times`, orderOf(event!)),
      ),
      ...ends.flatMap(({ topic, partition, nextOffset }) => {
        const offsets = (places.get(`${topic}/${partition}`) ?? []).map(({ offset }) => offset);
        const isDense = offsets.length === nextOffset && offsets.every((offset, index) => offset === index);
        return isDense
          ? []
          : [violation(`${topic}/${partition} has ${offsets.length} events and ends at ${nextOffset}`)];
      }),
      ...events
        .filter(({ key, partition, eventId, id }) => partitionOf(key) !== partition || eventId !== id)
        .map((event) =>
          violation(`${nameOf(event)} lies in partition ${event.partition} as ${event.eventId}`, orderOf(event)),
        ),
      ...[...subjects].flatMap(([subject, told]) => outOfOrder(subject, told)),
    ];
  },
};

/** One change may tell several events of one version; a later place never has an earlier version. */
function outOfOrder(subject: string, told: readonly BusEvent[]): readonly Violation[] {
  return told.slice(1).flatMap((event, index) => {
    const before = told[index]!;
    const isLater = event.subjectVersion! > before.subjectVersion!;
    const isSameChange = event.subjectVersion === before.subjectVersion && event.type !== before.type;
    if (isLater || isSameChange || event.id === before.id) return [];
    return [violation(`${subject}: version ${event.subjectVersion} follows ${before.subjectVersion}`, orderOf(event))];
  });
}

export const outboxReachesBus: Invariant = {
  name: "outbox-reaches-bus",
  sentence: "No event is left in an outbox.",
  check: ({ services }) =>
    services.flatMap(({ service, outbox }) =>
      outbox.map(({ type, key }) => violation(`${type} about ${key} is left in the outbox of ${service}`, key)),
    ),
};

export const changesAreTold: Invariant = {
  name: "changes-are-told",
  sentence:
    "Every change of an order, a payment, a reservation and a parcel has its event on the bus, once per change.",
  check: (evidence) => {
    const { orders, orderHistory, payments, refunds, reservations, shipments, shipmentHistory } = evidence;
    const counts = new Map<string, number>();
    const seen = new Set<string>();
    for (const { type, subject, id } of evidence.events) {
      if (!seen.has(id)) counts.set(`${type} ${subject}`, (counts.get(`${type} ${subject}`) ?? 0) + 1);
      seen.add(id);
    }
    const expect = (type: string, subject: string, should: number, orderId: string | null): readonly Violation[] =>
      differs(`events ${type}`, { is: counts.get(`${type} ${subject}`) ?? 0, should }, orderId ?? undefined);
    const steps = Map.groupBy(
      orderHistory.filter(({ about }) => about === "order"),
      ({ orderId }) => orderId,
    );
    const moves = Map.groupBy(shipmentHistory, ({ shipmentId }) => shipmentId);
    const refundsOf = Map.groupBy(
      refunds.filter(({ status }) => status === "succeeded"),
      ({ paymentId }) => paymentId,
    );
    return [
      ...orders.flatMap(({ orderId }) => {
        const own = steps.get(orderId) ?? [];
        // An order that is kept after all ("the goods had just left") was confirmed before, and is not told again.
        const times = (state: string) => own.filter(({ to, note }) => to === state && note !== KEPT).length;
        return [
          ...expect("orders.OrderPlaced.v1", orderId, 1, orderId),
          ...expect("orders.OrderConfirmed.v1", orderId, times("confirmed"), orderId),
          ...expect("orders.OrderFailed.v1", orderId, times("failed"), orderId),
          ...expect("orders.OrderCancelled.v1", orderId, times("cancelled"), orderId),
        ];
      }),
      ...payments.flatMap(({ paymentId, orderId, status, capturedMinor }) => [
        ...expect("payments.PaymentCaptured.v1", paymentId, capturedMinor > 0 ? 1 : 0, orderId),
        ...expect("payments.PaymentRefunded.v1", paymentId, refundsOf.get(paymentId)?.length ?? 0, orderId),
        ...(status === "voided" && orderId !== null ? expect("payments.PaymentVoided.v1", paymentId, 1, orderId) : []),
        ...(status === "declined" ? expect("payments.PaymentDeclined.v1", paymentId, 1, orderId) : []),
      ]),
      ...reservations
        .filter(({ orderId }) => orderId !== null)
        .flatMap(({ reservationId, orderId, state }) => [
          ...expect("inventory.StockReserved.v1", reservationId, 1, orderId),
          ...expect(
            "inventory.StockReleased.v1",
            reservationId,
            state === "released" || state === "expired" ? 1 : 0,
            orderId,
          ),
        ]),
      ...shipments.flatMap(({ shipmentId, orderId }) => {
        const times = (state: string) => (moves.get(shipmentId) ?? []).filter((step) => step.state === state).length;
        return [
          ...expect("shipping.ShipmentCreated.v1", orderId, 1, orderId),
          ...expect("shipping.ShipmentDispatched.v1", orderId, times("dispatched"), orderId),
          ...expect("shipping.ShipmentCancelled.v1", orderId, times("cancelled"), orderId),
        ];
      }),
    ];
  },
};

const KEPT = "dispatched before it could be undone";

export const groupsHearAll: Invariant = {
  name: "groups-hear-all",
  sentence:
    "Every group has read to the end, and each event that it hears is in its list of heard events or its effect is there.",
  check: (evidence) => {
    const ends = new Map(
      evidence.ends.map(({ topic, partition, nextOffset }) => [`${topic}/${partition}`, nextOffset]),
    );
    return [
      ...evidence.positions.flatMap(({ group, topic, partition, nextOffset }) =>
        differs(`where ${group} stands in ${topic}/${partition}`, {
          is: nextOffset,
          should: ends.get(`${topic}/${partition}`),
        }),
      ),
      ...evidence.hears.flatMap(({ service, types }) => unheard(evidence, service, new Set(types))),
    ];
  },
};

function unheard(evidence: Evidence, service: string, types: ReadonlySet<string>): readonly Violation[] {
  const own = evidence.services.find((one) => one.service === service);
  const wanted = evidence.events.filter(({ type }) => types.has(type));
  if (wanted.length === 0) return [];
  const topics = new Set(wanted.map(({ topic }) => topic));
  const joined = new Set(evidence.positions.filter(({ group }) => group === service).map(({ topic }) => topic));
  const traces = tracesIn(evidence);
  return [
    ...[...topics].filter((topic) => !joined.has(topic)).map((topic) => violation(`${service} never read ${topic}`)),
    ...wanted
      .filter((event) => !(own?.heard.has(event.id) || (traces[`${service} ${event.type}`] ?? NEVER)(event)))
      .map((event) =>
        violation(`${service} never heard ${nameOf(event)} of ${event.at.toISOString()}`, orderOf(event)),
      ),
  ];
}

const NEVER = () => false;

/** Listeners whose effect can be repeated keep no list; what shows there that they heard it. A new one that keeps none has to be
 *  added here. */
function tracesIn(evidence: Evidence): Readonly<Record<string, (event: BusEvent) => boolean>> {
  const mails = new Set(evidence.messages.map(({ eventId }) => eventId));
  const orders = new Map(evidence.orders.map((order) => [order.orderId, order]));
  const parcels = new Set(evidence.shipments.map(({ orderId }) => orderId));
  const charges = new Map(evidence.charges.map((charge) => [charge.key, charge]));
  const payments = new Map(evidence.payments.map((payment) => [payment.paymentId, payment]));
  const isMailed = ({ id }: BusEvent) => mails.has(id);
  const isOver = ({ data }: BusEvent) =>
    ["confirmed", "failed", "cancelled"].includes(orders.get(data.orderId)?.state ?? "");
  const agrees = ({ data }: BusEvent) => payments.get(data.key)?.capturedMinor === charges.get(data.key)?.capturedMinor;
  return {
    "notifications orders.OrderConfirmed.v1": isMailed,
    "notifications orders.OrderFailed.v1": isMailed,
    "notifications orders.OrderCancelled.v1": isMailed,
    "notifications shipping.ShipmentDispatched.v1": isMailed,
    "notifications payments.PaymentRefunded.v1": isMailed,
    // Fulfilled: it has its parcel, unless it was cancelled meanwhile.
    "orders orders.OrderConfirmed.v1": (event) =>
      parcels.has(event.subject) || orders.get(event.subject)?.state !== "confirmed",
    "orders payments.PaymentAuthorised.v1": isOver,
    "orders payments.PaymentChallengeRequired.v1": (event) =>
      isOver(event) || orders.get(event.data.orderId)?.state === "awaiting_shopper",
    "payments payment-simulator.ProviderEventSent.v1": agrees,
  };
}

export const nothingIsStuck: Invariant = {
  name: "nothing-is-stuck",
  sentence: "No event is parked and none is a dead letter.",
  check: ({ services }) =>
    services.flatMap(({ service, parked, deadLetters }) => [
      ...parked.map(({ type, key, error }) => violation(`${service} has parked ${type} about ${key}: ${error}`, key)),
      ...deadLetters.map(({ type, key, error }) => violation(`${service} gave ${type} about ${key} up: ${error}`, key)),
    ]),
};

function nameOf({ type, subject }: BusEvent): string {
  return `${type} about ${subject}`;
}

function orderOf({ data, topic, subject }: BusEvent): string | undefined {
  return data?.orderId ?? (topic === "orders" ? subject : undefined);
}
