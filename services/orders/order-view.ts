import { asId } from "#kernel/id";
import type { Order, CheckoutAnswer } from "./contract.ts";
import type { ContactRow, HistoryRow, OrderRow, SummaryRow } from "./store.ts";

export function orderNumber(order: Pick<OrderRow, "number">): string {
  return `T${order.number}`;
}

/** What every event of an order says of it. */
export function orderFacts(order: OrderRow) {
  return {
    orderId: asId("order", order.id),
    orderNumber: orderNumber(order),
    owner: { kind: order.owner_kind, id: order.owner_id },
  };
}

export function orderLines(order: OrderRow) {
  return order.quote.lines.map(({ sku, productId, quantity, unitPrice, total }) => ({
    sku,
    productId,
    quantity,
    unitPrice,
    total,
  }));
}

/** Where the order's state is told, as the outside sees it. */
function statusUrl(orderId: string): string {
  return `/api/v1/orders/${orderId}`;
}

export function checkoutAnswer(order: OrderRow): CheckoutAnswer {
  return {
    orderId: order.id,
    orderNumber: orderNumber(order),
    status: order.state,
    ...(order.failure === null ? {} : { failure: order.failure }),
    ...(order.next_action === null || order.state !== "awaiting_shopper" ? {} : { nextAction: order.next_action }),
    total: order.quote.total,
    statusUrl: statusUrl(order.id),
  };
}

export function orderSummary(order: SummaryRow) {
  return {
    orderId: order.id,
    orderNumber: orderNumber(order),
    status: order.state,
    paymentStatus: order.payment_state,
    fulfilmentStatus: order.fulfilment_state,
    total: { amountMinor: order.total_minor, currency: order.currency },
    itemCount: order.item_count,
    placedAt: order.placed_at.toISOString(),
  };
}

export function wholeOrder(order: OrderRow, contact: ContactRow, history: readonly HistoryRow[]): Order {
  const inCurrency = (amountMinor: number) => ({ amountMinor, currency: order.currency });
  return {
    ...orderSummary(order),
    market: order.market,
    locale: order.locale,
    email: contact.email,
    shippingAddress: contact.shipping_address,
    billingAddress: contact.billing_address,
    quote: order.quote,
    captured: inCurrency(order.captured_minor),
    refunded: inCurrency(order.refunded_minor),
    trackingCodes: [...order.tracking_codes],
    failure: order.failure,
    cancellation: order.cancelled_by === null ? null : { by: order.cancelled_by, reason: order.cancel_reason ?? "" },
    nextAction: order.state === "awaiting_shopper" ? order.next_action : null,
    confirmedAt: order.confirmed_at?.toISOString() ?? null,
    history: history.map((entry) => ({
      at: entry.at.toISOString(),
      about: entry.about,
      from: entry.from_state,
      to: entry.to_state,
      note: entry.note,
    })),
  };
}
