import type { Output } from "#kernel/contract";
import { formatMoney } from "#kernel/money";
import { cart } from "#cart/contract";
import { pricing } from "#pricing/contract";
import type { WebAnswer } from "#platform/service";
import { addressLines } from "./address-lines.ts";
import { readCheckout, type CheckoutState } from "./checkout-state.ts";
import type { Problems } from "./checkout-form.ts";
import { readCountries } from "./countries.ts";
import { frameOf } from "./frame.ts";
import { findShopper, type Shopper } from "./session.ts";
import { thumbnailOf } from "./picture-of.ts";
import { htmlAnswer, seeOther, type Visit } from "./shop-page.ts";
import { loadViews } from "./views.ts";
import type { CheckoutModel, Summary } from "./views/checkout-page.tsx";

export type Quote = Output<typeof pricing.quote>;
export type Step = CheckoutModel["step"]["name"];

/** A shopper on the way to an order: who, what is known so far, what it costs. */
export type Checkout = {
  readonly visit: Visit;
  readonly shopper: Shopper;
  readonly state: CheckoutState;
  readonly quote: Quote;
};

/** What is wrong with what was typed at a step, and that itself. */
export type Refused = {
  readonly problems?: Problems;
  readonly typed?: Readonly<Record<string, string>>;
  /** About the step as a whole. */
  readonly problem?: string;
  readonly status?: number;
};

const ORDER_OF_STEPS: readonly Step[] = ["address", "delivery", "payment", "review"];

export function stepPath(step: Step): string {
  return step === "address" ? "/checkout" : `/checkout/${step}`;
}

/** The checkout as it stands; undefined when there is nothing to buy. */
export async function openCheckout(visit: Visit): Promise<Checkout | undefined> {
  const { request, ctx } = visit;
  const shopper = await findShopper(request, ctx);
  if (shopper === undefined) return undefined;
  const { lines } = await visit.call(cart.getCartLines, {}, { actor: shopper });
  if (lines.length === 0) return undefined;
  const state = readCheckout(request, ctx);
  const shipTo = state.address === undefined ? undefined : placeOf(state.address);
  const quote = await visit.call(
    pricing.quote,
    {
      lines: [...lines],
      ...(shipTo === undefined ? {} : { shipTo }),
      ...(shipTo === undefined || state.method === undefined ? {} : { shippingMethod: state.method }),
    },
    { actor: shopper },
  );
  return { visit, shopper, state, quote };
}

function placeOf({ country, postcode }: NonNullable<CheckoutState["address"]>) {
  return { country, ...(postcode === undefined ? {} : { postcode }) };
}

/** The first step that still lacks something. */
export function stepOf({ state, visit }: Pick<Checkout, "state" | "visit">): Step {
  if (state.email === undefined || state.address === undefined) return "address";
  if (state.method === undefined) return "delivery";
  if (state.card === undefined || Date.parse(state.card.expiresAt) <= visit.ctx.now.getTime()) return "payment";
  return "review";
}

/** A step of the checkout; leads to an earlier one that lacks something, or to the cart when nothing can be bought. */
export function showStep(step: Step): (visit: Visit) => Promise<WebAnswer> {
  return async (visit) => {
    const checkout = await openCheckout(visit);
    if (checkout === undefined) return seeOther(visit.href("/cart"));
    const lacking = stepOf(checkout);
    const isEarly = ORDER_OF_STEPS.indexOf(lacking) < ORDER_OF_STEPS.indexOf(step);
    if (isEarly) return seeOther(visit.href(stepPath(lacking)));
    const problem = visit.texts.checkoutProblems[visit.request.search.get("problem") ?? ""];
    return answerStep(checkout, step, problem === undefined ? {} : { problem });
  };
}

export async function answerStep(checkout: Checkout, step: Step, refused: Refused): Promise<WebAnswer> {
  const { visit } = checkout;
  const { checkoutHtml } = await loadViews();
  const model = {
    frame: await frameOf(visit, () => stepPath(step)),
    step: await stepModel(checkout, step, refused),
    problem: refused.problem,
    summary: summaryOf(checkout),
  };
  return htmlAnswer(checkoutHtml(model), {
    ...(refused.status === undefined ? {} : { status: refused.status }),
    headers: { "cache-control": "no-store" },
  });
}

async function stepModel(checkout: Checkout, step: Step, refused: Refused): Promise<CheckoutModel["step"]> {
  const { visit, state, quote } = checkout;
  const { texts, place } = visit;
  const problems = Object.fromEntries(
    Object.entries(refused.problems ?? {}).map(([field, problem]) => [field, texts.fieldProblems[problem]]),
  );
  if (step === "address") {
    const known = { email: state.email ?? "", country: place.country, ...state.address };
    return { name: step, values: refused.typed ?? known, problems, countries: await readCountries(visit) };
  }
  if (step === "delivery") {
    const chosen = refused.typed?.["method"] ?? state.method ?? quote.shippingOptions[0]?.method;
    const options = quote.shippingOptions.map(({ method, title, price, estimatedDays: { min, max } }) => ({
      method,
      title,
      price: price.amountMinor === 0 ? texts.free : formatMoney(price, place.locale),
      days: texts.deliveryIn(texts.days(min, max)),
      isChosen: method === chosen,
    }));
    return { name: step, options, problems };
  }
  if (step === "payment") return { name: step, problems, expiry: refused.typed?.["expiry"] ?? "" };
  const { email = "", address, card } = state;
  return {
    name: step,
    email,
    address: address === undefined ? [] : addressLines(address, place.locale),
    delivery: quote.shipping?.title ?? "",
    card: card === undefined ? "" : texts.cardEnding(card.brand, card.last4),
    total: formatMoney(quote.total, place.locale),
    hash: quote.hash,
  };
}

/** What is bought and what it costs, as far as that is known. */
export function summaryOf({ visit, quote }: Pick<Checkout, "visit" | "quote">): Summary {
  const { place, texts } = visit;
  const text = (amount: Quote["total"]) => formatMoney(amount, place.locale);
  return {
    lines: quote.lines.map(({ title, optionText, quantity, subtotal, image }) => ({
      title,
      optionText,
      quantity,
      image: image === null ? null : thumbnailOf(image),
      subtotal: text(subtotal),
    })),
    subtotal: text(quote.subtotal),
    shipping:
      quote.shipping === null ? null : quote.shippingTotal.amountMinor === 0 ? texts.free : text(quote.shippingTotal),
    taxes: quote.taxes
      .filter(({ amount }) => amount.amountMinor !== 0)
      .map(({ name, amount, isIncluded }) => ({
        name: isIncluded ? texts.taxIncluded(name) : name,
        amount: text(amount),
      })),
    total: text(quote.total),
  };
}
