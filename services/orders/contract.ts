import Type, { type Static } from "typebox";
import { defineContract } from "#kernel/contract";
import { IdOf } from "#kernel/id";
import { Money } from "#kernel/money";
import { PageOf, PageRequest } from "#kernel/page";
import { defineRefusals } from "#kernel/refusal";
import { refuse as paymentsRefuse } from "#payments/contract";
import { Quote, refuse as pricingRefuse } from "#pricing/contract";
import { Address } from "#shipping/contract";

const OrderId = IdOf("order");
const Time = Type.String({ format: "date-time" });
const OrNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** `open ⇄ awaiting_shopper → confirmed`, or `→ undoing → failed | cancelled`. */
export const OrderState = Type.Enum(["open", "awaiting_shopper", "confirmed", "undoing", "failed", "cancelled"]);
export type OrderState = Static<typeof OrderState>;

/** Why an order failed: a stable code and what a shopper may want to know. */
export const Failure = Type.Object(
  {
    code: Type.Enum([
      "inventory_unavailable",
      "payment_declined",
      "payment_abandoned",
      "payment_unavailable",
      "reservation_expired",
    ]),
    declineCode: Type.Optional(Type.String()),
    sku: Type.Optional(Type.String()),
    available: Type.Optional(Type.Integer()),
  },
  { $id: "Failure" },
);
export type Failure = Readonly<Static<typeof Failure>>;

/** What the shopper has to do before the order goes on. */
export const NextAction = Type.Object(
  {
    kind: Type.Literal("challenge"),
    url: Type.String({
      description: "Page of the shopper's bank; relative to the shop's public address when the demo's own.",
    }),
    expiresAt: Time,
  },
  { $id: "NextAction" },
);
export type NextAction = Readonly<Static<typeof NextAction>>;

/** The short answer to a checkout. */
export const CheckoutAnswer = Type.Object(
  {
    orderId: OrderId,
    orderNumber: Type.String(),
    status: OrderState,
    failure: Type.Optional(Failure),
    nextAction: Type.Optional(NextAction),
    total: Money,
    statusUrl: Type.String({ description: "Ask here until the status is final." }),
  },
  { $id: "CheckoutAnswer" },
);
export type CheckoutAnswer = Readonly<Static<typeof CheckoutAnswer>>;

const HistoryEntry = Type.Object({
  at: Time,
  about: Type.Enum(["order", "payment", "fulfilment"]),
  from: OrNull(Type.String()),
  to: Type.String(),
  note: OrNull(Type.String()),
});

const OrderSummary = Type.Object(
  {
    orderId: OrderId,
    orderNumber: Type.String(),
    status: OrderState,
    paymentStatus: Type.Enum([
      "none",
      "authorised",
      "captured",
      "partially_refunded",
      "refunded",
      "voided",
      "declined",
    ]),
    fulfilmentStatus: Type.Enum(["none", "pending", "dispatched", "delivered", "returned", "cancelled"]),
    total: Money,
    itemCount: Type.Integer(),
    placedAt: Time,
  },
  { $id: "OrderSummary" },
);

export const Order = Type.Object(
  {
    ...OrderSummary.properties,
    market: Type.String(),
    locale: Type.String(),
    email: Type.String(),
    shippingAddress: Address,
    billingAddress: Address,
    quote: Quote,
    captured: Money,
    refunded: Money,
    trackingCodes: Type.Array(Type.String()),
    failure: OrNull(Failure),
    cancellation: OrNull(Type.Object({ by: Type.Enum(["shopper", "staff"]), reason: Type.String() })),
    nextAction: OrNull(NextAction),
    confirmedAt: OrNull(Time),
    history: Type.Array(HistoryEntry),
  },
  { $id: "Order" },
);
export type Order = Readonly<Static<typeof Order>>;

const ofOrder = Type.Object({ orderId: OrderId });

export const refuse = defineRefusals({
  ORDER_NOT_FOUND: {
    status: 404,
    title: "There is no such order.",
    advice: "Check the id, and ask with the token or link of whoever placed the order.",
    data: ofOrder,
  },
  CART_ALREADY_ORDERED: {
    status: 409,
    title: "This cart, as it stands, is an order already; go on with that one, or cancel it.",
    advice: "Read the order that `orderId` names and go on with it, or cancel it; do not check out again.",
    data: Type.Object({ orderId: OrderId, status: OrderState }),
  },
  CART_EMPTY: { status: 422, title: "The cart is empty.", advice: "Put something into the cart first." },
  PRICE_CHANGED: {
    status: 409,
    title: "The total is not what the shopper saw; show the new one and ask again.",
    advice: "Show `quote`; when the shopper agrees, check out with its total as `expectedTotal`.",
    data: Type.Object({ field: Type.Literal("expectedTotal"), expectedTotal: Money, quote: Quote }),
  },
  ORDER_ALREADY_DISPATCHED: {
    status: 409,
    title: "The goods are on their way; ask for a return instead.",
    advice: "Do not repeat; wait for the parcel and send it back.",
    data: ofOrder,
  },
  ORDER_NOT_CANCELLABLE: {
    status: 409,
    title: "An order in this state cannot be cancelled.",
    advice: "Read the order: what `status` says has happened already.",
    data: Type.Object({ orderId: OrderId, status: OrderState }),
  },
  ORDER_NOT_REFUNDABLE: {
    status: 422,
    title: "That much of this order cannot be refunded.",
    advice: "Refund at most `refundable`, in the order's currency.",
    data: Type.Object({ field: Type.Literal("amount"), refundable: Money }),
  },
});

const exampleId = "0199d0c0-0000-7000-8000-00000000000a";
const exampleAddress = {
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  city: "London",
  postcode: "SW1Y 4JH",
  country: "GB",
};
const exampleTotal = { amountMinor: 1249, currency: "GBP" };

/** Checkout and what becomes of an order. */
export const orders = defineContract("orders", {
  checkout: {
    method: "POST",
    path: "/checkout",
    access: "shopper",
    summary: "Buy what is in the cart",
    description:
      "Answers when the order is `confirmed`, `failed` (with the reason; the cart is kept) or `awaiting_shopper` (with what to do), or after 2 s with 202: " +
      "then ask `statusUrl`. The same Idempotency-Key tells the present state of the same order and never buys twice.",
    idempotencyKey: "required",
    success: 201,
    isAccepted: (answer: CheckoutAnswer) => answer.status === "open" || answer.status === "undoing",
    timeoutMs: 15_000,
    input: Type.Object({
      email: Type.String({ format: "email", maxLength: 254 }),
      shippingAddress: Address,
      billingAddress: Type.Optional(Address),
      shippingMethod: Type.String({ minLength: 1, maxLength: 64 }),
      paymentToken: Type.String({ minLength: 1, maxLength: 128, description: "From POST /payment-tokens." }),
      expectedTotal: Type.Object({
        amountMinor: Type.Integer({ minimum: 0 }),
        currency: Type.String({ pattern: "^[A-Z]{3}$" }),
      }),
      codes: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 20 })),
      returnUrl: Type.Optional(
        Type.String({
          maxLength: 1024,
          pattern: "^(https?://|/(?!/))[!-\\[\\]-~]*$",
          description: "Where the shopper goes after a challenge.",
        }),
      ),
    }),
    output: CheckoutAnswer,
    refuses: [
      refuse.CART_ALREADY_ORDERED,
      refuse.CART_EMPTY,
      refuse.PRICE_CHANGED,
      pricingRefuse.SKU_NOT_SELLABLE,
      pricingRefuse.SHIPPING_NOT_AVAILABLE,
      pricingRefuse.MARKET_NOT_FOUND,
    ],
    example: {
      input: {
        email: "ada@example.com",
        shippingAddress: exampleAddress,
        shippingMethod: "standard",
        paymentToken: "tok_3fK9vQ2mZ8xW1cRt7yLpNa",
        expectedTotal: exampleTotal,
      },
      output: {
        orderId: exampleId,
        orderNumber: "T100042",
        status: "confirmed",
        total: exampleTotal,
        statusUrl: `/api/v1/orders/${exampleId}`,
      },
    },
  },
  getOrder: {
    method: "GET",
    path: "/orders/:orderId",
    access: "anyone",
    summary: "One order with its history: for its owner, for staff, or by a signed link",
    input: Type.Object({
      orderId: OrderId,
      access: Type.Optional(
        Type.String({ maxLength: 256, description: "The signed part of the link in the order's mail." }),
      ),
    }),
    output: Order,
    refuses: [refuse.ORDER_NOT_FOUND],
    example: { input: { orderId: exampleId } },
  },
  listOrders: {
    method: "GET",
    path: "/orders",
    access: "shopper",
    summary: "The shopper's orders, newest first; staff see everybody's",
    input: Type.Object({ ...PageRequest, status: Type.Optional(OrderState) }),
    output: PageOf(OrderSummary),
    example: { input: { limit: 20 }, output: { items: [], nextCursor: null } },
  },
  resumeOrder: {
    method: "POST",
    path: "/orders/:orderId/resume",
    keyedBy: "orderId",
    access: "shopper",
    summary: "Go on after the shopper's challenge, without waiting for the provider's event",
    description: "Safe to repeat; answers the order's present state.",
    input: ofOrder,
    output: CheckoutAnswer,
    refuses: [refuse.ORDER_NOT_FOUND],
    timeoutMs: 15_000,
    example: { input: { orderId: exampleId } },
  },
  cancelOrder: {
    method: "POST",
    path: "/orders/:orderId/cancel",
    keyedBy: "orderId",
    access: "shopper",
    summary: "Cancel an order that is not dispatched: its stock is freed, its payment voided or refunded",
    description: "Safe to repeat. 202: recorded, and going on; nothing can stop it any more.",
    input: Type.Object({
      orderId: OrderId,
      reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, default: "changed my mind" })),
    }),
    output: CheckoutAnswer,
    isAccepted: (answer: CheckoutAnswer) => answer.status === "undoing",
    refuses: [refuse.ORDER_NOT_FOUND, refuse.ORDER_NOT_CANCELLABLE, refuse.ORDER_ALREADY_DISPATCHED],
    timeoutMs: 15_000,
    example: { input: { orderId: exampleId, reason: "ordered twice" } },
  },
  refundOrder: {
    method: "POST",
    path: "/orders/:orderId/refunds",
    keyedBy: "refundId",
    access: "staff",
    summary: "Give back part of what was captured",
    description:
      "`refundId` is made by the caller: the same id never refunds twice. 202 `pending`: recorded, and retried until the provider answers.",
    success: 201,
    input: Type.Object({
      orderId: OrderId,
      refundId: IdOf("refund"),
      amount: Type.Object({
        amountMinor: Type.Integer({ minimum: 1 }),
        currency: Type.String({ pattern: "^[A-Z]{3}$" }),
      }),
      reason: Type.String({ minLength: 1, maxLength: 200 }),
    }),
    output: Type.Object({
      refundId: IdOf("refund"),
      status: Type.Enum(["pending", "succeeded", "failed"]),
      amount: Money,
    }),
    isAccepted: (refund: { status: string }) => refund.status === "pending",
    refuses: [
      refuse.ORDER_NOT_FOUND,
      refuse.ORDER_NOT_REFUNDABLE,
      paymentsRefuse.CAPTURE_IN_PROGRESS,
      paymentsRefuse.REFUND_MISMATCH,
    ],
    example: {
      input: {
        orderId: exampleId,
        refundId: exampleId,
        amount: { amountMinor: 499, currency: "GBP" },
        reason: "one mug arrived broken",
      },
    },
  },
  createOrderLink: {
    method: "POST",
    path: "/orders/:orderId/links",
    isRepeatable: true,
    access: "service",
    summary: "A signed, expiring link that opens one order without a login",
    input: ofOrder,
    output: Type.Object({
      path: Type.String({ description: "Of the API." }),
      pagePath: Type.Optional(Type.String({ description: "Of the page that shows it to people." })),
      expiresAt: Time,
    }),
    refuses: [refuse.ORDER_NOT_FOUND],
    example: { input: { orderId: exampleId } },
  },
});
