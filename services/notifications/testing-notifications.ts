import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { newId } from "#kernel/id";
import type { Actor } from "#platform/ctx";
import { startTestShop, type TestShop } from "#platform/testing";
import { cart } from "#cart/contract";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import { orders } from "#orders/contract";
import { testCards, type CardBehaviour } from "#payment-simulator/contract";
import { payments } from "#payments/contract";
import { pricing } from "#pricing/contract";
import { service as cartService } from "../cart/service.ts";
import { service as catalogService } from "../catalog/service.ts";
import { service as inventoryService } from "../inventory/service.ts";
import { service as ordersService } from "../orders/service.ts";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { service as paymentsService } from "../payments/service.ts";
import { service as pricingService } from "../pricing/service.ts";
import { service as shippingService } from "../shipping/service.ts";
import { service as notificationsService } from "./service.ts";

/** A shop that sells MUGs and writes about it. */
export async function startShopWithMail(settings: Readonly<Record<string, string>> = {}): Promise<TestShop> {
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
      notificationsService,
    ],
    settings: { ORDERS_ANSWER_WITHIN_MS: "20000", ...settings },
  });
  const variant = { sku: "MUG", weightGrams: 200, prices: [{ market: "gb", currency: "GBP", amountMinor: 500 }] };
  await shop.call(catalog.createProduct, { titles: { en: "Mug" }, status: "active", variants: [variant] });
  await shop.call(inventory.putWarehouse, { code: "leicester", name: "Leicester" });
  const lines = [{ sku: "MUG", warehouse: "leicester", onHand: 1_000 }];
  await shop.call(inventory.adjustStock, { adjustmentId: newId("adjustment"), reason: "opening stock", lines });
  return shop;
}

export const EMAIL = "ada.lovelace@example.com";

/** Somebody called `name` buys a MUG; everything that follows from it has happened. */
export async function buy(shop: TestShop, behaviour: CardBehaviour = "succeeds", name = "Ada Lovelace") {
  const as: Actor = { kind: "guest", id: newId("guest") };
  await shop.call(cart.addLine, { sku: "MUG", quantity: 1 }, { as });
  const { number } = testCards.find((card) => card.behaviour === behaviour)!;
  const card = { number, expiryMonth: 12, expiryYear: 2090, cvc: "123" };
  const { token } = await shop.call(payments.createPaymentToken, card, { as });
  const shippingAddress = { name, line1: "12 St James's Square", city: "London", postcode: "SW1Y 4JH", country: "GB" };
  const asked = { lines: [{ sku: "MUG", quantity: 1 }], shipTo: { country: "GB" }, shippingMethod: "standard" };
  const { total } = await shop.call(pricing.quote, asked, { as });
  const input = {
    email: EMAIL,
    shippingAddress,
    shippingMethod: "standard",
    paymentToken: token,
    expectedTotal: total,
  };
  const { orderId } = await shop.call(orders.checkout, input, { as, idempotencyKey: newId("request") });
  await shop.settle();
  return { orderId, as };
}

/** A mail server that takes mail, or answers each with `refusal`. */
export async function startMailServer() {
  const received: string[] = [];
  const state: { refusal: { code: number; text: string } | undefined } = { refusal: undefined };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onRcptTo: (_address, _session, callback) => {
      const { refusal } = state;
      callback(refusal && Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
    },
    onData: (stream, _session, callback) => {
      let mail = "";
      stream.setEncoding("utf8");
      stream.on("data", (part: string) => (mail += part));
      stream.on("end", () => {
        received.push(mail);
        callback();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refuseWith: (code: number, told: string) => void (state.refusal = { code, text: told }),
    accept: () => void (state.refusal = undefined),
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}
