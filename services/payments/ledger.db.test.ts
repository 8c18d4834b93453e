import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { money } from "#kernel/money";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { checkLedger } from "./check-ledger.ts";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { payments } from "./contract.ts";
import { pay, startPayments } from "./testing-payments.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startPayments(simulatorService);
}, 60_000);
afterAll(() => shop.stop());

async function partlyRefunded() {
  const { paymentId, orderId } = await pay(shop, "succeeds");
  await shop.call(payments.capture, { paymentId, amount: money(8_000, "GBP") });
  await shop.call(payments.refund, {
    refundId: newId("refund"),
    paymentId,
    amount: money(3_000, "GBP"),
    reason: "returned",
  });
  await shop.settle();
  return { paymentId, orderId };
}

describe("the ledger", () => {
  it("tells every movement with both its sides and the balances after it", async () => {
    const { paymentId } = await partlyRefunded();
    const { ledger, refunds } = await shop.call(payments.getTransaction, { paymentId });
    expect(ledger.map((line) => [line.kind, line.account, line.amount.amountMinor, line.balance.amountMinor])).toEqual([
      ["authorised", "shopper", -10_000, -10_000],
      ["authorised", "held", 10_000, 10_000],
      ["captured", "held", -8_000, 2_000],
      ["captured", "merchant", 8_000, 8_000],
      ["released", "held", -2_000, 0],
      ["released", "shopper", 2_000, -8_000],
      ["refunded", "merchant", -3_000, 5_000],
      ["refunded", "shopper", 3_000, -5_000],
    ]);
    expect(ledger.at(-1)!.refundId).toBe(refunds[0]!.refundId);
  });

  it("only grows", async () => {
    await partlyRefunded();
    const { db } = shop.context("payments");
    await expect(db.run(sql`update ledger_entry set amount_minor = 1`)).rejects.toThrow("the ledger only grows");
    await expect(db.run(sql`delete from ledger_entry`)).rejects.toThrow("the ledger only grows");
    await expect(db.run(sql`truncate ledger_entry`)).rejects.toThrow("the ledger only grows");
  });

  it("is checked by a command that finds a forged line", async () => {
    const { paymentId } = await partlyRefunded();
    const ctx = shop.context("payments");
    expect((await checkLedger(ctx)).at(-1)).toMatch(/^\d+ payments checked, 0 faults$/);
    await ctx.db.run(sql`
      insert into ledger_entry (payment_id, posting, line, kind, account, amount_minor, balance_minor, currency, recorded_at)
      values (${paymentId}, 999, 1, 'captured', 'merchant', 100, 5100, 'GBP', now())`);
    const told = await checkLedger(ctx);
    expect(told).toContain(`${paymentId}: posting 999 does not sum to 0`);
    expect(told).toContain(`${paymentId}: merchant is 5100, must be 5000`);
  });
});

describe("transactions", () => {
  it("are listed newest first, page by page, by order and by status, tombstones left out", async () => {
    await shop.call(payments.void, { paymentId: newId("payment") });
    const made = [];
    for (let index = 0; index < 3; index++) made.push(await partlyRefunded());
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await shop.call(payments.listTransactions, {
        limit: 2,
        status: "partially_refunded",
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.items.map((item) => item.paymentId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.slice(0, 3)).toEqual(made.map((one) => one.paymentId).toReversed());
    expect(new Set(seen).size).toBe(seen.length);
    const { orderId, paymentId } = made[1]!;
    expect((await shop.call(payments.listTransactions, { orderId })).items.map((item) => item.paymentId)).toEqual([
      paymentId,
    ]);
    await expect(shop.call(payments.listTransactions, { cursor: "x" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});
