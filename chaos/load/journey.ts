import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { newId } from "#kernel/id";
import type { About, Answer, Client, Request } from "./client.ts";
import type { Plan } from "./plans.ts";

export type Visit = {
  readonly client: Client;
  readonly staff: Readonly<Record<string, string>>;
  readonly shopper: number;
  readonly plan: Plan;
};

type Guest = Visit & { readonly headers: Readonly<Record<string, string>> };

const API = "/api/v1";
const WAIT_MS = { order: 25_000, capture: 20_000 };

const ADDRESS = {
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  city: "London",
  postcode: "SW1Y 4JH",
  country: "GB",
};

/** One visit to the shop, from the door to what the plan says; every lost answer is asked for again with the same key. */
export async function visit(visit: Visit): Promise<void> {
  if (visit.plan.kind === "supply") return supply(visit);
  const arrived = await visit.client.insist(
    { shopper: visit.shopper, act: "arrive" },
    { method: "POST", path: `${API}/guest-tokens`, body: {} },
  );
  if (arrived?.status !== 201) return;
  const guest: Guest = { ...visit, headers: { authorization: `Bearer ${arrived.body.token}` } };
  const checkout = (await fillCart(guest)) ? await prepareCheckout(guest) : undefined;
  if (checkout === undefined) return;
  const about = { act: "checkout", key: checkout.headers["idempotency-key"] } as const;
  const answer = await insist(guest, about, checkout);
  if (answer === undefined || answer.status >= 400) return;
  const orderId: string = answer.body.orderId;
  const status = await settle(guest, orderId, answer);
  if (guest.plan.repeats) await insist(guest, { ...about, act: "repeat", orderId }, checkout);
  if (status === "confirmed") await afterwards(guest, orderId);
}

/** Puts the goods in. Setting a quantity is safe to repeat, adding is not. */
async function fillCart(guest: Guest): Promise<boolean> {
  for (const { sku, quantity } of guest.plan.lines) {
    const put = await insist(guest, { act: "fill" }, { method: "PUT", path: `/cart/lines/${sku}`, body: { quantity } });
    if (put?.status !== 200) return false;
  }
  return true;
}

async function prepareCheckout(guest: Guest) {
  const { lines, card } = guest.plan;
  const asked = { lines, shipTo: { country: "GB" }, shippingMethod: "standard" };
  const quote = await insist(guest, { act: "fill" }, { method: "POST", path: "/quotes", body: asked });
  const paper = { number: card, expiryMonth: 12, expiryYear: 2040, cvc: card.length === 15 ? "1234" : "123" };
  const token = await insist(guest, { act: "fill" }, { method: "POST", path: "/payment-tokens", body: paper });
  if (quote?.status !== 200 || token?.status !== 201) return undefined;
  const body = {
    email: `shopper-${guest.shopper}@example.com`,
    shippingAddress: ADDRESS,
    shippingMethod: "standard",
    paymentToken: token.body.token,
    expectedTotal: quote.body.total,
  };
  return { method: "POST", path: "/checkout", body, headers: { "idempotency-key": `chaos-${randomUUID()}` } };
}

/** What becomes of the order, with the shopper's part in it; undefined when that takes too long. */
async function settle(guest: Guest, orderId: string, answer: Answer): Promise<string | undefined> {
  const { status, nextAction } = answer.body;
  if (status === "confirmed" || status === "failed" || status === "cancelled") return status;
  if (status !== "awaiting_shopper") return untilOrder(guest, orderId, (seen) => isOver(seen.status));
  if (guest.plan.kind === "abandon") return undefined;
  const decision = guest.plan.kind === "refuse" ? "refuse" : "accept";
  await guest.client.insist(
    { shopper: guest.shopper, act: "challenge", orderId },
    {
      method: "POST",
      path: nextAction.url,
      body: `decision=${decision}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    },
  );
  return untilOrder(guest, orderId, (seen) => isOver(seen.status));
}

async function afterwards(guest: Guest, orderId: string): Promise<void> {
  if (guest.plan.addsMore) await addMore(guest, orderId);
  switch (guest.plan.kind) {
    case "cancel":
      return cancel(guest, orderId);
    case "refund":
      return refund(guest, orderId);
    case "dispatch":
      return dispatch(guest, orderId);
    case "race":
      await Promise.all([dispatch(guest, orderId), cancel(guest, orderId)]);
      return undefined;
    default:
      return undefined;
  }
}

/** One more piece: adding is safe to repeat with a key only. */
async function addMore(guest: Guest, orderId: string): Promise<void> {
  const goods = { sku: guest.plan.lines[0]!.sku, quantity: 1 };
  const key = `chaos-${randomUUID()}`;
  const request = { method: "POST", path: "/cart/lines", body: goods, headers: { "idempotency-key": key } };
  await insist(guest, { act: "add", key, orderId, goods }, request);
}

async function cancel(guest: Guest, orderId: string): Promise<void> {
  await insist(guest, { act: "cancel", orderId }, { method: "POST", path: `/orders/${orderId}/cancel`, body: {} });
}

async function refund(guest: Guest, orderId: string): Promise<void> {
  let totalMinor = 0;
  const seen = await untilOrder(guest, orderId, (order) => {
    totalMinor = order.total.amountMinor;
    return order.paymentStatus === "captured";
  });
  if (seen === undefined) return;
  const refundId = newId("refund");
  const amountMinor = Math.max(1, Math.floor((totalMinor * guest.plan.refundPercent) / 100));
  const body = { refundId, amount: { amountMinor, currency: "GBP" }, reason: "chaos" };
  const about = { shopper: guest.shopper, act: "refund", orderId, key: refundId } as const;
  await asStaff(guest, about, { method: "POST", path: `/orders/${orderId}/refunds`, body });
}

async function dispatch(guest: Guest, orderId: string): Promise<void> {
  const about = { shopper: guest.shopper, act: "dispatch", orderId } as const;
  const endMs = Date.now() + WAIT_MS.order;
  while (Date.now() < endMs) {
    const seen = await asStaff(
      guest,
      { ...about, act: "look" },
      { method: "GET", path: `/shipments?orderId=${orderId}` },
    );
    const shipment = seen?.body.items?.[0];
    if (shipment !== undefined) {
      await asStaff(guest, about, { method: "POST", path: `/shipments/${shipment.shipmentId}/dispatch`, body: {} });
      return;
    }
    await pause(60);
  }
}

/** Goods come in: the staff tell of a lorry. */
async function supply(visit: Visit): Promise<void> {
  const { sku } = visit.plan.lines[0]!;
  const warehouseEventId = newId("warehouseEvent");
  const quantity = 1 + (visit.shopper % 5);
  const body = {
    warehouseEventId,
    kind: "goods_received",
    warehouse: "leicester",
    occurredAt: new Date().toISOString(),
    lines: [{ sku, quantity }],
  };
  const about = { shopper: visit.shopper, act: "supply", key: warehouseEventId, goods: { sku, quantity } } as const;
  await asStaff(visit, about, { method: "POST", path: "/warehouse-events", body });
}

/** Looks at the order until it is as wanted; its status then, or undefined after the limit. */
async function untilOrder(
  guest: Guest,
  orderId: string,
  isWanted: (order: Answer["body"]) => boolean,
): Promise<string | undefined> {
  const endMs = Date.now() + WAIT_MS.order;
  while (Date.now() < endMs) {
    const seen = await insist(guest, { act: "look", orderId }, { method: "GET", path: `/orders/${orderId}` });
    if (seen === undefined || seen.status >= 400) return undefined;
    if (isWanted(seen.body)) return seen.body.status;
    await pause(80);
  }
  return undefined;
}

function isOver(status: string): boolean {
  return status === "confirmed" || status === "failed" || status === "cancelled";
}

function insist(guest: Guest, about: Omit<About, "shopper">, request: Request): Promise<Answer | undefined> {
  const headers = { ...guest.headers, ...request.headers };
  return guest.client.insist({ shopper: guest.shopper, ...about }, { ...request, path: API + request.path, headers });
}

function asStaff(visit: Visit, about: About, request: Request): Promise<Answer | undefined> {
  return visit.client.insist(about, { ...request, path: API + request.path, headers: visit.staff });
}
