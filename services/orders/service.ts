import { defineService, hear } from "#platform/service";
import { cart } from "#cart/contract";
import { inventory } from "#inventory/contract";
import { payments } from "#payments/contract";
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentChallengeRequired,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentVoided,
} from "#payments/events";
import { pricing } from "#pricing/contract";
import { shipping } from "#shipping/contract";
import {
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentReturned,
} from "#shipping/events";
import { moneyAudit } from "./audit-money.ts";
import { cancelOrder, resumeOrder } from "./cancel-order.ts";
import { checkout } from "./checkout.ts";
import { orders } from "./contract.ts";
import { OrderCancelled, OrderConfirmed, OrderFailed, OrderPlaced } from "./events.ts";
import { fulfilOrder } from "./fulfil-order.ts";
import { createOrderLink } from "./order-link.ts";
import { getOrder, listOrders } from "./read-orders.ts";
import { refundOrder } from "./refund-order.ts";
import { answerWithinMs, captureAt, linkDays, linkKey, reservationSeconds } from "./settings.ts";
import { sweepOrders } from "./sweep-orders.ts";
import {
  noteCapture,
  noteCaptureFailure,
  noteDecline,
  noteRefund,
  noteRefundFailure,
  noteVoid,
  resumeOnPaymentNews,
} from "./track-payment.ts";
import {
  noteShipmentCancelled,
  noteShipmentCreated,
  noteShipmentDelivered,
  noteShipmentDispatched,
  noteShipmentReturned,
} from "./track-shipment.ts";
import { checkoutsUnderWay, oldestOrderUnderWay, ordersUnderWay } from "./watch-orders.ts";

export const service = defineService({
  name: "orders",
  contract: orders,
  operations: { checkout, getOrder, listOrders, resumeOrder, cancelOrder, refundOrder, createOrderLink },
  calls: [cart, pricing, inventory, payments, shipping],
  publishes: [OrderPlaced, OrderConfirmed, OrderFailed, OrderCancelled],
  hears: [
    hear(OrderConfirmed, fulfilOrder),
    hear(PaymentAuthorised, resumeOnPaymentNews),
    hear(PaymentDeclined, noteDecline),
    hear(PaymentChallengeRequired, resumeOnPaymentNews),
    hear(PaymentCaptured, noteCapture),
    hear(PaymentCaptureFailed, noteCaptureFailure),
    hear(PaymentVoided, noteVoid),
    hear(PaymentRefunded, noteRefund),
    hear(PaymentRefundFailed, noteRefundFailure),
    hear(ShipmentCreated, noteShipmentCreated),
    hear(ShipmentDispatched, noteShipmentDispatched),
    hear(ShipmentDelivered, noteShipmentDelivered),
    hear(ShipmentReturned, noteShipmentReturned),
    hear(ShipmentCancelled, noteShipmentCancelled),
  ],
  // A short lease: should the sweeping process die, another goes on soon. Two sweeps at once share the work.
  jobs: [{ name: "sweep", everyMs: 1_000, leaseMs: 10_000, run: sweepOrders }],
  audits: [moneyAudit],
  gauges: [ordersUnderWay, oldestOrderUnderWay],
  sagas: [checkoutsUnderWay],
  settings: [captureAt, answerWithinMs, reservationSeconds, linkKey, linkDays],
});
