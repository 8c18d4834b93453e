import { newId, type Id } from "#kernel/id";
import type { Input } from "#kernel/contract";
import type { Actor, Ctx } from "#platform/ctx";
import { startTestShop, type TestCall, type TestShop, type TestShopOptions } from "#platform/testing";
import { webRequest } from "#platform/testing-pages";
import { cart } from "#cart/contract";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import { payments } from "#payments/contract";
import { paymentSimulator, testCards, type CardBehaviour } from "#payment-simulator/contract";
import { pricing } from "#pricing/contract";
import { service as cartService } from "../cart/service.ts";
import { service as catalogService } from "../catalog/service.ts";
import { service as inventoryService } from "../inventory/service.ts";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { service as paymentsService } from "../payments/service.ts";
import { service as pricingService } from "../pricing/service.ts";
import { service as shippingService } from "../shipping/service.ts";
import { orders, type CheckoutAnswer, type Order } from "./contract.ts";
import { isFinal } from "./model/saga.ts";
import type { Participant } from "./participants.ts";
import { service as ordersService } from "./service.ts";
import { findOrder, type OrderRow } from "./store.ts";

type CheckoutInput = Input<typeof orders.checkout>;

/** Everything a checkout needs, for real, with 10,000 MUGs at £5.00 on one shelf, and `others` beside it. Nothing depends on how fast
 *  this machine is. */
export async function startOrders(
  settings: Readonly<Record<string, string>> = {},
  { others = [], ...more }: Pick<TestShopOptions, "via" | "isPassive"> & { others?: TestShopOptions["services"] } = {},
): Promise<TestShop> {
  const shop = await startTestShop({
    services: [
      catalogService,
      pricingService,
      shippingService,
      inventoryService,
      cartService,
      paymentsService,
      simulatorService,
      ordersService,
      ...others,
    ],
    settings: {
      ORDERS_ANSWER_WITHIN_MS: "20000",
      PAYMENT_SIMULATOR_SILENCE_MS: "10",
      PAYMENTS_UNHEARD_LIMIT_MS: "10000",
      ...settings,
    },
    ...more,
  });
  await shop.call(inventory.putWarehouse, { code: "leicester", name: "Leicester", priority: 1 });
  await stock(shop, "MUG", 10_000);
  return shop;
}

/** Puts goods into the catalogue and on the shelf. */
export async function stock(shop: TestShop, sku: string, onHand: number, priceMinor = 500): Promise<void> {
  await shop.call(catalog.createProduct, {
    titles: { en: `Goods ${sku}` },
    status: "active",
    variants: [
      {
        sku,
        weightGrams: 200,
        prices: [
          { market: "gb", currency: "GBP", amountMinor: priceMinor },
          { market: "de", currency: "EUR", amountMinor: priceMinor },
        ],
      },
    ],
  });
  await shop.call(inventory.adjustStock, {
    adjustmentId: newId("adjustment"),
    reason: "opening stock",
    lines: [{ sku, warehouse: "leicester", onHand }],
  });
}

export const ADA = {
  email: "ada.lovelace@example.com",
  address: { name: "Ada Lovelace", line1: "12 St James's Square", city: "London", postcode: "SW1Y 4JH", country: "GB" },
};

/** A shopper with a cart of one's own; the same one as before with `as`. */
export function arrive(shop: TestShop, place: Pick<TestCall, "as" | "market" | "currency"> = {}) {
  const as: Actor = { kind: "guest", id: newId("guest") };
  const told = { as, ...place };
  const token = async (behaviour: CardBehaviour) => {
    const { number } = testCards.find((card) => card.behaviour === behaviour)!;
    const card = { number, expiryMonth: 12, expiryYear: 2090, cvc: "123" };
    return (await shop.call(payments.createPaymentToken, card, told)).token;
  };
  const body = async (behaviour: CardBehaviour, more: Partial<CheckoutInput> = {}): Promise<CheckoutInput> => {
    const { lines } = await shop.call(cart.getCartLines, {}, told);
    const shipTo = { country: ADA.address.country };
    const { total } = await shop.call(pricing.quote, { lines, shipTo, shippingMethod: "standard" }, told);
    return {
      email: ADA.email,
      shippingAddress: ADA.address,
      shippingMethod: "standard",
      paymentToken: await token(behaviour),
      expectedTotal: total,
      ...more,
    };
  };
  return {
    told,
    body,
    add: (sku = "MUG", quantity = 1) => shop.call(cart.addLine, { sku, quantity }, told),
    lines: async () => (await shop.call(cart.getCartLines, {}, told)).lines,
    send: (input: CheckoutInput, idempotencyKey: string = newId("request")): Promise<CheckoutAnswer> =>
      shop.call(orders.checkout, input, { ...told, idempotencyKey }),
    order: (orderId: Id<"order">): Promise<Order> => shop.call(orders.getOrder, { orderId }, told),
    cancel: (orderId: Id<"order">) => shop.call(orders.cancelOrder, { orderId }, told),
    resume: (orderId: Id<"order">) => shop.call(orders.resumeOrder, { orderId }, told),
    orders: async () => (await shop.call(orders.listOrders, {}, told)).items,
  };
}

/** Puts a MUG into a new cart and buys it. */
export async function buy(shop: TestShop, behaviour: CardBehaviour = "succeeds", more: Partial<CheckoutInput> = {}) {
  const shopper = arrive(shop);
  await shopper.add();
  const answer = await shopper.send(await shopper.body(behaviour, more));
  return { ...shopper, answer, orderId: answer.orderId };
}

/** What the shopper does on the bank's page. */
export async function answerChallenge(shop: TestShop, url: string, decision: "accept" | "refuse"): Promise<void> {
  const page = simulatorService.pages!.find((one) => one.method === "POST")!;
  const chargeId = new URL(url, "http://localhost").pathname.split("/").at(-1)!;
  const request = webRequest({ parameters: { chargeId }, form: { decision } });
  await page.handle(request, shop.context("payment-simulator"));
}

/** Moves the clock and lets every service do what is due by then. */
export async function letTimePass(shop: TestShop, ms: number): Promise<void> {
  shop.advanceClock(ms);
  await shop.runJob("payment-simulator", "settle-due");
  await shop.runJob("payments", "resolve-payments");
  await shop.runJob("payments", "send-refunds");
  await shop.runJob("inventory", "sweep");
  await shop.runJob("orders", "sweep");
  await shop.settle();
}

/** Lets time pass until the order's state is final and everything that follows from it is done. */
export async function untilOver(shop: TestShop, orderId: Id<"order">, roundMs = 10_000): Promise<OrderRow> {
  for (let round = 0; round < 12; round++) {
    const row = await rowOf(shop, orderId);
    await letTimePass(shop, roundMs);
    if (isFinal(row.state)) return rowOf(shop, orderId);
  }
  throw new Error(`Order ${orderId} is still ${(await rowOf(shop, orderId)).state}`);
}

export async function rowOf(shop: TestShop, orderId: Id<"order">): Promise<OrderRow> {
  return (await findOrder(shop.context("orders").db, orderId))!;
}

/** What every book says of one order, in one sight: compare it with what must be. */
export async function booksOf(shop: TestShop, orderId: Id<"order">) {
  const row = await rowOf(shop, orderId);
  const { items } = await shop.call(payments.listTransactions, { orderId });
  const { charge } = await shop.context("payments").call(paymentSimulator.findCharge, { key: row.payment_id });
  const provider = charge ?? { status: "none", capturedMinor: 0, refunds: [] };
  const returned = provider.refunds.filter((one) => one.status === "succeeded");
  const reservations = await shop.call(inventory.getReservation, { reservationId: row.reservation_id }).then(
    (reservation) => reservation.open.reduce((sum, one) => sum + one.quantity, 0),
    () => 0,
  );
  return {
    state: row.state,
    payments: items.length,
    /** What the provider holds or has of the shopper's money. */
    charged:
      provider.status === "authorised" || provider.status === "challenge"
        ? row.total_minor
        : provider.capturedMinor - returned.reduce((sum, one) => sum + one.amountMinor, 0),
    /** What the order says that the shop has of it. */
    kept: row.captured_minor - row.refunded_minor,
    promised: reservations,
    faults: await faults(shop),
  };
}

/** What the services' own reconciliations complain of. */
async function faults(shop: TestShop): Promise<readonly string[]> {
  const run = async (service: typeof inventoryService | typeof paymentsService, name: string) =>
    service.commands!.find((one) => one.name === name)!.run(shop.context(service.name), []);
  const stockSays = await run(inventoryService, "reconcile");
  const ledgerSays = await run(paymentsService, "check-ledger");
  return [...stockSays.filter((line) => line !== "Stock, ledger and reservations agree."), ...ledgerSays.slice(0, -1)];
}

export type Step = "prepare" | "settle" | "undo";
export type Fault = (act: () => Promise<unknown>) => Promise<unknown>;

/** Lets the next call of a part's step go through `fault`; those after it go as ever. `restore` ends it. */
export function disturb(part: Participant, step: Step, fault: Fault, { isForever = false } = {}) {
  const steps = part as unknown as Record<Step, (order: OrderRow, ctx: Ctx) => Promise<unknown>>;
  const original = steps[step];
  let count = 0;
  steps[step] = (order, ctx) => {
    const act = () => original.call(part, order, ctx);
    return ++count === 1 || isForever ? fault(act) : act();
  };
  return { isReached: () => count > 0, restore: () => void (steps[step] = original) };
}

/** Something to wait at until somebody opens it. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, open: () => resolve() };
}
