import Type from "typebox";
import { defineContract } from "#kernel/contract";
import { IdOf } from "#kernel/id";
import { Currency, Money } from "#kernel/money";
import { PageOf, PageRequest } from "#kernel/page";
import { defineRefusals } from "#kernel/refusal";

const PaymentId = IdOf("payment");
const RefundId = IdOf("refund");
const Time = Type.String({ format: "date-time" });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** 1 to 10¹² of the currency's smallest unit. */
const Amount = Type.Object({
  amountMinor: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
  currency: Currency,
});

const PaymentStatus = Type.Enum([
  "authorising",
  "challenge",
  "authorised",
  "captured",
  "partially_refunded",
  "refunded",
  "declined",
  "voided",
  "failed",
]);

/** A payment as staff and other services see it. `refundable` is what is captured and neither refunded nor on its way back. */
export const Payment = Type.Object(
  {
    paymentId: PaymentId,
    orderId: IdOf("order"),
    status: PaymentStatus,
    amount: Money,
    captured: Money,
    refunded: Money,
    refundable: Money,
    card: Nullable(Type.Object({ brand: Type.String(), last4: Type.String() })),
    declineCode: Nullable(Type.String()),
    challengeUrl: Nullable(Type.String()),
    /** Until when the challenge, or the authorisation, holds. */
    expiresAt: Nullable(Time),
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: "Payment" },
);

export const Refund = Type.Object(
  {
    refundId: RefundId,
    paymentId: PaymentId,
    amount: Money,
    reason: Type.String(),
    status: Type.Enum(["pending", "succeeded", "failed"]),
    failureCode: Nullable(Type.String()),
    createdAt: Time,
  },
  { $id: "Refund" },
);

/** One line of the ledger: the amounts of one posting sum to 0; `balance` is the account's after it, for this payment. */
const LedgerEntry = Type.Object({
  sequence: Type.Integer(),
  kind: Type.Enum(["authorised", "captured", "released", "refunded"]),
  account: Type.Enum(["shopper", "held", "merchant"]),
  amount: Money,
  balance: Money,
  refundId: Nullable(RefundId),
  recordedAt: Time,
});

export const refuse = defineRefusals({
  CARD_NOT_ACCEPTED: {
    status: 422,
    title: "This card cannot be used.",
    advice: "Let the shopper correct the field that is named, or take another card.",
    data: Type.Object({
      field: Type.Enum(["number", "expiry", "cvc"]),
      reason: Type.Enum(["invalid", "expired", "test_cards_only"]),
    }),
  },
  PAYMENT_NOT_FOUND: {
    status: 404,
    title: "There is no such payment.",
    advice: "Check the id; nothing was authorised under it.",
    data: Type.Object({ paymentId: PaymentId }),
  },
  PAYMENT_MISMATCH: {
    status: 409,
    title: "This payment id was used for another order or amount.",
    advice: "Make a new id for a new payment; to repeat one, send it unchanged.",
    data: Type.Object({ paymentId: PaymentId }),
  },
  PAYMENT_NOT_CAPTURABLE: {
    status: 409,
    title: "Only an authorised payment can be captured, once.",
    advice: "Do not repeat; `status` says what became of the payment.",
    data: Type.Object({ paymentId: PaymentId, status: PaymentStatus }),
  },
  CAPTURE_EXCEEDS_AUTHORISED: {
    status: 422,
    title: "More than was authorised cannot be captured.",
    advice: "Capture at most `authorised`.",
    data: Type.Object({ paymentId: PaymentId, authorised: Money }),
  },
  PAYMENT_ALREADY_CAPTURED: {
    status: 409,
    title: "A captured payment is refunded, not voided.",
    advice: "Refund the payment instead.",
    data: Type.Object({ paymentId: PaymentId }),
  },
  CAPTURE_IN_PROGRESS: {
    status: 409,
    title: "The capture is still going on; try again when it is done.",
    advice: "Repeat in a few seconds, under the same id.",
    data: Type.Object({ paymentId: PaymentId }),
  },
  REFUND_EXCEEDS_CAPTURED: {
    status: 422,
    title: "More than is left of the captured amount cannot be refunded.",
    advice: "Refund at most `refundable`.",
    data: Type.Object({ paymentId: PaymentId, refundable: Money }),
  },
  REFUND_MISMATCH: {
    status: 409,
    title: "This refund id was used for another payment or amount.",
    advice: "Make a new id for a new refund; to repeat one, send it unchanged.",
    data: Type.Object({ refundId: RefundId }),
  },
  SIGNATURE_NOT_VALID: {
    status: 401,
    title: "The event is not signed by the payment provider, or too old.",
    advice: "Sign with the shared secret and the time of now; the provider sends the event again by itself.",
  },
});

const exampleId = "01938a4e-5b7c-7d21-9c3f-2a6b8e4d1f05";
const exampleAmount = { amountMinor: 4250, currency: "GBP" };

/** Money in: authorise, capture, void, refund through a payment provider, with a ledger of every movement. */
export const payments = defineContract("payments", {
  createPaymentToken: {
    method: "POST",
    path: "/payment-tokens",
    isRepeatable: true,
    summary: "Exchange card details for a token",
    description:
      "The details go straight to the payment provider and are kept nowhere here. A token pays once and expires soon. " +
      "Nothing is charged, so a repeat is harmless: it makes another token.",
    access: "anyone",
    input: Type.Object({
      number: Type.String({ pattern: "^[0-9 -]{12,23}$", description: "Digits; spaces and hyphens are ignored." }),
      expiryMonth: Type.Integer({ minimum: 1, maximum: 12 }),
      expiryYear: Type.Integer({ minimum: 2000, maximum: 2099 }),
      cvc: Type.String({ pattern: "^[0-9]{3,4}$" }),
    }),
    output: Type.Object({ token: Type.String(), brand: Type.String(), last4: Type.String(), expiresAt: Time }),
    refuses: [refuse.CARD_NOT_ACCEPTED],
    success: 201,
    bodyLimitBytes: 4_096,
    example: {
      input: { number: "4242 4242 4242 4242", expiryMonth: 12, expiryYear: 2030, cvc: "123" },
      output: {
        token: "tok_3fK9vQ2mZ8xW1cRt7yLpNa",
        brand: "visa",
        last4: "4242",
        expiresAt: "2026-11-20T12:30:00.000Z",
      },
    },
  },
  authorise: {
    method: "POST",
    path: "/payments/:paymentId/authorise",
    keyedBy: "paymentId",
    summary: "Hold an amount on the shopper's card",
    description:
      "Safe to repeat: a payment id is charged at most once, a repeat answers its present state (`authorised` also after a capture). " +
      "`pending`: not known yet; PaymentAuthorised, PaymentChallengeRequired or PaymentDeclined will tell, or ask again. " +
      "A payment that was voided, even before it was known, answers `declined` with `voided`.",
    access: "service",
    input: Type.Object({
      paymentId: PaymentId,
      orderId: IdOf("order"),
      amount: Amount,
      token: Type.String({ minLength: 1, maxLength: 128 }),
      returnUrl: Type.Optional(
        Type.String({
          maxLength: 2048,
          pattern: "^(https?://|/(?!/))[!-\\[\\]-~]*$",
          description: "Where the shopper goes after a challenge.",
        }),
      ),
    }),
    output: Type.Object({
      paymentId: PaymentId,
      status: Type.Enum(["authorised", "declined", "challenge", "pending"]),
      declineCode: Type.Optional(
        Type.String({
          description:
            "insufficient_funds, do_not_honour, stolen_card, expired_card, challenge_refused, challenge_expired, token_not_valid, no_answer, voided …",
        }),
      ),
      challengeUrl: Type.Optional(
        Type.String({ description: "The bank's page; relative to the shop's public address when the demo's own." }),
      ),
      expiresAt: Type.Optional(Time),
    }),
    refuses: [refuse.PAYMENT_MISMATCH],
    example: {
      input: { paymentId: exampleId, orderId: exampleId, amount: exampleAmount, token: "tok_3fK9vQ2mZ8xW1cRt7yLpNa" },
      output: { paymentId: exampleId, status: "authorised", expiresAt: "2026-11-27T12:00:00.000Z" },
    },
  },
  capture: {
    method: "POST",
    path: "/payments/:paymentId/capture",
    keyedBy: "paymentId",
    summary: "Take an authorised amount, or part of it",
    description:
      "Once per payment; the rest of a partial capture is let go. Safe to repeat with the same amount. " +
      "`pending`: recorded and retried until the provider answers; PaymentCaptured or PaymentCaptureFailed tells.",
    access: "service",
    input: Type.Object({ paymentId: PaymentId, amount: Type.Optional(Amount) }),
    output: Type.Object({ paymentId: PaymentId, status: Type.Enum(["captured", "pending"]), amount: Money }),
    refuses: [refuse.PAYMENT_NOT_FOUND, refuse.PAYMENT_NOT_CAPTURABLE, refuse.CAPTURE_EXCEEDS_AUTHORISED],
    isAccepted: (output: { status: string }) => output.status === "pending",
    example: {
      input: { paymentId: exampleId },
      output: { paymentId: exampleId, status: "captured", amount: exampleAmount },
    },
  },
  void: {
    method: "POST",
    path: "/payments/:paymentId/void",
    keyedBy: "paymentId",
    summary: "Let a payment go",
    description:
      "`voided`: nothing is held and nothing can be any more (also of a declined payment). `pending`: recorded, retried until the " +
      "provider answers; PaymentVoided tells. An unknown id is remembered, so that a late authorise is declined. Safe to repeat.",
    access: "service",
    input: Type.Object({ paymentId: PaymentId }),
    output: Type.Object({ paymentId: PaymentId, status: Type.Enum(["voided", "pending"]) }),
    refuses: [refuse.PAYMENT_ALREADY_CAPTURED, refuse.CAPTURE_IN_PROGRESS],
    isAccepted: (output: { status: string }) => output.status === "pending",
    example: { input: { paymentId: exampleId }, output: { paymentId: exampleId, status: "voided" } },
  },
  refund: {
    method: "POST",
    path: "/payments/:paymentId/refunds",
    keyedBy: "refundId",
    summary: "Give back a captured amount, or part of it",
    description:
      "Together refunds never exceed what was captured. Safe to repeat with the same refund id: answers its present state. " +
      "`pending`: retried until the provider answers; PaymentRefunded or PaymentRefundFailed tells.",
    access: "service",
    input: Type.Object({
      refundId: RefundId,
      paymentId: PaymentId,
      amount: Amount,
      reason: Type.String({ minLength: 1, maxLength: 200 }),
    }),
    output: Refund,
    refuses: [
      refuse.PAYMENT_NOT_FOUND,
      refuse.CAPTURE_IN_PROGRESS,
      refuse.REFUND_EXCEEDS_CAPTURED,
      refuse.REFUND_MISMATCH,
    ],
    isAccepted: (output: { status: string }) => output.status === "pending",
    example: {
      input: { refundId: exampleId, paymentId: exampleId, amount: exampleAmount, reason: "order cancelled" },
      output: {
        refundId: exampleId,
        paymentId: exampleId,
        amount: exampleAmount,
        reason: "order cancelled",
        status: "succeeded",
        failureCode: null,
        createdAt: "2026-11-20T12:00:00.000Z",
      },
    },
  },
  getPayment: {
    method: "GET",
    path: "/payments/:paymentId",
    summary: "A payment's present state",
    access: "service",
    input: Type.Object({ paymentId: PaymentId }),
    output: Payment,
    refuses: [refuse.PAYMENT_NOT_FOUND],
    example: { input: { paymentId: exampleId } },
  },
  getMoneyOfOrders: {
    method: "POST",
    path: "/payments/of-orders",
    summary: "What the shop has, and holds, of the money of some orders",
    description:
      "Every payment of these orders, as it is now. `held`: reserved on the card and not taken. `isMoving`: its outcome, or something " +
      "that was decided about it, is still on its way. For audits.",
    access: "service",
    input: Type.Object({ orderIds: Type.Array(IdOf("order"), { minItems: 1, maxItems: 100 }) }),
    output: Type.Object({
      payments: Type.Array(
        Type.Object({
          paymentId: PaymentId,
          orderId: IdOf("order"),
          status: PaymentStatus,
          amount: Money,
          captured: Money,
          refunded: Money,
          held: Money,
          isMoving: Type.Boolean(),
          updatedAt: Time,
        }),
      ),
    }),
    example: { input: { orderIds: [exampleId] }, output: { payments: [] } },
  },
  listTransactions: {
    method: "GET",
    path: "/transactions",
    summary: "Payments, newest first",
    access: "staff",
    input: Type.Object({
      ...PageRequest,
      status: Type.Optional(PaymentStatus),
      orderId: Type.Optional(IdOf("order")),
    }),
    output: PageOf(Payment),
    example: { input: { status: "captured", limit: 20 }, output: { items: [], nextCursor: null } },
  },
  getTransaction: {
    method: "GET",
    path: "/transactions/:paymentId",
    summary: "A payment with its refunds and its ledger",
    access: "staff",
    input: Type.Object({ paymentId: PaymentId }),
    output: Type.Object({ payment: Payment, refunds: Type.Array(Refund), ledger: Type.Array(LedgerEntry) }),
    refuses: [refuse.PAYMENT_NOT_FOUND],
    example: { input: { paymentId: exampleId } },
  },
  receiveProviderEvent: {
    method: "POST",
    path: "/provider-events/:provider",
    summary: "Where the payment provider posts its events",
    description:
      "Signed by the rules of Standard Webhooks (HMAC-SHA256). At most 64 KiB. Stored as it came under its id and answered; " +
      "applied right after. Safe to repeat.",
    access: "anyone",
    body: "stream",
    headers: { webhookId: "webhook-id", webhookTimestamp: "webhook-timestamp", webhookSignature: "webhook-signature" },
    input: Type.Object({
      provider: Type.String({ pattern: "^[a-z-]{1,32}$" }),
      webhookId: Type.String({ minLength: 1, maxLength: 255 }),
      webhookTimestamp: Type.String({ pattern: "^[0-9]{1,12}$", description: "Unix seconds." }),
      webhookSignature: Type.String({ minLength: 1, maxLength: 2048 }),
    }),
    output: Type.Object({ isNew: Type.Boolean() }),
    refuses: [refuse.SIGNATURE_NOT_VALID],
  },
});
