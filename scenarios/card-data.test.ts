import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCardNumbers } from "#platform/find-card-numbers";
import { topology } from "../topology.ts";
import { mustBe, openShop, stockShop, type Shop } from "./shop.ts";
import { CARDS, Shopper } from "./shopper.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ LOG_LEVEL: "debug" });
  await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: 100 }]);
}, 60_000);
afterAll(() => shop.stop());

/** Every row of every table of a database, as text. */
async function everythingIn(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    );
    const texts: string[] = [];
    for (const { name } of rows) {
      const found = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(...found.rows.map(({ row }) => row));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}

describe("card numbers", () => {
  it(
    "are in no database, no event and no log after purchases, a decline, a challenge and bad input",
    { timeout: 60_000 },
    async () => {
      for (const card of Object.values(CARDS)) {
        const ada = await Shopper.arrive(shop);
        await ada.add("MUG");
        await mustBe(201, ada.checkout(card));
        const misspelt = await ada.post("/payment-tokens", {
          number: card,
          expiryMonth: 13,
          expiryYear: 2040,
          cvc: "123",
          numbr: card,
        });
        expect([misspelt.status, findCardNumbers(JSON.stringify(misspelt.body))]).toEqual([400, []]);
        const asSku = await ada.post("/cart/lines", { sku: "MUG", quantity: card });
        expect([asSku.status, findCardNumbers(JSON.stringify(asSku.body))]).toEqual([400, []]);
      }
      await shop.inside.settle();
      const names = ["bus", ...topology.filter((row) => row.databaseConnections > 0).map((row) => row.name)];
      for (const name of names)
        expect({ name, found: findCardNumbers(await everythingIn(shop.inside.databaseUrl(name))) }).toEqual({
          name,
          found: [],
        });
      expect(findCardNumbers(shop.inside.logged.join("\n"))).toEqual([]);
    },
  );

  it("would be found if they were there", () => {
    expect(findCardNumbers(`{"note":"${CARDS.succeeds}"}`)).toHaveLength(1);
  });
});
