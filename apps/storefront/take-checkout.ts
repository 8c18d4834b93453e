import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Refusal, refuse as general } from "#kernel/refusal";
import { orders, refuse as ordersRefuse, type CheckoutAnswer } from "#orders/contract";
import { payments, refuse as paymentsRefuse } from "#payments/contract";
import { refuse as pricingRefuse } from "#pricing/contract";
import { processSettings } from "#platform/process-settings";
import type { WebAnswer } from "#platform/service";
import { readCard, readContact, type FieldProblem } from "./checkout-form.ts";
import { keepCheckout, readCheckout, type CheckoutState } from "./checkout-state.ts";
import { readCountries } from "./countries.ts";
import { formOrigin } from "./same-origin.ts";
import { cartHint, findShopper } from "./session.ts";
import { answerStep, openCheckout, stepOf, stepPath, type Checkout } from "./show-checkout.ts";
import { seeOther, type Visit } from "./shop-page.ts";

/** Takes what a step posts; what is wrong is shown beside its field, with everything else as it was typed. */
function step(
  take: (checkout: Checkout) => Promise<WebAnswer>,
  whenEmpty: (visit: Visit) => WebAnswer | Promise<WebAnswer> = toCart,
): (visit: Visit) => Promise<WebAnswer> {
  return async (visit) => {
    const checkout = await openCheckout(visit).catch((error: unknown) => {
      if (error instanceof Refusal && error.status < 500) return undefined; // the cart says what is wrong
      throw error;
    });
    return checkout === undefined ? whenEmpty(visit) : take(checkout);
  };
}

function toCart(visit: Visit): WebAnswer {
  return seeOther(visit.href("/cart"));
}

/** What was just bought in another window is told of in this one, too: by the cookie, or, when the browser had sent it before that changed, by
 *  what was agreed to. */
async function toOrder(visit: Visit): Promise<WebAnswer> {
  const { orderId, card } = readCheckout(visit.request, visit.ctx);
  if (orderId !== undefined && card === undefined) return seeOther(visit.href(`/orders/${orderId}`));
  return (await toOrderAgreedTo(visit)) ?? toCart(visit);
}

/** To the shopper's newest order, if it is what this form agreed to. */
async function toOrderAgreedTo(visit: Visit): Promise<WebAnswer | undefined> {
  const { request, ctx } = visit;
  const shopper = await findShopper(request, ctx);
  if (shopper === undefined) return undefined;
  const { items } = await visit.call(orders.listOrders, { limit: 1 }, { actor: shopper });
  if (items[0] === undefined) return undefined;
  const { orderId, quote } = await visit.call(orders.getOrder, { orderId: items[0].orderId }, { actor: shopper });
  return quote.hash === request.form["hash"] ? seeOther(visit.href(`/orders/${orderId}`)) : undefined;
}

export const takeAddress = step(async (checkout) => {
  const { visit, state } = checkout;
  const { form } = visit.request;
  const countries = await readCountries(visit);
  const told = readContact(
    form,
    countries.map(({ code }) => code),
  );
  if ("problems" in told) return answerStep(checkout, "address", { ...told, typed: form, status: 422 });
  const { method: _other, ...kept } = state;
  const isSameCountry = state.address?.country === told.address.country;
  return goOn(checkout, { ...(isSameCountry ? state : kept), ...told }, "/checkout/delivery");
});

export const takeDelivery = step(async (checkout) => {
  const { visit, state, quote } = checkout;
  const { form } = visit.request;
  if (state.address === undefined) return seeOther(visit.href("/checkout"));
  const method = quote.shippingOptions.find((option) => option.method === form["method"])?.method;
  if (method === undefined)
    return answerStep(checkout, "delivery", { problems: { method: "required" }, typed: form, status: 422 });
  return goOn(checkout, { ...state, method }, "/checkout/payment");
});

const CARD_PROBLEMS: Readonly<Record<string, FieldProblem>> = { number: "card", expiry: "expiry", cvc: "cvc" };

/** Gives the card to the payment provider; here stays what it is called from now on. */
export const takeCard = step(async (checkout) => {
  const { visit, state } = checkout;
  const { form } = visit.request;
  // Number and code are never sent back to the browser.
  const typed = { expiry: form["expiry"] ?? "" };
  const told = readCard(form);
  if ("problems" in told) return answerStep(checkout, "payment", { ...told, typed, status: 422 });
  try {
    const { token, brand, last4, expiresAt } = await visit.call(payments.createPaymentToken, told.card);
    return goOn(checkout, { ...state, card: { token, brand, last4, expiresAt } }, "/checkout/review");
  } catch (error) {
    if (!paymentsRefuse.CARD_NOT_ACCEPTED.is(error)) throw error;
    const { field, reason } = error.data;
    const problem = reason === "test_cards_only" ? "test_card" : (CARD_PROBLEMS[field] ?? "card");
    return answerStep(checkout, "payment", { problems: { [field]: problem }, typed, status: 422 });
  }
});

/** Buys. Pressed twice, or again after going back, it tells of the same order: the key is made from the card's token and the agreed sum. */
export const placeOrder = step(async (checkout) => {
  const { visit, shopper, state, quote } = checkout;
  const { request } = visit;
  const lacking = stepOf(checkout);
  // Bought in another window, the card is used up, and the cart empties a little later.
  if (lacking !== "review") return (await toOrderAgreedTo(visit)) ?? seeOther(visit.href(stepPath(lacking)));
  if (request.form["hash"] !== quote.hash)
    return answerStep(checkout, "review", { problem: visit.texts.checkoutProblems["price_changed"]!, status: 409 });
  const { email, address, method, card } = state as Required<CheckoutState>;
  const key = createHash("sha256")
    .update(JSON.stringify([shopper.id, card.token, quote.hash]))
    .digest("base64url");
  try {
    const input = {
      email,
      shippingAddress: address,
      shippingMethod: method,
      paymentToken: card.token,
      expectedTotal: quote.total,
      returnUrl: (formOrigin(request) ?? visit.ctx.setting(processSettings.publicUrl)) + visit.href("/checkout/return"),
    };
    const answer = await afterTheFirst(visit, () =>
      visit.call(orders.checkout, input, { actor: shopper, idempotencyKey: key }),
    );
    return await afterCheckout(visit, state, answer);
  } catch (error) {
    return afterRefusal(checkout, error);
  }
}, toOrder);

const AGAIN_MS = 200;

/** The second of two clicks, or of two windows, waits for the answer to the first, as long as anybody waits for it. */
async function afterTheFirst<Answer>({ ctx }: Visit, ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!general.IDEMPOTENCY_IN_FLIGHT.is(error) || ctx.deadlineAtMs - Date.now() < 2 * AGAIN_MS) throw error;
      await delay(AGAIN_MS, undefined, { signal: ctx.signal });
    }
  }
}

/** Where a shopper goes after an answer: to the bank, to the order, or back to the step that failed. */
export async function afterCheckout(visit: Visit, state: CheckoutState, answer: CheckoutAnswer): Promise<WebAnswer> {
  const { request, ctx } = visit;
  const { card: _used, ...kept } = state;
  const { orderId, status, failure } = answer;
  const keep = (more: CheckoutState) => ({ "set-cookie": [keepCheckout(request, ctx, more)] });
  if (status === "awaiting_shopper") return seeOther(visit.href(onWayToBank(orderId)), keep({ ...state, orderId }));
  // Also while what was held is let go: the cart is as it was.
  if (status === "failed" || (status === "undoing" && failure !== undefined)) {
    const isStock = failure?.code === "inventory_unavailable" || failure?.code === "reservation_expired";
    const to = isStock ? "/cart" : "/checkout/payment";
    return seeOther(`${visit.href(to)}?problem=${failure?.code ?? "payment_declined"}`, keep(kept));
  }
  const done = {
    "set-cookie": [keepCheckout(request, ctx, { ...kept, orderId }), cartHint(request, { itemCount: 0, version: 0 })],
  };
  return seeOther(visit.href(`/orders/${orderId}`), done);
}

/** The order's page, which sends the browser on: a form that led to another origin itself would be stopped by our form-action. */
function onWayToBank(orderId: string): string {
  return `/orders/${orderId}?to=bank`;
}

function afterRefusal(checkout: Checkout, error: unknown): Promise<WebAnswer> | WebAnswer {
  const { visit } = checkout;
  if (ordersRefuse.CART_ALREADY_ORDERED.is(error)) return seeOther(visit.href(`/orders/${error.data.orderId}`));
  if (ordersRefuse.CART_EMPTY.is(error) || pricingRefuse.SKU_NOT_SELLABLE.is(error))
    return seeOther(visit.href("/cart"));
  if (pricingRefuse.SHIPPING_NOT_AVAILABLE.is(error)) return seeOther(visit.href("/checkout/delivery"));
  if (ordersRefuse.PRICE_CHANGED.is(error)) {
    const problem = visit.texts.checkoutProblems["price_changed"]!;
    return answerStep({ ...checkout, quote: error.data.quote }, "review", { problem, status: 409 });
  }
  if (general.INVALID_INPUT.is(error)) return seeOther(visit.href("/checkout"));
  throw error;
}

function goOn({ visit }: Checkout, state: CheckoutState, to: string): WebAnswer {
  return seeOther(visit.href(to), { "set-cookie": [keepCheckout(visit.request, visit.ctx, state)] });
}
