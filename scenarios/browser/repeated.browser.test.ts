import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { en } from "../../apps/storefront/texts/en.ts";
import type { Json } from "../shop.ts";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import {
  CARD,
  addToCart,
  fillAddress,
  fillCard,
  goOn,
  goToCheckout,
  goToReview,
  ordersOf,
  pay,
  stepButton,
} from "./purchase-steps.ts";
import { VARIED } from "./stock-with-demo-goods.ts";
import type { VisitorOptions } from "./visitor.ts";

const BOTH: readonly (readonly [string, VisitorOptions])[] = [
  ["with scripts", {}],
  ["without scripts", { width: 390, hasScripts: false }],
];

const opened = useBrowserShop();

/** The orders of this browser with what is in them: `[["confirmed", [1]]]`. */
async function ordersIn(context: BrowserContext): Promise<readonly unknown[]> {
  const orders = await ordersOf(opened.shop, context);
  return orders.map(({ status, quote }) => [status, quote.lines.map((line: Json) => line.quantity)]);
}

const ONE_PIECE_ONCE = [["confirmed", [1]]];

describe.each(BOTH)("somebody %s", (_, how) => {
  it("who clicks everything twice has one piece in the cart and one order", async () => {
    const { page, context } = await opened.visit(how);
    await page.goto(`/products/${MUG}`);
    await page.getByRole("button", { name: en.addToCart }).dblclick();
    await page.getByRole("link", { name: en.checkout }).waitFor();
    await goToCheckout(page);
    await fillAddress(page);
    await clickTwice(page, "/checkout/delivery");
    await clickTwice(page, "/checkout/payment");
    await fillCard(page, CARD.succeeds);
    await clickTwice(page, "/checkout/review");
    await clickTwice(page, "/orders/*");
    await page.getByRole("heading", { level: 1, name: en.orderTitles.confirmed }).waitFor();
    expect(await ordersIn(context)).toEqual(ONE_PIECE_ONCE);
  });

  it("who goes back at every step finds what was typed, and has one order", async () => {
    const { page, context } = await opened.visit(how);
    await addToCart(page, MUG);
    await page.goBack();
    await page.goForward();
    await page.goto("/cart");
    await goToCheckout(page);
    await fillAddress(page);
    await goOn(page, "/checkout/delivery");
    await page.goBack();
    expect(await page.locator("#name").inputValue()).toBe("Ada Lovelace");
    await goOn(page, "/checkout/delivery");
    await goOn(page, "/checkout/payment");
    await page.goBack();
    await goOn(page, "/checkout/payment");
    await fillCard(page, CARD.succeeds);
    await goOn(page, "/checkout/review");
    await page.goBack();
    await page.goForward();
    await page.waitForURL("**/checkout/review");
    await pay(page);
    await page.goBack();
    await opened.shop.inside.settle();
    await page.reload();
    await page.getByText(en.cartEmpty).waitFor();
    expect(await ordersIn(context)).toEqual(ONE_PIECE_ONCE);
  });

  it("who pays in two windows at once has one order, and sees it in both", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: MUG });
    const other = await context.newPage();
    await other.goto("/checkout/review");
    await Promise.all([page, other].map((window) => pay(window)));
    expect(other.url()).toBe(page.url());
    expect(await ordersIn(context)).toEqual(ONE_PIECE_ONCE);
  });

  it("who pays in one window, and then again in another that was left open, has one order", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: MUG });
    const other = await context.newPage();
    await other.goto("/checkout/review");
    await pay(page);
    await opened.shop.inside.settle();
    await pay(other);
    expect(other.url()).toBe(page.url());
    expect(await ordersIn(context)).toEqual(ONE_PIECE_ONCE);
  });

  it("who puts more into the cart in another window is asked again before paying more", async () => {
    const { page, context } = await opened.visit({ ...how, provokes: [409] });
    await goToReview(page, { slug: MUG });
    await addToCart(await context.newPage(), VARIED);
    const agreed = await stepButton(page).textContent();
    await stepButton(page).click();
    await page.getByRole("alert").getByText(en.checkoutProblems["price_changed"]!).waitFor();
    expect(await stepButton(page).textContent()).not.toBe(agreed);
    await pay(page);
    expect(await ordersIn(context)).toEqual([["confirmed", [1, 1]]]);
  });

  it.each(["address", "delivery", "payment", "review"])(
    "whose cart is emptied in another window at the step %s is told so, and has no order",
    async (step) => {
      const { page, context } = await opened.visit(how);
      await addToCart(page, MUG);
      await goToCheckout(page);
      await fillAddress(page);
      if (step !== "address") await goOn(page, "/checkout/delivery");
      if (step === "payment" || step === "review") await goOn(page, "/checkout/payment");
      if (step === "payment" || step === "review") await fillCard(page, CARD.succeeds);
      if (step === "review") await goOn(page, "/checkout/review");
      const other = await context.newPage();
      await other.goto("/cart");
      await other.getByRole("button", { name: en.removeNamed("Goods MUG") }).click();
      await other.getByText(en.cartEmpty).waitFor();
      await goOn(page, "/cart");
      await page.getByText(en.cartEmpty).waitFor();
      expect(await ordersIn(context)).toEqual([]);
    },
  );
});

async function clickTwice(page: Page, to: string): Promise<void> {
  await stepButton(page).dblclick();
  await page.waitForURL(`**${to}`);
}
