import { describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import { de } from "../../apps/storefront/texts/de.ts";
import { en } from "../../apps/storefront/texts/en.ts";
import { eventually } from "../eventually.ts";
import { mustBe, request, stockShop } from "../shop.ts";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import {
  CARD,
  fillCard,
  goOn,
  goToReview,
  ordersOf,
  pay,
  refuseAtBank,
  stepButton,
  type Place,
} from "./purchase-steps.ts";
import { VARIED } from "./stock-with-demo-goods.ts";
import type { VisitorOptions } from "./visitor.ts";

const GERMANY: Place = { code: "/de", texts: de };
const EVERYBODY: readonly (readonly [string, VisitorOptions])[] = [
  ["on a phone, with scripts", { width: 390 }],
  ["on a phone, without scripts", { width: 390, hasScripts: false }],
  ["on a laptop, with scripts", {}],
  ["on a laptop, without scripts", { hasScripts: false }],
];
const BOTH = EVERYBODY.slice(1, 3);

const opened = useBrowserShop();

async function setStock(sku: string, onHand: number): Promise<void> {
  const lines = [{ sku, warehouse: "leicester", onHand }];
  const body = { adjustmentId: newId("adjustment"), reason: "sold elsewhere", lines };
  await mustBe(200, request(opened.shop, "POST", "/stock/adjustments", { headers: opened.shop.staff, body }));
}

describe.each(EVERYBODY)("somebody %s", (_, how) => {
  it("buys a thing in one of its colours, and finds the order and an empty cart", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: VARIED });
    await pay(page);
    expect(await page.locator("main").textContent()).toContain("ada@example.com");
    const orders = await ordersOf(opened.shop, context);
    expect(orders.map(({ status }) => status)).toEqual(["confirmed"]);
    await opened.shop.inside.settle();
    await page.goto("/cart");
    await page.getByText(en.cartEmpty).waitFor();
  });
});

describe.each(BOTH)("somebody %s", (_, how) => {
  it("is declined, takes another card and has one confirmed order", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: MUG, card: CARD.declined });
    await goOn(page, "/checkout/payment?problem=payment_declined");
    await page.getByRole("alert").getByText(en.checkoutProblems["payment_declined"]!).waitFor();
    await fillCard(page, CARD.succeeds);
    await goOn(page, "/checkout/review");
    await pay(page);
    const states = (await ordersOf(opened.shop, context)).map(({ status }) => status);
    expect(states.toSorted()).toEqual(["confirmed", "failed"]);
  });

  it("confirms at the bank and comes back to a confirmed order", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: MUG, card: CARD.challenge });
    await stepButton(page).click();
    await page.waitForURL("**/pay/challenge/*");
    await page.getByRole("button", { name: "Confirm payment" }).click();
    await page.waitForURL("**/orders/*");
    await page.getByRole("heading", { level: 1, name: en.orderTitles.confirmed }).waitFor();
    expect((await ordersOf(opened.shop, context)).map(({ status }) => status)).toEqual(["confirmed"]);
  });

  it("refuses at the bank, is asked for another card and buys with that", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: MUG, card: CARD.challenge });
    await stepButton(page).click();
    await page.waitForURL("**/pay/challenge/*");
    await refuseAtBank(page);
    await fillCard(page, CARD.succeeds);
    await goOn(page, "/checkout/review");
    await pay(page);
    const states = (await ordersOf(opened.shop, context)).map(({ status }) => status);
    expect(states.toSorted()).toEqual(["confirmed", "failed"]);
  });

  it("leaves the bank's page by the back button, and the order that waits can still be confirmed there", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: MUG, card: CARD.challenge });
    await stepButton(page).click();
    await page.waitForURL("**/pay/challenge/*");
    await page.goBack();
    const [order] = await ordersOf(opened.shop, context);
    await page.goto(`/orders/${order.orderId}`);
    await page.getByRole("link", { name: en.confirmAtBank }).click();
    await page.waitForURL("**/pay/challenge/*");
    await page.getByRole("button", { name: "Confirm payment" }).click();
    await page.getByRole("heading", { level: 1, name: en.orderTitles.confirmed }).waitFor();
    expect((await ordersOf(opened.shop, context)).map(({ status }) => status)).toEqual(["confirmed"]);
  });

  it("is told that somebody was faster, with the cart as it was and nothing charged", async () => {
    const sku = `LAST-${how.width ?? 0}`;
    await stockShop(opened.shop, [{ sku, onHand: 1 }]);
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: `goods-${sku.toLowerCase()}` });
    await setStock(sku, 0);
    await goOn(page, "/cart?problem=inventory_unavailable");
    await page.getByText(en.checkoutProblems["inventory_unavailable"]!).waitFor();
    await page.getByText(en.problems.insufficient_stock(0)).waitFor();
    const orders = await ordersOf(opened.shop, context);
    expect(orders.map(({ status, paymentStatus }) => [status, paymentStatus])).toEqual([["failed", "none"]]);
    await page.getByRole("button", { name: en.removeNamed(`Goods ${sku}`) }).click();
    await page.getByText(en.cartEmpty).waitFor();
  });

  it("finds the way back to the cart on the page of an order that failed", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: MUG, card: CARD.declined });
    await goOn(page, "/checkout/payment?problem=payment_declined");
    const [order] = await ordersOf(opened.shop, context);
    await page.goto(`/orders/${order.orderId}`);
    await page.getByRole("heading", { level: 1, name: en.orderTitles.failed }).waitFor();
    await page.getByRole("link", { name: en.viewCart }).click();
    await page.getByRole("link", { name: en.checkout }).waitFor();
  });

  it("buys in German and in euros below /de", async () => {
    const { page } = await opened.visit(how);
    await goToReview(page, { slug: VARIED, place: GERMANY });
    expect(await page.locator("html").getAttribute("lang")).toBe("de-DE");
    expect(await stepButton(page).textContent()).toMatch(/\d,\d\d\s€/);
    await pay(page, GERMANY);
    expect(new URL(page.url()).pathname).toMatch(/^\/de\/orders\//);
  });
});

describe("a thing that is sold out", () => {
  it("says so in its list and on its page, and cannot be put into the cart", async () => {
    await stockShop(opened.shop, [{ sku: "GONE", onHand: 0 }]);
    const { page } = await opened.visit();
    const seen = async () => {
      await page.goto("/products/goods-gone");
      return page.locator("main .buy").textContent();
    };
    await eventually(seen, (text) => text?.includes(en.soldOut) === true);
    expect(await page.getByRole("button", { name: en.addToCart }).count()).toBe(0);
  });
});
