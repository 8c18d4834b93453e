import Type, { type Static } from "typebox";
import { defineContract, definePublicPages } from "#kernel/contract";
import { Currency, Money } from "#kernel/money";
import { defineRefusals } from "#kernel/refusal";

/** What the simulated bank does with a card. */
export type CardBehaviour =
  | "succeeds"
  | "insufficient_funds"
  | "do_not_honour"
  | "stolen_card"
  | "expired_card"
  | "challenge"
  | "charges_without_answer"
  | "silent"
  | "slow"
  | "noisy_events"
  | "refund_fails";

export type TestCard = {
  readonly number: string;
  readonly brand: "visa" | "mastercard" | "amex";
  readonly title: string;
  readonly behaviour: CardBehaviour;
  readonly whatHappens: string;
};

/** The only cards the simulator takes: published test numbers that belong to nobody. Any future expiry and any CVC will do. */
export const testCards: readonly TestCard[] = [
  {
    number: "4242424242424242",
    brand: "visa",
    title: "Succeeds",
    behaviour: "succeeds",
    whatHappens: "Authorised at once.",
  },
  {
    number: "5555555555554444",
    brand: "mastercard",
    title: "Succeeds (Mastercard)",
    behaviour: "succeeds",
    whatHappens: "Authorised at once.",
  },
  {
    number: "378282246310005",
    brand: "amex",
    title: "Succeeds (American Express)",
    behaviour: "succeeds",
    whatHappens: "Authorised at once.",
  },
  {
    number: "4000000000009995",
    brand: "visa",
    title: "Insufficient funds",
    behaviour: "insufficient_funds",
    whatHappens: "Declined: insufficient_funds.",
  },
  {
    number: "4000000000000002",
    brand: "visa",
    title: "Do not honour",
    behaviour: "do_not_honour",
    whatHappens: "Declined: do_not_honour.",
  },
  {
    number: "4000000000009979",
    brand: "visa",
    title: "Stolen card",
    behaviour: "stolen_card",
    whatHappens: "Declined: stolen_card.",
  },
  {
    number: "4000000000000069",
    brand: "visa",
    title: "Expired card",
    behaviour: "expired_card",
    whatHappens: "Declined: expired_card.",
  },
  {
    number: "4000000000003220",
    brand: "visa",
    title: "3-D Secure challenge",
    behaviour: "challenge",
    whatHappens: "Asks the shopper to confirm on the bank's page.",
  },
  {
    number: "4000000000000259",
    brand: "visa",
    title: "Answer is lost",
    behaviour: "charges_without_answer",
    whatHappens: "Authorised, but neither the answer nor the event arrives; found by asking.",
  },
  {
    number: "4000000000000341",
    brand: "visa",
    title: "Request is lost",
    behaviour: "silent",
    whatHappens: "Never authorised, never answered; given up after a while.",
  },
  {
    number: "4000000000000077",
    brand: "visa",
    title: "Answers late",
    behaviour: "slow",
    whatHappens: "Authorised after 5 seconds.",
  },
  {
    number: "4000000000007726",
    brand: "visa",
    title: "Events twice and out of order",
    behaviour: "noisy_events",
    whatHappens: "Authorised; every event arrives twice, old ones after new ones.",
  },
  {
    number: "4000000000005126",
    brand: "visa",
    title: "Refund fails",
    behaviour: "refund_fails",
    whatHappens: "Authorised and captured; refunds fail.",
  },
];

const Key = Type.String({
  minLength: 8,
  maxLength: 128,
  description: "The caller's key; a repeat with it never acts twice.",
});
const PositiveMoney = Type.Object({
  amountMinor: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
  currency: Currency,
});
const Time = Type.String({ format: "date-time" });

/** A charge as the provider knows it, after `version` changes. A snapshot tells everything that happened before it too. */
export const Charge = Type.Object({
  key: Type.String(),
  chargeId: Type.String(),
  status: Type.Enum(["processing", "challenge", "authorised", "declined", "captured", "voided"]),
  /** Null on the tombstone of a key that was voided before it was ever charged. */
  amount: Type.Union([Money, Type.Null()]),
  /** Claims that the money was held at some time, whatever came after. */
  wasAuthorised: Type.Boolean(),
  capturedMinor: Type.Integer(),
  refunds: Type.Array(
    Type.Object({
      key: Type.String(),
      amountMinor: Type.Integer(),
      status: Type.Enum(["succeeded", "failed"]),
      failureCode: Type.Optional(Type.String()),
    }),
  ),
  declineCode: Type.Optional(Type.String()),
  challengeUrl: Type.Optional(Type.String()),
  /** Until when the challenge, or the authorisation, holds. */
  expiresAt: Type.Optional(Time),
  card: Type.Optional(Type.Object({ brand: Type.String(), last4: Type.String() })),
  version: Type.Integer(),
  updatedAt: Time,
});
export type Charge = Readonly<Static<typeof Charge>>;

export const refuse = defineRefusals({
  CARD_REFUSED: {
    status: 422,
    title: "The simulator does not take this card.",
    advice: "Correct the field that is named, or take a test card.",
    data: Type.Object({
      field: Type.Enum(["number", "expiry", "cvc"]),
      reason: Type.Enum(["invalid", "expired", "test_cards_only"]),
    }),
  },
  CHARGE_NOT_FOUND: {
    status: 404,
    title: "No charge has this key.",
    advice: "Authorise under this key first, or check the key.",
    data: Type.Object({ key: Type.String() }),
  },
  KEY_REUSED: {
    status: 409,
    title: "This key belongs to another request.",
    advice: "Make a new key for a new request; to repeat one, send it unchanged.",
    data: Type.Object({ key: Type.String() }),
  },
  CHARGE_NOT_CAPTURABLE: {
    status: 409,
    title: "The charge cannot be captured.",
    advice: "Do not repeat; look the charge up, `code` says what stands against it.",
    data: Type.Object({ key: Type.String(), code: Type.String() }),
  },
  CHARGE_ALREADY_CAPTURED: {
    status: 409,
    title: "A captured charge is refunded, not voided.",
    advice: "Refund the charge instead.",
    data: Type.Object({ key: Type.String() }),
  },
  REFUND_TOO_LARGE: {
    status: 422,
    title: "More than is left of the captured amount.",
    advice: "Refund at most `refundableMinor`.",
    data: Type.Object({ key: Type.String(), refundableMinor: Type.Integer() }),
  },
});

/** The payment provider of the demo: test cards only, an answer for every mishap of a real one. */
export const paymentSimulator = defineContract("payment-simulator", {
  tokenise: {
    method: "POST",
    path: "/tokens",
    isRepeatable: true,
    summary: "Exchange a test card for a token",
    description:
      "Keeps brand, last four digits and what the card does; never the number. A token is good for one charge, for 30 minutes.",
    access: "service",
    input: Type.Object({
      number: Type.String({ pattern: "^[0-9 -]{12,23}$" }),
      expiryMonth: Type.Integer({ minimum: 1, maximum: 12 }),
      expiryYear: Type.Integer({ minimum: 2000, maximum: 2099 }),
      cvc: Type.String({ pattern: "^[0-9]{3,4}$" }),
    }),
    output: Type.Object({ token: Type.String(), brand: Type.String(), last4: Type.String(), expiresAt: Time }),
    refuses: [refuse.CARD_REFUSED],
    success: 201,
  },
  authorise: {
    method: "POST",
    path: "/charges",
    keyedBy: "key",
    summary: "Hold an amount on a card",
    description: "Safe to repeat with the same key: the present state of the first charge is answered.",
    access: "service",
    input: Type.Object({
      key: Key,
      amount: PositiveMoney,
      token: Type.String({ minLength: 1, maxLength: 128 }),
      returnUrl: Type.Optional(
        Type.String({
          maxLength: 2048,
          pattern: "^(https?://|/(?!/))[!-\\[\\]-~]*$",
          description: "Where the shopper goes after a challenge.",
        }),
      ),
    }),
    output: Charge,
    refuses: [refuse.KEY_REUSED],
    timeoutMs: 30_000,
  },
  capture: {
    method: "POST",
    path: "/charges/:key/capture",
    keyedBy: "key",
    summary: "Take a held amount",
    description: "Once per charge, all of it or less; the rest is let go. Safe to repeat with the same amount.",
    access: "service",
    input: Type.Object({ key: Key, amount: PositiveMoney }),
    output: Charge,
    refuses: [refuse.CHARGE_NOT_FOUND, refuse.CHARGE_NOT_CAPTURABLE],
  },
  void: {
    method: "POST",
    path: "/charges/:key/void",
    keyedBy: "key",
    summary: "Let a held amount go",
    description: "An unknown key is remembered, so that a charge with it can never happen later. Safe to repeat.",
    access: "service",
    input: Type.Object({ key: Key }),
    output: Charge,
    refuses: [refuse.CHARGE_ALREADY_CAPTURED],
  },
  refund: {
    method: "POST",
    path: "/charges/:key/refunds",
    keyedBy: "refundKey",
    summary: "Give back a captured amount, or part of it",
    description: "Safe to repeat with the same refund key.",
    access: "service",
    input: Type.Object({ key: Key, refundKey: Key, amount: PositiveMoney }),
    output: Charge,
    refuses: [refuse.CHARGE_NOT_FOUND, refuse.REFUND_TOO_LARGE, refuse.KEY_REUSED],
  },
  findCharge: {
    method: "GET",
    path: "/charges/:key",
    summary: "The charge with this key, if the provider ever heard of it",
    access: "service",
    input: Type.Object({ key: Key }),
    output: Type.Object({ charge: Type.Union([Charge, Type.Null()]) }),
  },
});

definePublicPages(paymentSimulator, [
  { method: "GET", path: "/pay/challenge/:chargeId" },
  { method: "POST", path: "/pay/challenge/:chargeId" },
]);
