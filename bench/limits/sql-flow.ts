import { randomUUID } from "node:crypto";
import { newId } from "#kernel/id";

/** The ids and values of one purchase. */
export type SqlFlow = ReturnType<typeof newFlow>;

const WEEK_MS = 604_800_000;

export function newFlow(skus: readonly [string, string]) {
  const now = new Date();
  const orderId = newId("order");
  const paymentId = newId("payment");
  const amount = { amountMinor: 1_065, currency: "GBP" };
  return {
    skus,
    now,
    inAWeek: new Date(now.getTime() + WEEK_MS),
    guestId: newId("guest"),
    cartId: newId("cart"),
    key: randomUUID(),
    token: `tok_${randomUUID()}`,
    orderId,
    leaseId: randomUUID(),
    reservationId: newId("reservation"),
    paymentId,
    shipmentId: newId("shipment"),
    refundId: newId("refund"),
    chargeId: randomUUID(),
    messageId: newId("message"),
    mailEventId: randomUUID(),
    allocations: skus.map((sku) => ({ sku, quantity: 1, warehouse: "main" })),
    money: { orderId, paymentId, amount, expiresAt: now, method: "standard", country: "GB" },
    sold: { productId: newId("product"), quantity: 1, unitPrice: amount, total: amount },
    charge: {
      key: paymentId,
      charge: { key: paymentId, status: "authorised", amount, refunds: [], wasAuthorised: true },
    },
  };
}

/** An envelope as long as the shop's. */
export function event(type: string, subject: string, data: object): { id: string; envelope: string } {
  const id = newId("event");
  const envelope = {
    specversion: "1.0",
    id,
    source: `/${type.split(".")[0]}`,
    type,
    subject,
    time: new Date(),
    subjectversion: 1,
    store: "demo",
    market: "gb",
    traceparent: "00-cd1e39dd37b2b3002c0a15effb2511b5-4432d224970e345f-01",
    data,
  };
  return { id, envelope: JSON.stringify(envelope) };
}
