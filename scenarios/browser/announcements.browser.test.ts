import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { en } from "../../apps/storefront/texts/en.ts";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import { addToCart } from "./purchase-steps.ts";
import { VARIED } from "./stock-with-demo-goods.ts";

const opened = useBrowserShop();
const NUMBER = en.quantityOf("Goods MUG");

/** Waits until the region that is heard says it. */
async function waitUntilSaid(page: Page, words: string): Promise<void> {
  await page.getByRole("status").filter({ hasText: words }).waitFor({ state: "attached" });
}

/** Marks the regions that are there, to tell them from new ones. */
function mark(page: Page): Promise<void> {
  return page.evaluate(`document.querySelectorAll("[data-announcer]").forEach((one) => (one.isOld = true))`);
}

function sayingRegions(page: Page): Promise<readonly unknown[]> {
  return page.evaluate(`[...document.querySelectorAll("[data-announcer]")].filter((one) => one.textContent !== "")
    .map((one) => ({ isOld: one.isOld === true, isHeard: one.closest("dialog:not([open]), [inert]") === null &&
      (document.querySelector("dialog[open]")?.contains(one) ?? true) }))`);
}

const focused = (page: Page) => page.evaluate(`document.activeElement.getAttribute("aria-label")`);

describe("what changes in the cart is said in a region that was there before", () => {
  it("when something is added, inside the drawer that opens", async () => {
    const { page } = await opened.visit();
    await page.goto(`/products/${MUG}`);
    await mark(page);
    await page.getByRole("button", { name: en.addToCart }).click();
    await waitUntilSaid(page, `${en.added} ${en.cartHolds(1, "£8.50")}`);
    expect(await sayingRegions(page)).toEqual([{ isOld: true, isHeard: true }]);
  });

  it.each(["in the drawer", "on the cart's page"])("when a number is changed or a thing removed %s", async (where) => {
    const { page } = await opened.visit();
    await addToCart(page, MUG);
    if (where === "on the cart's page") await page.goto("/cart");
    await mark(page);
    await page.getByLabel(NUMBER).focus();
    await page.keyboard.press("ArrowUp");
    await waitUntilSaid(page, en.cartHolds(2, "£17.00"));
    expect(await focused(page)).toBe(NUMBER);
    await page.getByRole("button", { name: en.removeNamed("Goods MUG") }).click();
    await waitUntilSaid(page, en.cartEmpty);
    expect(await sayingRegions(page)).toEqual([{ isOld: true, isHeard: true }]);
  });
});

describe("the focus and what was typed outlast an answer", () => {
  it("when the number is changed on and on while the first change is under way", async () => {
    const { page } = await opened.visit();
    await addToCart(page, MUG);
    await page.goto("/cart");
    const { promise: mayGo, resolve: letGo } = Promise.withResolvers<void>();
    await page.route("**/cart/change", async (route) => {
      await mayGo;
      await route.continue();
    });
    await page.getByLabel(NUMBER).focus();
    for (let press = 0; press < 4; press++) await page.keyboard.press("ArrowUp");
    letGo();
    await waitUntilSaid(page, en.cartHolds(5, "£42.50"));
    expect(await page.getByLabel(NUMBER).inputValue()).toBe("5");
    expect(await focused(page)).toBe(NUMBER);
  });

  it("when the answer comes after the focus has gone on to another link", async () => {
    const { page } = await opened.visit();
    await addToCart(page, VARIED);
    await addToCart(page, MUG);
    await page.goto("/cart");
    await page.getByLabel(NUMBER).fill("3");
    await page.getByRole("link", { name: en.checkout }).focus();
    await page.locator("[data-cart-items='4']").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe(en.checkout);
  });
});
