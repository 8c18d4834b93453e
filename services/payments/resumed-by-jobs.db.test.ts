import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { money } from "#kernel/money";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { payments } from "./contract.ts";
import { PaymentCaptured, PaymentRefunded, PaymentVoided } from "./events.ts";
import { amount, decide, letTimePass, pay, startPayments, statusOf } from "./testing-payments.ts";

// Each test stops right after a decision was committed, as a killed process would, and lets the jobs go on.
let shop: TestShop;
beforeEach(async () => {
  shop = await startPayments(simulatorService);
}, 60_000);
afterEach(() => shop.stop());

describe("a process that ended after the decision", () => {
  it("to capture: the job captures, once", async () => {
    const paying = await pay(shop, "succeeds");
    await decide(shop, paying.paymentId, (one) => ({ ...one, decided: { ...one.decided, captureMinor: 10_000 } }));
    await letTimePass(shop, 10_000);
    expect(await statusOf(shop, paying.paymentId)).toBe("captured");
    expect(await shop.heard(PaymentCaptured)).toHaveLength(1);
  });

  it("to void: the job voids, once", async () => {
    const paying = await pay(shop, "succeeds");
    await decide(shop, paying.paymentId, (one) => ({ ...one, decided: { ...one.decided, isVoidWanted: true } }));
    expect(await shop.call(payments.authorise, paying.input)).toMatchObject({ status: "pending" });
    await letTimePass(shop, 10_000);
    expect(await statusOf(shop, paying.paymentId)).toBe("voided");
    expect(await shop.heard(PaymentVoided)).toHaveLength(1);
  });

  it("to refund: the job refunds, once", async () => {
    const paying = await pay(shop, "succeeds");
    await shop.call(payments.capture, { paymentId: paying.paymentId });
    const pending = {
      refundId: newId("refund"),
      amountMinor: 2_500,
      reason: "x",
      status: "pending",
      failureCode: null,
    } as const;
    await decide(shop, paying.paymentId, (one) => ({ ...one, refunds: [{ ...pending, createdAt: new Date() }] }));
    await letTimePass(shop, 10_000);
    expect(await statusOf(shop, paying.paymentId)).toBe("partially_refunded");
    expect(await shop.heard(PaymentRefunded)).toHaveLength(1);
  });

  it("to give up a charge: the job bars it at the provider", async () => {
    const paying = await pay(shop, "silent");
    await decide(shop, paying.paymentId, (one) => ({ ...one, decided: { ...one.decided, isGivenUp: true } }));
    await letTimePass(shop, 10_000);
    expect(await shop.call(payments.authorise, paying.input)).toMatchObject({
      status: "declined",
      declineCode: "no_answer",
    });
  });

  it("to charge, before anything was sent: the job closes the payment", async () => {
    const { db } = shop.context("payments");
    const [paymentId, orderId] = [newId("payment"), newId("order")];
    await db.run(sql`
      insert into payment (payment_id, store, market, order_id, amount_minor, currency, provider, status, sent_until, answer_by,
        next_step_at, created_at, updated_at)
      values (${paymentId}, 'demo', 'gb', ${orderId}, 10000, 'GBP', 'simulator', 'authorising', now(), now() + interval '1 minute',
        now(), now(), now())`);
    await letTimePass(shop, 20_000);
    expect(await shop.call(payments.authorise, { paymentId, orderId, amount, token: "tok_x" })).toMatchObject({
      declineCode: "no_answer",
    });
  });
});

describe("a provider out of reach", () => {
  it("makes everything pending, and the jobs finish it when it is back", async () => {
    const { paymentId } = await pay(shop, "succeeds");
    const { db } = shop.context("payment-simulator");
    await db.run(sql`alter table charge rename to charge_away`);
    expect(await shop.call(payments.capture, { paymentId })).toMatchObject({ status: "pending" });
    await expect(shop.call(payments.void, { paymentId })).rejects.toMatchObject({ code: "CAPTURE_IN_PROGRESS" });
    const early = { refundId: newId("refund"), paymentId, amount: money(1, "GBP"), reason: "x" };
    await expect(shop.call(payments.refund, early)).rejects.toMatchObject({ code: "CAPTURE_IN_PROGRESS" });
    shop.advanceClock(10_000);
    await shop.runJob("payments", "resolve-payments");
    expect(await statusOf(shop, paymentId)).toBe("authorised");
    await db.run(sql`alter table charge_away rename to charge`);
    await letTimePass(shop, 400_000);
    expect(await statusOf(shop, paymentId)).toBe("captured");
  });
});
