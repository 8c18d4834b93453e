import { afterAll, beforeAll, expect, test } from "vitest";
import { discrepanciesFoundBy } from "#kernel/audit";
import { newId, type Id } from "#kernel/id";
import { money } from "#kernel/money";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { payments } from "./contract.ts";
import { service } from "./service.ts";
import { letTimePass, pay, startPayments } from "./testing-payments.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startPayments(simulatorService);
}, 60_000);
afterAll(() => shop.stop());

const run = (name: string, statement: ReturnType<typeof sql>) => shop.context(name).db.run(statement);
const command = (name: string, ...args: string[]) =>
  service.commands!.find((one) => one.name === name)!.run(shop.context("payments"), args);
const told = async (audit: string) => {
  await shop.settle();
  const events = await shop.heard(discrepanciesFoundBy("payments"));
  return events.map((event) => event.data).filter((data) => data.audit === audit);
};

async function captured(): Promise<Id<"payment">> {
  const { paymentId } = await pay(shop, "succeeds");
  await shop.call(payments.capture, { paymentId, amount: money(8_000, "GBP") });
  return paymentId;
}

async function refunded(): Promise<Id<"payment">> {
  const paymentId = await captured();
  const amount = money(3_000, "GBP");
  await shop.call(payments.refund, { refundId: newId("refund"), paymentId, amount, reason: "returned" });
  return paymentId;
}

async function voided(): Promise<Id<"payment">> {
  const { paymentId } = await pay(shop, "succeeds");
  await shop.call(payments.void, { paymentId });
  return paymentId;
}

test("charges: what the provider says otherwise is found and told once", { timeout: 60_000 }, async () => {
  const held = (await pay(shop, "succeeds")).paymentId;
  const [taken, given, let1] = [await captured(), await refunded(), await voided()];
  await pay(shop, "insufficient_funds");
  await pay(shop, "challenge");
  await pay(shop, "charges_without_answer");
  await shop.call(payments.void, { paymentId: newId("payment") });
  expect(await command("charges", "--all")).toEqual(["0 checked, 0 findings."]);
  await letTimePass(shop, 70_000);
  await letTimePass(shop, 70_000);
  await shop.runJob("payments", "audit-charges");
  expect((await command("charges", "--all")).at(-1)).toMatch(/^[567] checked, 0 findings\.$/);

  await run("payments", sql`update payment set captured_minor = 7000 where payment_id = ${taken}`);
  await run("payment-simulator", sql`update charge set status = 'authorised', captured_minor = 0 where key = ${let1}`);
  await run("payments", sql`update refund set status = 'failed' where payment_id = ${given}`);
  await run("payment-simulator", sql`delete from charge where key = ${held}`);
  await shop.runJob("payments", "audit-charges");
  const lines = (await command("charges")).slice(0, -1);
  const wanted = [
    `${held}: held by the provider, in minor units of GBP should be 0 and is 10000 (the provider does not know the key)`,
    `${taken}: captured by the provider, in minor units of GBP should be 8000 and is 7000`,
    `${given}: refunded by the provider, in minor units of GBP should be 3000 and is 0`,
    `${let1}: held by the provider, in minor units of GBP should be 10000 and is 0`,
  ];
  expect(lines).toEqual(wanted.map((line) => expect.stringContaining(line)));
  expect((await told("charges")).map((data) => data.count)).toEqual([4]);
  expect(shop.logged.some((line) => line.includes("an audit found discrepancies"))).toBe(true);
});

test("the ledger: a forged line and a changed payment are found and told once", { timeout: 30_000 }, async () => {
  const [forged, changed] = [await refunded(), await captured()];
  await shop.settle();
  const before = (await command("ledger", "--all")).filter(
    (line) => line.startsWith(forged) || line.startsWith(changed),
  );
  expect(before).toEqual([]);
  await run(
    "payments",
    sql`
    insert into ledger_entry (payment_id, posting, line, kind, account, amount_minor, balance_minor, currency, recorded_at)
    values (${forged}, 999, 1, 'captured', 'merchant', 100, 5100, 'GBP', now())`,
  );
  await run("payments", sql`update payment set captured_minor = 1000 where payment_id = ${changed}`);
  await shop.runJob("payments", "audit-ledger");
  const lines = await command("ledger");
  const about = (id: string) =>
    lines.filter((line) => line.startsWith(id)).map((line) => line.slice(38, line.indexOf(" (")));
  expect(about(forged)).toEqual([
    "posting 999 does not sum to 0 should be no such line and is one",
    "balance of merchant should be 5000 and is 5100",
  ]);
  expect(about(changed)).toEqual([
    "balance of merchant should be 1000 and is 8000",
    "balance of shopper should be -1000 and is -8000",
  ]);
  const events = await told("ledger");
  expect(events.at(-1)!.findings.map((finding) => finding.subject)).toEqual(expect.arrayContaining([forged, changed]));
  await shop.runJob("payments", "audit-ledger");
  expect((await told("ledger")).length).toBe(events.length);
});
