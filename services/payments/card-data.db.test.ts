import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCards } from "#payment-simulator/contract";
import type { TestShop } from "#platform/testing";
import { service as simulatorService } from "../payment-simulator/service.ts";
import { payments, refuse } from "./contract.ts";
import { findCardNumbers } from "#platform/find-card-numbers";
import { pay, startPayments } from "./testing-payments.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startPayments(simulatorService);
}, 60_000);
afterAll(() => shop.stop());

/** Every row of every table as text. */
async function everythingIn(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await client.query<{ text: string }>(`select row_to_json(t)::text as text from ${name} t`);
      texts.push(...rows.rows.map((row) => row.text));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}

const whole = { expiryMonth: 12, expiryYear: 2090, cvc: "123" };

describe("card data", () => {
  it("is in no database, no event and no log after every test card was used", async () => {
    for (const card of testCards) {
      const cvc = card.brand === "amex" ? "1234" : "123";
      await shop.call(
        payments.createPaymentToken,
        { ...whole, number: card.number, cvc },
        { idempotencyKey: `key-${card.number.slice(-4)}` },
      );
    }
    await pay(shop, "succeeds");
    await pay(shop, "silent");
    await shop.settle();
    const stored = await Promise.all(
      ["payments", "payment-simulator", "bus"].map((name) => everythingIn(shop.databaseUrl(name))),
    );
    expect(stored[1]).toContain('"last4":"4242"');
    for (const text of [...stored, shop.logged.join("\n")]) expect(findCardNumbers(text)).toEqual([]);
  });

  it("would be found if it were stored", async () => {
    const { db } = shop.context("payments");
    await db.run({ name: "", text: "create table leak (note text)", values: [] });
    await db.run({ name: "", text: "insert into leak values ('paid with 4242 4242 4242 4242')", values: [] });
    expect(findCardNumbers(await everythingIn(shop.databaseUrl("payments")))).toHaveLength(1);
    await db.run({ name: "", text: "drop table leak", values: [] });
  });

  it.each([
    ["a wrong checksum", { ...whole, number: "4242424242424241" }, { field: "number", reason: "invalid" }],
    [
      "a card that is no test card",
      { ...whole, number: "4111111111111111" },
      { field: "number", reason: "test_cards_only" },
    ],
    [
      "a card that has expired",
      { ...whole, number: "4242424242424242", expiryYear: 2020 },
      { field: "expiry", reason: "expired" },
    ],
    [
      "a wrong security code",
      { ...whole, number: "4242424242424242", cvc: "1234" },
      { field: "cvc", reason: "invalid" },
    ],
  ])("is refused with its field only: %s", async (_, input, data) => {
    const error: unknown = await shop.call(payments.createPaymentToken, input).catch((thrown: unknown) => thrown);
    expect(refuse.CARD_NOT_ACCEPTED.is(error) && error.data).toEqual(data);
    expect(JSON.stringify([error, String(error)])).not.toContain(input.number);
  });

  it("is not echoed by a validation error", async () => {
    const input = { ...whole, number: "4242424242424242x", expiryMonth: 13 };
    const error: unknown = await shop.call(payments.createPaymentToken, input).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "INVALID_INPUT" });
    expect(JSON.stringify([error, String(error)])).not.toContain("4242");
  });
});
