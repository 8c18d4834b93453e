import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { startTestShop, type TestShop } from "#platform/testing";
import { webRequest } from "#platform/testing-pages";
import { paymentSimulator, testCards } from "./contract.ts";
import { ProviderEventSent } from "./events.ts";
import { service } from "./service.ts";

// The process is at home in market gb.
let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
}, 60_000);
afterAll(() => shop?.stop());

const inGermany = { market: "de", currency: "EUR" };

async function challenge() {
  const { number } = testCards.find((card) => card.behaviour === "challenge")!;
  const card = { number, expiryMonth: 12, expiryYear: 2090, cvc: "123" };
  const { token } = await shop.call(paymentSimulator.tokenise, card, inGermany);
  const request = { key: newId("payment"), amount: { amountMinor: 5_000, currency: "EUR" }, token };
  return { key: request.key, charge: await shop.call(paymentSimulator.authorise, request, inGermany) };
}

async function told(key: string): Promise<string[]> {
  await shop.settle();
  const events = (await shop.heard(ProviderEventSent)).filter((event) => event.subject === key);
  return events.map(({ data, market }) => `${data.charge.status} ${market}`);
}

describe("events of a charge go to the market that it was asked for", () => {
  it("when it ends by itself", async () => {
    const { key } = await challenge();
    shop.advanceClock(400_000);
    await shop.runJob("payment-simulator", "settle-due");
    expect(await told(key)).toEqual(["challenge de", "declined de"]);
  });

  it("when the shopper answers on the bank's page, which belongs to no market", async () => {
    const { key, charge } = await challenge();
    const page = service.pages!.find((one) => one.method === "POST")!;
    const chargeId = new URL(charge.challengeUrl!, "http://localhost").pathname.split("/").at(-1)!;
    const answer = webRequest({ parameters: { chargeId }, form: { decision: "accept" } });
    await page.handle(answer, shop.context("payment-simulator"));
    expect(await told(key)).toEqual(["challenge de", "authorised de"]);
  });
});
