import { newId } from "#kernel/id";
import type { Input, Output } from "#kernel/contract";
import { refuse as platformRefuse } from "#kernel/refusal";
import type { Actor, Ctx } from "#platform/ctx";
import { brokenConstraint } from "#platform/database";
import { keptTrace } from "#platform/telemetry/traceparent";
import { claimKey, findClaim, type Claim } from "#platform/idempotency";
import { cart } from "#cart/contract";
import { pricing, type Quote } from "#pricing/contract";
import { carryOn } from "./advance-order.ts";
import { answerInTime } from "./answer-in-time.ts";
import { orders, refuse } from "./contract.ts";
import { OrderPlaced } from "./events.ts";
import { newLease } from "./hold-order.ts";
import { checkoutAnswer, orderFacts, orderLines } from "./order-view.ts";
import { answerWithinMs, reservationSeconds } from "./settings.ts";
import { findLiveOrderOfCart, findOrder, insertOrder, type NewOrder, type OrderRow } from "./store.ts";

type CheckoutInput = Input<typeof orders.checkout>;
type CheckoutOutput = Output<typeof orders.checkout>;

/** Places an order for what is in the shopper's cart and carries it as far as it goes: confirmed, failed or waiting for the
 *  shopper; after ORDERS_ANSWER_WITHIN_MS it goes on without us. A repeat with the same key tells the same order's state. */
export async function checkout(input: CheckoutInput, ctx: Ctx): Promise<CheckoutOutput> {
  const earlier = await findClaim(ctx, orders.checkout, input);
  if (earlier !== undefined) return tellAgain(earlier, ctx);
  const owner = shopperOf(ctx);
  const { cartId, version, lines } = await ctx.call(cart.getCartLines, {});
  if (cartId === null || lines.length === 0) throw refuse.CART_EMPTY();
  const quote = await ctx.call(pricing.quote, {
    lines,
    shipTo: {
      country: input.shippingAddress.country,
      ...(input.shippingAddress.postcode === undefined ? {} : { postcode: input.shippingAddress.postcode }),
    },
    shippingMethod: input.shippingMethod,
    ...(input.codes === undefined ? {} : { codes: input.codes }),
  });
  refuseOtherTotal(input, quote);
  const bought = { owner, cartId, version, quote };
  const placed = await place(input, bought, ctx).catch((error: unknown) => refuseBoughtCart(error, bought, ctx));
  if (placed.order === undefined) return tellAgain(placed.claim, ctx);
  const order = await answerInTime(carryOn(placed.order, ctx), ctx);
  return checkoutAnswer(order ?? (await findOrder(ctx.db, placed.order.id)) ?? placed.order);
}

type Shopper = Extract<Actor, { kind: "guest" | "customer" }>;

/** Only shoppers buy; staff have orders to look after, not to place. */
function shopperOf({ actor }: Ctx): Shopper {
  if (actor.kind !== "guest" && actor.kind !== "customer") throw platformRefuse.FORBIDDEN();
  return actor;
}

function refuseOtherTotal(input: CheckoutInput, quote: Quote): void {
  const { expectedTotal } = input;
  const isSame =
    expectedTotal.amountMinor === quote.total.amountMinor && expectedTotal.currency === quote.total.currency;
  if (!isSame) throw refuse.PRICE_CHANGED({ field: "expectedTotal", expectedTotal, quote });
}

/** The order's first commit: with the key, so that a repeat finds it; leased to us, so that nobody else begins. */
async function place(input: CheckoutInput, bought: Bought, ctx: Ctx): Promise<Placed> {
  const order = newOrder(input, bought, ctx);
  const { email, shippingAddress, billingAddress = shippingAddress } = input;
  return ctx.db.groupCommit.transaction(async (tx) => {
    const claim = await claimKey(ctx, tx, orders.checkout, input, order.id);
    if (!claim.isNew) return { claim };
    const row = await insertOrder(tx, order, { email, shippingAddress, billingAddress }, newLease(ctx.now));
    const facts = {
      ...orderFacts(row),
      cartId: row.cart_id,
      lines: orderLines(row),
      total: row.quote.total,
      country: row.country,
    };
    ctx.publish(tx, OrderPlaced, { ...facts, placedAt: ctx.now.toISOString() }, { subjectVersion: row.version });
    return { order: row };
  });
}

type Bought = { readonly owner: Shopper; readonly cartId: string; readonly version: number; readonly quote: Quote };

/** Two tabs, two keys, one cart: the second is told of the first one's order. */
async function refuseBoughtCart(error: unknown, bought: Bought, ctx: Ctx): Promise<never> {
  if (brokenConstraint(error) !== "orders_live_by_cart") throw error;
  const order = await findLiveOrderOfCart(ctx.db, bought);
  throw order === undefined ? error : refuse.CART_ALREADY_ORDERED({ orderId: order.id, status: order.state });
}

/** A new order, or what the key was taken for before. */
type Placed = { readonly order: OrderRow } | { readonly order?: undefined; readonly claim: Claim };

function newOrder(input: CheckoutInput, { owner, cartId, version, quote }: Bought, ctx: Ctx): NewOrder {
  return {
    id: newId("order"),
    store: ctx.store,
    market: ctx.market,
    locale: ctx.locale,
    currency: quote.currency,
    owner_kind: owner.kind,
    owner_id: owner.id,
    cart_id: cartId,
    cart_version: version,
    quote,
    country: input.shippingAddress.country,
    shipping_method: input.shippingMethod,
    payment_token: input.paymentToken,
    return_url: input.returnUrl ?? null,
    reservation_id: newId("reservation"),
    payment_id: newId("payment"),
    shipment_id: newId("shipment"),
    refund_id: newId("refund"),
    held_until: new Date(ctx.now.getTime() + ctx.setting(reservationSeconds) * 1_000),
    placed_at: ctx.now,
    traceparent: keptTrace(ctx),
  };
}

/** The answer to a repeat: what became of the first request's order. While that one is answered still, 409. */
async function tellAgain(claim: Claim, ctx: Ctx): Promise<CheckoutOutput> {
  const orderId = claim.isNew ? undefined : claim.subject;
  const order = orderId === undefined ? undefined : await findOrder(ctx.db, orderId);
  if (order === undefined) throw platformRefuse.IDEMPOTENCY_IN_FLIGHT();
  const isBeingAnswered =
    order.state === "open" && ctx.now.getTime() - order.placed_at.getTime() < ctx.setting(answerWithinMs);
  if (isBeingAnswered) throw platformRefuse.IDEMPOTENCY_IN_FLIGHT();
  return checkoutAnswer(order);
}
