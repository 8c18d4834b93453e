import type { Evidence } from "./evidence.ts";

type Line = { readonly at: Date; readonly who: string; readonly told: string };

/** The whole history of an order, in the order of time: what its client asked and heard, and what every service, the bus and the
 *  provider have of it. */
export function tellOrder(evidence: Evidence, orderId: string): string {
  const order = evidence.orders.find((one) => one.orderId === orderId);
  const about = new Set([
    orderId,
    ...(order === undefined ? [] : [order.paymentId, order.reservationId, order.shipmentId]),
  ]);
  for (const payment of evidence.payments) if (payment.orderId === orderId) about.add(payment.paymentId);
  for (const reservation of evidence.reservations)
    if (reservation.orderId === orderId) about.add(reservation.reservationId);
  const lines = [
    ...clientLines(evidence, orderId),
    ...orderLines(evidence, orderId),
    ...moneyLines(evidence, about),
    ...goodsLines(evidence, about, orderId),
    ...eventLines(evidence, about, orderId),
  ].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const title = order === undefined ? "is in no database" : `T${order.number}: ${JSON.stringify(order)}`;
  return [`Order ${orderId} ${title}`, ...lines.map(formatted)].join("\n");
}

function formatted({ at, who, told }: Line): string {
  return `  ${at.toISOString().slice(11, 23)} ${who.padEnd(12)} ${told}`;
}

/** Its client's requests, the ones before the first answer too: they have the same key. */
function clientLines({ journal }: Evidence, orderId: string): readonly Line[] {
  const keys = new Set(journal.filter((entry) => entry.orderId === orderId).map(({ key }) => key));
  keys.delete(undefined);
  const own = journal.filter((entry) => entry.orderId === orderId || (entry.key !== undefined && keys.has(entry.key)));
  const looks = own.filter(({ act }) => act === "look");
  // Of the many looks at an order only those that saw something new are told.
  const isNews = new Set(looks.filter(({ told }, index) => told !== looks[index - 1]?.told));
  return own
    .filter((entry) => entry.act !== "look" || isNews.has(entry))
    .map((entry) => ({
      at: new Date(entry.endedAtMs),
      who: `shopper ${entry.shopper}`,
      told: `${entry.act} → ${entry.httpStatus ?? "no answer"} ${entry.told} (asked ${entry.endedAtMs - entry.sentAtMs} ms before)`,
    }));
}

function orderLines(
  { orderHistory, messages, shipments, shipmentHistory }: Evidence,
  orderId: string,
): readonly Line[] {
  const parcels = new Set(shipments.filter((one) => one.orderId === orderId).map(({ shipmentId }) => shipmentId));
  return [
    ...orderHistory
      .filter((step) => step.orderId === orderId)
      .map(({ at, about, from, to, note }) => ({
        at,
        who: "orders",
        told: `${about}: ${from ?? ""} → ${to} ${note ?? ""}`,
      })),
    ...shipmentHistory
      .filter(({ shipmentId }) => parcels.has(shipmentId))
      .map(({ at, shipmentId, state }) => ({ at, who: "shipping", told: `parcel ${shipmentId} → ${state}` })),
    ...messages
      .filter((message) => message.orderId === orderId)
      .map(({ at, kind, state }) => ({ at, who: "mail", told: `${kind} ${state}` })),
  ];
}

function moneyLines(
  { payments, refunds, ledger, charges, chargeRefunds }: Evidence,
  about: ReadonlySet<string>,
): readonly Line[] {
  return [
    ...payments
      .filter(({ paymentId }) => about.has(paymentId))
      .map((one) => ({ at: one.createdAt, who: "payments", told: `made; now ${JSON.stringify(one)}` })),
    ...refunds
      .filter(({ paymentId }) => about.has(paymentId))
      .map((one) => ({ at: one.createdAt, who: "payments", told: `refund ${one.amountMinor}; now ${one.status}` })),
    ...ledger
      .filter(({ paymentId }) => about.has(paymentId))
      .map(({ at, kind, account, amountMinor, balanceMinor }) => ({
        at,
        who: "ledger",
        told: `${kind} ${account} ${amountMinor} → ${balanceMinor}`,
      })),
    ...charges
      .filter(({ key }) => about.has(key))
      .map((one) => ({ at: one.createdAt, who: "provider", told: `charged; now ${JSON.stringify(one)}` })),
    ...chargeRefunds
      .filter(({ chargeKey }) => about.has(chargeKey))
      .map(({ createdAt, amountMinor, status }) => ({
        at: createdAt,
        who: "provider",
        told: `refund ${amountMinor} ${status}`,
      })),
  ];
}

function goodsLines(
  { reservations, movements }: Evidence,
  about: ReadonlySet<string>,
  orderId: string,
): readonly Line[] {
  return [
    ...reservations
      .filter((one) => one.orderId === orderId || about.has(one.reservationId))
      .map((one) => ({ at: one.createdAt, who: "inventory", told: `reserved; now ${JSON.stringify(one)}` })),
    ...movements
      .filter(({ reference }) => about.has(reference))
      .map(({ at, sku, seq, kind, deltaOnHand, deltaAllocated }) => ({
        at,
        who: "inventory",
        told: `movement ${sku} ${seq}: ${kind} on hand ${deltaOnHand}, allocated ${deltaAllocated}`,
      })),
  ];
}

function eventLines({ events, services }: Evidence, about: ReadonlySet<string>, orderId: string): readonly Line[] {
  const own = events.filter(
    ({ subject, data }) => about.has(subject) || about.has(data?.key) || data?.orderId === orderId,
  );
  const waiting = services.flatMap(({ service, outbox, parked, deadLetters }) => [
    ...outbox.filter(({ key }) => about.has(key)).map(({ type }) => `in the outbox of ${service}: ${type}`),
    ...parked.filter(({ key }) => about.has(key)).map(({ type, error }) => `parked by ${service}: ${type} (${error})`),
    ...deadLetters
      .filter(({ key }) => about.has(key))
      .map(({ type, error }) => `given up by ${service}: ${type} (${error})`),
  ]);
  return [
    ...own.map(({ at, type, topic, partition, offset, subjectVersion, id }) => {
      const heard = services.filter((one) => one.heard.has(id)).map(({ service }) => service);
      const version = subjectVersion === undefined ? "" : ` version ${subjectVersion}`;
      return {
        at,
        who: "bus",
        told: `${type}${version} at ${topic}/${partition}/${offset}; listed as heard by ${heard.join(", ") || "nobody"}`,
      };
    }),
    ...waiting.map((told) => ({ at: new Date(), who: "bus", told })),
  ];
}
