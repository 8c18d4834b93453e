import { createHash } from "node:crypto";
import { Refusal } from "#kernel/refusal";
import { cart, maximumQuantity } from "#cart/contract";
import type { WebAnswer } from "#platform/service";
import { CART_HINT, cartHint, ensureShopper, findShopper, type Session } from "./session.ts";
import { answerCart, wantsDrawer } from "./show-cart.ts";
import { seeOther, type Visit } from "./shop-page.ts";

/** Puts what a product's page posts into the cart. A double click adds once: both posts show the same cart, so they have one key. */
export async function addToCart(visit: Visit): Promise<WebAnswer> {
  const { request, ctx } = visit;
  const { sku = "", quantity = "1" } = request.form;
  const session = await ensureShopper(request, ctx);
  const pieces = readQuantity(quantity);
  const key = createHash("sha256")
    .update(JSON.stringify([session.shopper.id, sku, pieces, request.cookies[CART_HINT] ?? ""]))
    .digest("base64url");
  const add = () =>
    pieces === undefined || pieces === 0
      ? undefined
      : visit.call(cart.addLine, { sku, quantity: pieces }, { actor: session.shopper, idempotencyKey: key });
  return change(visit, session, add, visit.texts.added);
}

/** Sets how many pieces of a SKU are in the cart; none takes it out. Safe to repeat. */
export async function changeCart(visit: Visit): Promise<WebAnswer> {
  const { request, ctx } = visit;
  const { sku = "", quantity = "", remove } = request.form;
  const shopper = await findShopper(request, ctx);
  if (shopper === undefined) return seeOther(visit.href("/cart"));
  const pieces = remove === "yes" ? 0 : readQuantity(quantity);
  return change(visit, { shopper, cookies: [] }, () =>
    pieces === undefined ? undefined : visit.call(cart.changeLine, { sku, quantity: pieces }, { actor: shopper }),
  );
}

type Summary = { readonly itemCount: number; readonly version: number };

/** Shows the cart after a change, or beside it what stood in the way. Undefined: the form holds no quantity. */
async function change(
  visit: Visit,
  { shopper, cookies }: Session,
  work: () => Promise<Summary> | undefined,
  done?: string,
): Promise<WebAnswer> {
  const { request, texts } = visit;
  try {
    const summary = await work();
    if (summary === undefined)
      return await answerCart(visit, shopper, { cookies, status: 422, problem: texts.refusals["INVALID_INPUT"] });
    if (wantsDrawer(visit)) return await answerCart(visit, shopper, { cookies, done });
    return seeOther(visit.href("/cart"), { "set-cookie": [...cookies, cartHint(request, summary)] });
  } catch (error) {
    const problem = error instanceof Refusal ? texts.refusals[error.code] : undefined;
    if (problem === undefined) throw error;
    return answerCart(visit, shopper, { cookies, status: (error as Refusal).status, problem });
  }
}

function readQuantity(text: string): number | undefined {
  const quantity = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return quantity <= maximumQuantity ? quantity : undefined;
}
