import { newId, type Id } from "#kernel/id";
import { money } from "#kernel/money";
import { testCards, type CardBehaviour, type paymentSimulator } from "#payment-simulator/contract";
import type { Service } from "#platform/service";
import { startTestShop, type TestShop } from "#platform/testing";
import { changePayment } from "./change-payment.ts";
import { payments } from "./contract.ts";
import { getKnownPayment } from "./get-payment.ts";
import type { Payment } from "./model/payment.ts";
import { service as paymentsService } from "./service.ts";

/** Where payments and the simulator run for tests: lost answers are lost at once, and nothing depends on how fast this machine is. */
export function startPayments(
  simulator: Service<typeof paymentSimulator>,
  settings: Readonly<Record<string, string>> = {},
  service: Service<typeof payments> = paymentsService,
): Promise<TestShop> {
  return startTestShop({
    services: [service, simulator],
    settings: {
      PAYMENTS_PROVIDER_TIMEOUT_MS: "9000",
      PAYMENTS_UNHEARD_LIMIT_MS: "10000",
      PAYMENT_SIMULATOR_SILENCE_MS: "10",
      ...settings,
    },
  });
}

export const amount = money(10_000, "GBP");

/** Published number of the card that behaves so. */
function cardNumber(behaviour: CardBehaviour): string {
  return testCards.find((card) => card.behaviour === behaviour)!.number;
}

export async function tokenOf(shop: TestShop, behaviour: CardBehaviour): Promise<string> {
  const card = { number: cardNumber(behaviour), expiryMonth: 12, expiryYear: 2090, cvc: "123" };
  return (await shop.call(payments.createPaymentToken, card, { as: { kind: "guest", id: newId("guest") } })).token;
}

export type Paying = { readonly paymentId: Id<"payment">; readonly orderId: Id<"order"> };

/** Authorises a payment with the card that behaves so. */
export async function pay(
  shop: TestShop,
  behaviour: CardBehaviour,
  paying: Partial<Paying> & { returnUrl?: string } = {},
) {
  const { paymentId = newId("payment"), orderId = newId("order"), ...rest } = paying;
  const token = await tokenOf(shop, behaviour);
  const input = { paymentId, orderId, amount, token, ...rest };
  return { input, paymentId, orderId, answer: await shop.call(payments.authorise, input) };
}

export async function statusOf(shop: TestShop, paymentId: Id<"payment">): Promise<string> {
  return (await shop.call(payments.getPayment, { paymentId })).status;
}

/** Commits a decision and stops right there, as a killed process would. */
export async function decide(
  shop: TestShop,
  paymentId: Id<"payment">,
  change: (payment: Payment) => Payment,
): Promise<void> {
  const ctx = shop.context("payments");
  await changePayment(ctx, await getKnownPayment(ctx, paymentId), change);
}

/** Moves the clock and lets both services do what is due by then. */
export async function letTimePass(shop: TestShop, ms: number): Promise<void> {
  shop.advanceClock(ms);
  await shop.runJob("payment-simulator", "settle-due");
  await shop.runJob("payments", "resolve-payments");
  await shop.runJob("payments", "send-refunds");
  await shop.settle();
}
