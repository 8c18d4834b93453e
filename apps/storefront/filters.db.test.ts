import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestShop, type TestShop } from "#platform/testing";
import { catalog } from "#catalog/contract";
import { service as catalogService } from "../../services/catalog/service.ts";
import { service as inventoryService } from "../../services/inventory/service.ts";
import { service as pricingService } from "../../services/pricing/service.ts";
import { service as shippingService } from "../../services/shipping/service.ts";
import { service } from "./service.ts";
import { openTestBrowser } from "./testing-browser.ts";

let shop: TestShop;

beforeAll(async () => {
  shop = await startTestShop({
    services: [catalogService, pricingService, shippingService, inventoryService, service],
  });
});
afterAll(() => shop?.stop());

describe("filters", () => {
  /** What the form of a list would send of a filter: each checkbox, and whether it is checked. */
  const boxesIn = (html: string) =>
    [...html.matchAll(/<input type="checkbox" name="attributes" value="([^"]+)"( checked)?/g)].map(
      ([, value, checked]) => ({ value: value!, isChecked: checked !== undefined }),
    );

  it("that are chosen stay in the form, also those of which only the first are listed", async () => {
    const shades = Array.from({ length: 60 }, (_, index) => `shade ${index}`);
    for (const [index, part] of [shades.slice(0, 30), shades.slice(30)].entries())
      await shop.call(catalog.createProduct, {
        titles: { en: `Paint ${index}` },
        categories: ["paint"],
        attributes: { shade: part },
        variants: [{ sku: `PAINT-${index}`, prices: [{ market: "gb", currency: "GBP", amountMinor: 100 }] }],
      });
    const browser = openTestBrowser(shop);
    const listed = boxesIn((await browser.open("/categories/paint")).html).map(({ value }) => value);
    expect(listed).toHaveLength(50);
    const rare = shades.map((shade) => `shade:${shade}`).find((value) => !listed.includes(value))!;
    const chosen = [rare, "colour:no longer there"];
    const search = new URLSearchParams(chosen.map((value): [string, string] => ["attributes", value]));
    const { html } = await browser.open(`/categories/paint?${search.toString()}`);
    const checked = boxesIn(html).filter(({ isChecked }) => isChecked);
    expect(checked.map(({ value }) => value).toSorted()).toEqual(chosen.toSorted());
    // What the form sends next has them still.
    const again = new URLSearchParams(checked.map(({ value }): [string, string] => ["attributes", value]));
    expect(
      boxesIn((await browser.open(`/categories/paint?${again.toString()}`)).html).filter((box) => box.isChecked),
    ).toEqual(checked);
  });
});
