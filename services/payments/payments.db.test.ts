import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { money } from "#kernel/money";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { payments, refuse } from "./contract.ts";
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentVoided,
} from "./events.ts";
import { amount, letTimePass, pay, startPayments, statusOf, tokenOf } from "./testing-payments.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startPayments(simulatorService);
}, 60_000);
afterAll(() => shop.stop());

/** How often the events of this kind tell of this payment. */
async function count(
  kind: typeof PaymentAuthorised | typeof PaymentDeclined | typeof PaymentVoided,
  paymentId: string,
) {
  await shop.settle();
  return (await shop.heard(kind as typeof PaymentVoided)).filter((event) => event.subject === paymentId).length;
}

async function chargesUnder(key: string): Promise<number> {
  const { db } = shop.context("payment-simulator");
  return (
    await db.get(sql<{ count: number }>`select count(*) as count from charge where key = ${key} and was_authorised`)
  ).count;
}

describe("authorise", () => {
  it("holds the amount, tells it once, and answers the same again", async () => {
    const { paymentId, input, answer } = await pay(shop, "succeeds");
    expect(answer).toMatchObject({ paymentId, status: "authorised" });
    expect(await shop.call(payments.authorise, input)).toEqual(answer);
    expect(await count(PaymentAuthorised, paymentId)).toBe(1);
    expect(await shop.call(payments.getPayment, { paymentId })).toMatchObject({
      card: { brand: "visa", last4: "4242" },
    });
  });

  it("charges once when twenty ask at once with one id", async () => {
    const [paymentId, orderId, token] = [newId("payment"), newId("order"), await tokenOf(shop, "succeeds")];
    const input = { paymentId, orderId, amount, token };
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.call(payments.authorise, input)));
    expect(new Set(answers.map((answer) => answer.status)).difference(new Set(["authorised", "pending"])).size).toBe(0);
    await shop.settle();
    expect(await statusOf(shop, paymentId)).toBe("authorised");
    expect(await chargesUnder(paymentId)).toBe(1);
    expect(await count(PaymentAuthorised, paymentId)).toBe(1);
  });

  it("refuses the id of another order or amount", async () => {
    const { input } = await pay(shop, "succeeds");
    const isMismatch = expect.objectContaining({ code: "PAYMENT_MISMATCH" });
    await expect(shop.call(payments.authorise, { ...input, amount: money(9_999, "GBP") })).rejects.toEqual(isMismatch);
    await expect(shop.call(payments.authorise, { ...input, orderId: newId("order") })).rejects.toEqual(isMismatch);
  });

  it.each(["insufficient_funds", "do_not_honour", "stolen_card", "expired_card"] as const)(
    "declines: %s",
    async (behaviour) => {
      const { paymentId, answer } = await pay(shop, behaviour);
      expect(answer).toEqual({ paymentId, status: "declined", declineCode: behaviour });
      expect(await count(PaymentDeclined, paymentId)).toBe(1);
    },
  );

  it("is pending when the answer is lost, and finds the charge by its key", async () => {
    const { paymentId, answer } = await pay(shop, "charges_without_answer");
    expect(answer).toEqual({ paymentId, status: "pending" });
    await letTimePass(shop, 12_000);
    expect(await statusOf(shop, paymentId)).toBe("authorised");
    expect(await chargesUnder(paymentId)).toBe(1);
    expect(await count(PaymentAuthorised, paymentId)).toBe(1);
  });

  it("gives up a request that never arrived, and bars its key at the provider", async () => {
    const { paymentId, answer } = await pay(shop, "silent");
    expect(answer.status).toBe("pending");
    await letTimePass(shop, 12_000);
    expect(await statusOf(shop, paymentId)).toBe("authorising");
    await letTimePass(shop, 20_000);
    expect(await statusOf(shop, paymentId)).toBe("failed");
    expect(await count(PaymentDeclined, paymentId)).toBe(1);
    const { db } = shop.context("payment-simulator");
    expect(await db.find(sql`select status from charge where key = ${paymentId}`)).toEqual({ status: "voided" });
  });

  it("sends a lost request again when the caller repeats it, and charges once", async () => {
    const { paymentId, input, answer } = await pay(shop, "silent");
    expect(answer.status).toBe("pending");
    const again = { ...input, token: await tokenOf(shop, "succeeds") };
    expect((await shop.call(payments.authorise, again)).status).toBe("pending");
    shop.advanceClock(9_100);
    expect((await shop.call(payments.authorise, again)).status).toBe("authorised");
    expect(await chargesUnder(paymentId)).toBe(1);
  });

  it("does not wait for a slow answer, and learns of it by the provider's event", async () => {
    const impatient = await startPayments(simulatorService, {
      PAYMENTS_PROVIDER_TIMEOUT_MS: "1000",
      PAYMENT_SIMULATOR_SLOW_ANSWER_MS: "1500",
    });
    try {
      const { paymentId, answer } = await pay(impatient, "slow");
      expect(answer.status).toBe("pending");
      await expect.poll(() => statusOf(impatient, paymentId), { timeout: 15_000 }).toBe("authorised");
      await impatient.settle();
      expect(await impatient.heard(PaymentAuthorised)).toHaveLength(1);
    } finally {
      await impatient.stop();
    }
  }, 30_000);
});

describe("void", () => {
  it("lets an authorised payment go, once, however often it is asked", async () => {
    const { paymentId } = await pay(shop, "succeeds");
    const voids = await Promise.all([1, 2, 3].map(() => shop.call(payments.void, { paymentId })));
    expect(voids.map((one) => one.status)).toContain("voided");
    expect(await shop.call(payments.void, { paymentId })).toEqual({ paymentId, status: "voided" });
    expect(await count(PaymentVoided, paymentId)).toBe(1);
    await expect(shop.call(payments.capture, { paymentId })).rejects.toMatchObject({ code: "PAYMENT_NOT_CAPTURABLE" });
  });

  it("before the authorisation leaves a tombstone: the payment is declined and nothing is charged", async () => {
    const paymentId = newId("payment");
    expect(await shop.call(payments.void, { paymentId })).toEqual({ paymentId, status: "voided" });
    expect((await pay(shop, "succeeds", { paymentId })).answer).toEqual({
      paymentId,
      status: "declined",
      declineCode: "voided",
    });
    expect(await chargesUnder(paymentId)).toBe(0);
    await expect(shop.call(payments.getPayment, { paymentId })).rejects.toMatchObject({ code: "PAYMENT_NOT_FOUND" });
    expect(await shop.call(payments.void, { paymentId })).toEqual({ paymentId, status: "voided" });
  });

  it("races the authorisation and nothing stays held", async () => {
    for (let round = 0; round < 10; round++) {
      const paymentId = newId("payment");
      const input = { paymentId, orderId: newId("order"), amount, token: await tokenOf(shop, "succeeds") };
      await Promise.all([shop.call(payments.authorise, input), shop.call(payments.void, { paymentId })]);
      await letTimePass(shop, 6_000);
      const { db } = shop.context("payment-simulator");
      const held = await db.rows(sql`select key from charge where key = ${paymentId} and status = 'authorised'`);
      expect(held).toEqual([]);
    }
  });

  it("of a charge whose answer was lost voids it at the provider", async () => {
    const { paymentId } = await pay(shop, "charges_without_answer");
    expect(await shop.call(payments.void, { paymentId })).toEqual({ paymentId, status: "voided" });
    expect(await count(PaymentAuthorised, paymentId)).toBe(0);
    expect(await count(PaymentVoided, paymentId)).toBe(1);
  });

  it("answers voided for a declined payment and refuses a captured one", async () => {
    const declined = await pay(shop, "do_not_honour");
    expect((await shop.call(payments.void, { paymentId: declined.paymentId })).status).toBe("voided");
    const { paymentId } = await pay(shop, "succeeds");
    await shop.call(payments.capture, { paymentId });
    await expect(shop.call(payments.void, { paymentId })).rejects.toMatchObject({ code: "PAYMENT_ALREADY_CAPTURED" });
  });
});

describe("capture", () => {
  it("takes the amount once, whoever asks how often", async () => {
    const { paymentId } = await pay(shop, "succeeds");
    const answers = await Promise.all([1, 2, 3, 4].map(() => shop.call(payments.capture, { paymentId })));
    expect(answers.every((answer) => answer.status === "captured")).toBe(true);
    await shop.settle();
    const told = (await shop.heard(PaymentCaptured)).filter((event) => event.subject === paymentId);
    expect(told.map((event) => event.data.amount)).toEqual([amount]);
  });

  it("takes a part and refuses another amount, too much, or what is not authorised", async () => {
    const { paymentId } = await pay(shop, "succeeds");
    expect(await shop.call(payments.capture, { paymentId, amount: money(4_000, "GBP") })).toMatchObject({
      status: "captured",
    });
    await expect(shop.call(payments.capture, { paymentId })).rejects.toMatchObject({ code: "PAYMENT_NOT_CAPTURABLE" });
    await expect(shop.call(payments.capture, { paymentId, amount: money(10_001, "GBP") })).rejects.toMatchObject({
      code: "CAPTURE_EXCEEDS_AUTHORISED",
    });
    const { paymentId: declined } = await pay(shop, "do_not_honour");
    const attempt = shop.call(payments.capture, { paymentId: declined });
    await expect(attempt).rejects.toSatisfy(refuse.PAYMENT_NOT_CAPTURABLE.is);
  });

  it("fails for good, and says so, when the authorisation is gone", async () => {
    const { paymentId } = await pay(shop, "succeeds");
    const { db } = shop.context("payment-simulator");
    await db.run(sql`update charge set due_at = now() - interval '1 minute' where key = ${paymentId}`);
    await expect(shop.call(payments.capture, { paymentId })).rejects.toMatchObject({ data: { status: "failed" } });
    await letTimePass(shop, 6_000);
    const told = (await shop.heard(PaymentCaptureFailed)).filter((event) => event.subject === paymentId);
    expect(told.map((event) => event.data.failureCode)).toEqual(["authorisation_gone"]);
  });

  it("survives a provider that tells everything twice and out of order", async () => {
    const { paymentId } = await pay(shop, "noisy_events");
    await shop.call(payments.capture, { paymentId });
    await shop.settle();
    expect(await statusOf(shop, paymentId)).toBe("captured");
    expect(await count(PaymentAuthorised, paymentId)).toBe(1);
    expect((await shop.heard(PaymentCaptured)).filter((event) => event.subject === paymentId)).toHaveLength(1);
  });
});

describe("refund", () => {
  const captured = async (behaviour: "succeeds" | "refund_fails" = "succeeds") => {
    const { paymentId } = await pay(shop, behaviour);
    await shop.call(payments.capture, { paymentId });
    return paymentId;
  };
  const refund = (paymentId: Awaited<ReturnType<typeof captured>>, amountMinor: number, refundId = newId("refund")) =>
    shop.call(payments.refund, { refundId, paymentId, amount: money(amountMinor, "GBP"), reason: "returned" });

  it("gives back in parts, then all, once per refund id", async () => {
    const paymentId = await captured();
    const refundId = newId("refund");
    const first = await refund(paymentId, 3_000, refundId);
    expect(first).toMatchObject({ status: "succeeded", amount: money(3_000, "GBP") });
    expect(await refund(paymentId, 3_000, refundId)).toEqual(first);
    expect(await statusOf(shop, paymentId)).toBe("partially_refunded");
    await refund(paymentId, 7_000);
    expect(await statusOf(shop, paymentId)).toBe("refunded");
    await shop.settle();
    const told = (await shop.heard(PaymentRefunded)).filter((event) => event.subject === paymentId);
    expect(told.map((event) => event.data.refundedTotal.amountMinor)).toEqual([3_000, 10_000]);
  });

  it("never exceeds the capture, thirty at once", async () => {
    const paymentId = await captured();
    const asked = await Promise.allSettled(Array.from({ length: 30 }, () => refund(paymentId, 700)));
    const refusals = asked.filter((one) => one.status === "rejected");
    expect(refusals.map((one) => (one.reason as { code?: string }).code)).toEqual(
      refusals.map(() => "REFUND_EXCEEDS_CAPTURED"),
    );
    expect(asked.length - refusals.length).toBe(14);
    await letTimePass(shop, 10_000);
    expect(await shop.call(payments.getPayment, { paymentId })).toMatchObject({
      refunded: money(9_800, "GBP"),
      refundable: money(200, "GBP"),
    });
  });

  it("is stopped by the database too, whatever the code does", async () => {
    const paymentId = await captured();
    const { db } = shop.context("payments");
    const cheat = db.run(sql`update payment set refund_reserved_minor = 10001 where payment_id = ${paymentId}`);
    await expect(cheat).rejects.toThrow("payment_refunds_within");
  });

  it("sets nothing aside when the provider refuses for good", async () => {
    const paymentId = await captured("refund_fails");
    expect(await refund(paymentId, 10_000)).toMatchObject({ status: "failed", failureCode: "refund_failed" });
    await shop.settle();
    expect((await shop.heard(PaymentRefundFailed)).some((event) => event.subject === paymentId)).toBe(true);
    expect((await shop.call(payments.getPayment, { paymentId })).refundable).toEqual(amount);
  });

  it("refuses an id that was used otherwise, and a payment that is not captured", async () => {
    const [one, other] = [await captured(), await captured()];
    const refundId = newId("refund");
    await refund(one, 1_000, refundId);
    await expect(refund(one, 1_001, refundId)).rejects.toMatchObject({ code: "REFUND_MISMATCH" });
    await expect(refund(other, 1_000, refundId)).rejects.toMatchObject({ code: "REFUND_MISMATCH" });
    const { paymentId } = await pay(shop, "succeeds");
    await expect(refund(paymentId, 1_000)).rejects.toMatchObject({ code: "REFUND_EXCEEDS_CAPTURED" });
  });
});
