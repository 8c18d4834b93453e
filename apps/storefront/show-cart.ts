import type { Output } from "#kernel/contract";
import { formatMoney } from "#kernel/money";
import { cart } from "#cart/contract";
import type { WebAnswer } from "#platform/service";
import { frameOf } from "./frame.ts";
import { cartHint, findShopper, type Shopper } from "./session.ts";
import { thumbnailOf } from "./picture-of.ts";
import { htmlAnswer, type Visit } from "./shop-page.ts";
import { loadViews } from "./views.ts";
import type { CartModel, Line } from "./views/cart-page.tsx";

type Cart = Output<typeof cart.getCart>;

export async function showCart(visit: Visit): Promise<WebAnswer> {
  const shopper = await findShopper(visit.request, visit.ctx);
  return answerCart(visit, shopper, {
    problem: visit.texts.checkoutProblems[visit.request.search.get("problem") ?? ""],
  });
}

type Told = {
  readonly problem?: string | undefined;
  /** What was just done, in words. */
  readonly done?: string | undefined;
  readonly status?: number;
  readonly cookies?: readonly string[];
};

/** The cart as a page; for a script that asked for it, as the drawer's content. */
export async function answerCart(visit: Visit, shopper: Shopper | undefined, told: Told): Promise<WebAnswer> {
  const { request } = visit;
  const present = shopper === undefined ? undefined : await visit.call(cart.getCart, {}, { actor: shopper });
  const model = await modelOf(visit, present, told);
  const { cartHtml, cartDrawerHtml } = await loadViews();
  const cookies = [...(told.cookies ?? []), ...(present === undefined ? [] : [cartHint(request, present)])];
  return htmlAnswer(wantsDrawer(visit) ? cartDrawerHtml(model) : cartHtml(model), {
    ...(told.status === undefined ? {} : { status: told.status }),
    headers: { "set-cookie": cookies, "cache-control": "no-store" },
  });
}

/** Claims that a script asks, which shows the cart in the page where it is. */
export function wantsDrawer({ request: { headers } }: Visit): boolean {
  return headers["tradepost-fragment"] === "cart";
}

async function modelOf(visit: Visit, present: Cart | undefined, { problem, done }: Told): Promise<CartModel> {
  const { place, texts } = visit;
  const lines = present?.lines.map((line) => lineOf(visit, line)) ?? [];
  const itemCount = present?.itemCount ?? 0;
  const subtotal = formatMoney(present?.subtotal ?? { amountMinor: 0, currency: place.currency }, place.locale);
  const wrong = lines.filter((line) => line.problem !== undefined).map((line) => `${line.title}: ${line.problem}`);
  return {
    frame: await frameOf(visit, () => "/cart"),
    lines,
    itemCount,
    subtotal,
    said: [
      ...(done === undefined ? [] : [done]),
      itemCount === 0 ? texts.cartEmpty : texts.cartHolds(itemCount, subtotal),
      ...wrong,
    ].join(" "),
    canCheckOut: present?.canCheckOut ?? false,
    problem,
  };
}

function lineOf({ place, texts, href }: Visit, line: Cart["lines"][number]): Line {
  const { sku, quantity, slug, title, optionText, image, unitPrice, subtotal } = line;
  return {
    sku,
    quantity,
    href: slug === null ? null : href(`/products/${slug}`),
    title: title ?? sku,
    optionText: optionText ?? "",
    image: image === null ? null : thumbnailOf(image),
    unitPrice: unitPrice === null ? null : formatMoney(unitPrice, place.locale),
    subtotal: subtotal === null ? null : formatMoney(subtotal, place.locale),
    problem:
      line.problem === "insufficient_stock"
        ? texts.problems.insufficient_stock(line.available ?? 0)
        : line.problem === null
          ? undefined
          : texts.problems[line.problem],
  };
}
