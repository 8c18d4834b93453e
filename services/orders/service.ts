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
  PaymentVoided,
} from "#payments/events";
import { pricing } from "#pricing/contract";
import { shipping } from "#shipping/contract";
import { ShipmentCancelled, ShipmentCreated, ShipmentDelivered, ShipmentDispatched } from "#shipping/events";
import { sweepOrders } from "./advance-order.ts";
import { cancelOrder, resumeOrder } from "./cancel-order.ts";
import { checkout } from "./checkout.ts";
import { orders } from "./contract.ts";
import { OrderCancelled, OrderConfirmed, OrderFailed, OrderPlaced } from "./events.ts";
import { fulfilOrder } from "./fulfil-order.ts";
import { createOrderLink } from "./order-link.ts";
import { getOrder, listOrders } from "./read-orders.ts";
import { refundOrder } from "./refund-order.ts";
import { answerWithinMs, captureAt, linkDays, linkKey, reservationSeconds } from "./settings.ts";
import { noteCapture, noteCaptureFailure, noteRefund, noteVoid, resumeOnPaymentNews } from "./track-payment.ts";
import {
  noteShipmentCancelled,
  noteShipmentCreated,
  noteShipmentDelivered,
  noteShipmentDispatched,
} from "./track-shipment.ts";

export const service = defineService({
  name: "orders",
  contract: orders,
  operations: { checkout, getOrder, listOrders, resumeOrder, cancelOrder, refundOrder, createOrderLink },
  calls: [cart, pricing, inventory, payments, shipping],
  publishes: [OrderPlaced, OrderConfirmed, OrderFailed, OrderCancelled],
  hears: [
    hear(OrderConfirmed, fulfilOrder),
    hear(PaymentAuthorised, resumeOnPaymentNews),
    hear(PaymentDeclined, resumeOnPaymentNews),
    hear(PaymentChallengeRequired, resumeOnPaymentNews),
    hear(PaymentCaptured, noteCapture),
    hear(PaymentCaptureFailed, noteCaptureFailure),
    hear(PaymentVoided, noteVoid),
    hear(PaymentRefunded, noteRefund),
    hear(ShipmentCreated, noteShipmentCreated),
    hear(ShipmentDispatched, noteShipmentDispatched),
    hear(ShipmentDelivered, noteShipmentDelivered),
    hear(ShipmentCancelled, noteShipmentCancelled),
  ],
  jobs: [{ name: "sweep", everyMs: 1_000, run: sweepOrders }],
  settings: [captureAt, answerWithinMs, reservationSeconds, linkKey, linkDays],
});
