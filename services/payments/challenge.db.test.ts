import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "#kernel/id";
import { payments } from "./contract.ts";
import { PaymentAuthorised, PaymentChallengeRequired, PaymentDeclined } from "./events.ts";
import type { TestShop } from "#platform/testing";
import { webRequest } from "#platform/testing-pages";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { service as paymentsService } from "./service.ts";
import { letTimePass, pay, startPayments, statusOf } from "./testing-payments.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startPayments(simulatorService);
}, 60_000);
afterAll(() => shop.stop());

const returnUrl = "http://localhost:8080/orders/1?a=1&b=2";

/** Opens the bank's page as a browser would, or posts its form. */
function visit(address: string, form?: Record<string, string>) {
  const method = form === undefined ? "GET" : "POST";
  const page = simulatorService.pages!.find((one) => one.method === method)!;
  const chargeId = new URL(address, "http://localhost").pathname.split("/").at(-1)!;
  const request = webRequest({ parameters: { chargeId }, form: form ?? {} });
  return page.handle(request, shop.context("payment-simulator", { locale: "en-GB" }));
}

async function isExpired(where: TestShop, paymentId: Id<"payment">): Promise<void> {
  const payment = await where.call(payments.getPayment, { paymentId });
  expect(payment).toMatchObject({ status: "declined", declineCode: "challenge_expired" });
}

async function challenged() {
  const paying = await pay(shop, "challenge", { returnUrl });
  expect(paying.answer).toMatchObject({
    status: "challenge",
    challengeUrl: expect.stringMatching(/^\/pay\/challenge\//),
  });
  return { ...paying, challengeUrl: paying.answer.challengeUrl! };
}

describe("a challenge", () => {
  it("is shown with amount and card, accepted, and the shopper goes back to the shop", async () => {
    const { paymentId, challengeUrl } = await challenged();
    const shown = await visit(challengeUrl);
    expect(shown.body).toContain("£100.00");
    expect(shown.body).toContain("ending in 3220");
    expect(shown.headers?.["content-security-policy"]).toContain("form-action 'self' http://localhost:8080");
    expect(await visit(challengeUrl, { decision: "accept" })).toMatchObject({
      status: 303,
      headers: { location: returnUrl },
    });
    await shop.settle();
    expect(await statusOf(shop, paymentId)).toBe("authorised");
    expect((await shop.heard(PaymentChallengeRequired)).filter((event) => event.subject === paymentId)).toHaveLength(1);
    expect((await shop.heard(PaymentAuthorised)).filter((event) => event.subject === paymentId)).toHaveLength(1);
    expect((await visit(challengeUrl)).body).toContain("Payment confirmed");
  });

  it("is refused: the payment is declined and stays so", async () => {
    const { paymentId, challengeUrl, input } = await challenged();
    await visit(challengeUrl, { decision: "refuse" });
    await visit(challengeUrl, { decision: "accept" });
    await shop.settle();
    const told = (await shop.heard(PaymentDeclined)).filter((event) => event.subject === paymentId);
    expect(told.map((event) => event.data.declineCode)).toEqual(["challenge_refused"]);
    expect(await shop.call(payments.authorise, input)).toMatchObject({
      status: "declined",
      declineCode: "challenge_refused",
    });
    const page = await visit(challengeUrl);
    expect(page.body).toContain("Payment refused");
    expect(page.body).toContain('href="http://localhost:8080/orders/1?a=1&amp;b=2"');
  });

  it("ends by itself", async () => {
    const { paymentId, challengeUrl } = await challenged();
    await letTimePass(shop, 310_000);
    await isExpired(shop, paymentId);
    expect((await visit(challengeUrl, { decision: "accept" })).status).toBe(303);
    await shop.settle();
    expect(await statusOf(shop, paymentId)).toBe("declined");
  });

  it("ends by itself also when no event of the provider arrives", async () => {
    const deaf = await startPayments(simulatorService, {}, { ...paymentsService, hears: [] });
    try {
      const { paymentId } = await pay(deaf, "challenge", { returnUrl });
      deaf.advanceClock(310_000);
      await deaf.runJob("payments", "resolve-payments");
      await isExpired(deaf, paymentId);
    } finally {
      await deaf.stop();
    }
  });

  it("is withdrawn by a void", async () => {
    const { paymentId, challengeUrl } = await challenged();
    expect(await shop.call(payments.void, { paymentId })).toEqual({ paymentId, status: "voided" });
    await visit(challengeUrl, { decision: "accept" });
    await letTimePass(shop, 1_000);
    expect(await statusOf(shop, paymentId)).toBe("voided");
    expect((await visit(challengeUrl)).body).toContain("Nothing to confirm");
  });

  it("answers 404 and 400 in plain words", async () => {
    expect(await visit("/pay/challenge/nothing")).toMatchObject({ status: 404 });
    expect(await visit("/pay/challenge/01938a4e-5b7c-7d21-9c3f-2a6b8e4d1f05")).toMatchObject({ status: 404 });
    expect(await visit((await challenged()).challengeUrl, { decision: "perhaps" })).toMatchObject({ status: 400 });
  });
});
