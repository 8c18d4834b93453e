import Type from "typebox";
import { defineEvent } from "#kernel/event";
import { IdOf } from "#kernel/id";
import { Money } from "#kernel/money";

const payment = { paymentId: IdOf("payment"), orderId: IdOf("order") } as const;
const Time = Type.String({ format: "date-time" });

const paymentFields = { paymentId: "The payment.", orderId: "The order that it pays for." } as const;

export const PaymentChallengeRequired = defineEvent({
  service: "payments",
  name: "PaymentChallengeRequired",
  version: 1,
  subject: "paymentId",
  summary: "The bank wants the shopper to confirm the payment on its page.",
  data: Type.Object({ ...payment, amount: Money, challengeUrl: Type.String(), expiresAt: Time }),
  fields: {
    ...paymentFields,
    amount: "What is to be held.",
    challengeUrl: "The bank's page for the shopper's browser.",
    expiresAt: "Until when the shopper may confirm.",
  },
});

export const PaymentAuthorised = defineEvent({
  service: "payments",
  name: "PaymentAuthorised",
  version: 1,
  subject: "paymentId",
  summary: "The amount is held on the shopper's card.",
  data: Type.Object({ ...payment, amount: Money, expiresAt: Type.Union([Time, Type.Null()]) }),
  fields: { ...paymentFields, amount: "What is held.", expiresAt: "When the bank lets go; null when it did not say." },
});

export const PaymentDeclined = defineEvent({
  service: "payments",
  name: "PaymentDeclined",
  version: 1,
  subject: "paymentId",
  summary: "Nothing is held and nothing will be: the bank declined, the shopper did, or the provider gave no answer.",
  data: Type.Object({ ...payment, amount: Money, declineCode: Type.String() }),
  fields: {
    ...paymentFields,
    amount: "What was asked for.",
    declineCode: "Why, in the words of the provider or ours.",
  },
});

export const PaymentCaptured = defineEvent({
  service: "payments",
  name: "PaymentCaptured",
  version: 1,
  subject: "paymentId",
  summary: "Money was taken; what was held beyond `amount` is let go.",
  data: Type.Object({ ...payment, amount: Money, capturedAt: Time }),
  fields: { ...paymentFields, amount: "What was taken.", capturedAt: "When it was taken." },
});

export const PaymentCaptureFailed = defineEvent({
  service: "payments",
  name: "PaymentCaptureFailed",
  version: 1,
  subject: "paymentId",
  summary: "The provider refuses for good to capture; nothing was taken.",
  data: Type.Object({ ...payment, amount: Money, failureCode: Type.String() }),
  fields: { ...paymentFields, amount: "What was to be taken.", failureCode: "Why, in the words of the provider." },
});

export const PaymentVoided = defineEvent({
  service: "payments",
  name: "PaymentVoided",
  version: 1,
  subject: "paymentId",
  summary: "Nothing is held any more, and nothing was taken.",
  data: Type.Object({ ...payment, amount: Money }),
  fields: { ...paymentFields, amount: "What was held until then." },
});

export const PaymentRefunded = defineEvent({
  service: "payments",
  name: "PaymentRefunded",
  version: 1,
  subject: "paymentId",
  summary: "A refund reached the provider; once per refund.",
  data: Type.Object({
    ...payment,
    refundId: IdOf("refund"),
    amount: Money,
    refundedTotal: Money,
    capturedTotal: Money,
  }),
  fields: {
    ...paymentFields,
    refundId: "The refund.",
    amount: "What this refund gives back.",
    refundedTotal: "All that was given back so far.",
    capturedTotal: "All that had been taken.",
  },
});

export const PaymentRefundFailed = defineEvent({
  service: "payments",
  name: "PaymentRefundFailed",
  version: 1,
  subject: "paymentId",
  summary: "The provider refuses for good to refund; the amount can be refunded again or in another way.",
  data: Type.Object({ ...payment, refundId: IdOf("refund"), amount: Money, failureCode: Type.String() }),
  fields: {
    ...paymentFields,
    refundId: "The refund.",
    amount: "What was to be given back.",
    failureCode: "Why, in the words of the provider.",
  },
});
