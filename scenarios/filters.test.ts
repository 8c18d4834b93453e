import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, request, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  for (const [sku, colour, theme] of [
    ["RED", "red", "floral"],
    ["BLUE", "blue", "floral, sea"],
    ["GREEN", "green", '100% & "more"'],
  ]) {
    const body = {
      titles: { en: sku },
      attributes: { colour: [colour], theme: [theme] },
      variants: [{ sku, prices: [{ market: "gb", currency: "GBP", amountMinor: 100 }] }],
    };
    expect((await request(shop, "POST", "/products", { headers: shop.staff, body })).status).toBe(201);
  }
}, 60_000);
afterAll(() => shop.stop());

const query = (attributes: readonly string[]) =>
  new URLSearchParams(attributes.map((text): [string, string] => ["attributes", text])).toString();

test.each([
  [["colour:red"], "RED"],
  [["colour:red", "colour:blue"], "BLUE RED"],
  [["colour:red", "theme:floral"], "RED"],
  [["colour:blue", "theme:floral"], ""],
  [["theme:floral, sea"], "BLUE"],
  [['theme:100% & "more"'], "GREEN"],
  [[], "BLUE GREEN RED"],
])("the address tells the filter %j", async (attributes, expected) => {
  const { status, body } = await request(shop, "GET", `/products?sort=name&${query(attributes)}`);
  expect([status, body.items.flatMap((item: { skus: string[] }) => item.skus).join(" ")]).toEqual([200, expected]);
});

test("tells what can be chosen, at an address that is no product's", async () => {
  const { status, body } = await request(shop, "GET", `/products/facets?${query(["colour:red"])}`);
  expect(status).toBe(200);
  expect(body).toEqual({
    items: [
      {
        name: "colour",
        values: ["blue", "green", "red"].map((value) => ({ value, count: 1 })),
      },
      { name: "theme", values: [{ value: "floral", count: 1 }] },
    ],
    isPartial: false,
  });
  expect((await request(shop, "GET", "/products/facets?category=nowhere")).body.code).toBe("CATEGORY_NOT_FOUND");
  const bad = await request(shop, "GET", "/products/facets?attributes=red");
  expect([bad.status, bad.body.errors[0].field]).toEqual([400, "attributes.0"]);
});
