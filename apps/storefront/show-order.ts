import type { Output } from "#kernel/contract";
import { asId } from "#kernel/id";
import { refuse } from "#kernel/refusal";
import { orders } from "#orders/contract";
import type { WebAnswer, WebRequest } from "#platform/service";
import { addressLines } from "./address-lines.ts";
import { readCheckout } from "./checkout-state.ts";
import { frameOf } from "./frame.ts";
import { findShopper } from "./session.ts";
import { htmlAnswer, seeOther, type Visit } from "./shop-page.ts";
import { summaryOf } from "./show-checkout.ts";
import { afterCheckout } from "./take-checkout.ts";
import { loadViews } from "./views.ts";

type Order = Output<typeof orders.getOrder>;

/** While it goes on, the page asks again by itself, without a script. */
const AGAIN_SECONDS = 2;

/** One order with its state as it is now: for whoever placed it, or by the signed link of its mail. */
export async function showOrder(visit: Visit): Promise<WebAnswer> {
  const { request, ctx, texts, place } = visit;
  const orderId = asId("order", request.parameters["orderId"] ?? "");
  const access = request.search.get("access");
  const shopper = await findShopper(request, ctx);
  const input = { orderId, ...(access === null ? {} : { access }) };
  const order = await visit
    .call(orders.getOrder, input, shopper === undefined ? {} : { actor: shopper })
    .catch((error: unknown) => {
      throw refuse.INVALID_INPUT.is(error) ? refuse.NOT_FOUND() : error; // what is no id is nobody's order
    });
  const { orderHtml } = await loadViews();
  const model = {
    frame: await frameOf(visit, () => `/orders/${orderId}`),
    number: order.orderNumber,
    title: texts.orderTitles[order.status],
    text: texts.orderTexts[order.status],
    failure: order.failure === null ? undefined : texts.checkoutProblems[order.failure.code],
    isGoingOn: isGoingOn(order),
    next: order.nextAction?.url,
    email: order.email,
    address: addressLines(order.shippingAddress, place.locale),
    placedAt: new Intl.DateTimeFormat(place.locale, { dateStyle: "long", timeStyle: "short" }).format(
      new Date(order.placedAt),
    ),
    payment: texts.paymentStates[order.paymentStatus],
    fulfilment: texts.fulfilmentStates[order.fulfilmentStatus],
    trackingCodes: order.trackingCodes,
    summary: summaryOf({ visit, quote: order.quote }),
  };
  return htmlAnswer(orderHtml(model), {
    headers: { "cache-control": "no-store", ...refreshOf(order, request) },
  });
}

/** At once to the bank, in the place of this page in the browser's history; else to the order as it is a moment later. */
function refreshOf(order: Order, { search }: WebRequest): Readonly<Record<string, string>> {
  const bank = search.get("to") === "bank" ? order.nextAction?.url : undefined;
  if (bank !== undefined) return { refresh: `0; url=${bank}` };
  return isGoingOn(order) ? { refresh: String(AGAIN_SECONDS) } : {};
}

/** Also while the bank is asked: its answer comes by itself, wherever the shopper gave it. */
function isGoingOn({ status }: Order): boolean {
  return status === "open" || status === "undoing" || status === "awaiting_shopper";
}

/** Where the bank sends the shopper back to: the order goes on without waiting for the provider's event. */
export async function returnFromBank(visit: Visit): Promise<WebAnswer> {
  const { request, ctx } = visit;
  const state = readCheckout(request, ctx);
  const shopper = await findShopper(request, ctx);
  if (state.orderId === undefined || shopper === undefined) return seeOther(visit.href("/cart"));
  const orderId = asId("order", state.orderId);
  const answer = await visit.call(orders.resumeOrder, { orderId }, { actor: shopper });
  if (answer.status === "awaiting_shopper") return seeOther(visit.href(`/orders/${orderId}`));
  return afterCheckout(visit, state, answer);
}
