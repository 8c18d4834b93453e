import { afterAll, beforeAll } from "vitest";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { startTestShop, type TestShop } from "#platform/testing";
import { describeProvider } from "./testing-provider.ts";
import { simulatorProvider } from "./provider-simulator.ts";
import { service as paymentsService } from "./service.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({
    services: [paymentsService, simulatorService],
    settings: { PAYMENTS_PROVIDER_TIMEOUT_MS: "9000", PAYMENT_SIMULATOR_SILENCE_MS: "10" },
  });
}, 60_000);
afterAll(() => shop.stop());

const card = (number: string) => ({ number, expiryMonth: 12, expiryYear: 2090, cvc: "123" });

describeProvider("simulator", () => ({
  provider: simulatorProvider,
  ctx: () => shop.context("payments"),
  cards: {
    approved: card("4242424242424242"),
    declined: card("4000000000009995"),
    challenged: card("4000000000003220"),
    lostAnswer: card("4000000000000259"),
    lostRequest: card("4000000000000341"),
  },
}));
