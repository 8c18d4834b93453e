import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { en } from "../../apps/storefront/texts/en.ts";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import { ADDRESS, addToCart, goOn, goToReview, ordersOf } from "./purchase-steps.ts";
import { FULL_CATEGORY, VARIED } from "./stock-with-demo-goods.ts";

const opened = useBrowserShop();

type Focus = {
  /** Its label, or the words on it. */
  readonly name: string;
  /** Claims that its outline is drawn. */
  readonly isOutlined: boolean;
  /** Claims that it is within the window. */
  readonly isInSight: boolean;
  /** Claims that it is in the dialog, or nowhere in the page: in the browser's own bars. */
  readonly isInDialog: boolean;
};

function focusOf(page: Page): Promise<Focus> {
  return page.evaluate<Focus>(`(() => {
    const one = document.activeElement;
    const style = getComputedStyle(one);
    const { top, bottom } = one.getBoundingClientRect();
    return {
      name: one.getAttribute("aria-label") ?? one.labels?.[0]?.innerText ?? one.innerText ?? "",
      isOutlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
      isInSight: bottom > 0 && top < innerHeight,
      isInDialog: one === document.body || one.closest("dialog[open]") !== null,
    };
  })()`);
}

/** Presses Tab until what has this name has the focus. */
async function tabTo(page: Page, name: string): Promise<Focus> {
  const passed: string[] = [];
  while (passed.length < 100) {
    await page.keyboard.press("Tab");
    const focus = await focusOf(page);
    if (focus.name.trim().startsWith(name)) return focus;
    passed.push(focus.name);
  }
  throw new Error(`"${name}" is not reached by Tab, only ${passed.join(", ")}`);
}

async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

describe("by keyboard alone", () => {
  it.each([true, false])("a whole purchase is made (scripts: %s)", async (hasScripts) => {
    const { page, context } = await opened.visit({ hasScripts });
    await page.goto(`/products/${MUG}`);
    await press(page, en.addToCart);
    await page.getByRole("link", { name: en.checkout }).waitFor();
    await press(page, en.checkout);
    await page.waitForURL("**/checkout");
    for (const [field, value] of Object.entries(ADDRESS)) {
      await tabTo(page, en.fields[field]!);
      await page.keyboard.type(value);
    }
    await page.keyboard.press("Enter");
    await page.waitForURL("**/checkout/delivery");
    await press(page, en.continue);
    await page.waitForURL("**/checkout/payment");
    for (const [field, value] of [
      ["number", "4242424242424242"],
      ["expiry", "12/35"],
      ["cvc", "123"],
    ] as const) {
      await tabTo(page, en.fields[field]!);
      await page.keyboard.type(value);
    }
    await page.keyboard.press("Enter");
    await page.waitForURL("**/checkout/review");
    await press(page, en.pay("£"));
    await page.waitForURL("**/orders/*");
    await page.getByRole("heading", { name: en.orderTitles.confirmed }).waitFor();
    expect(await ordersOf(opened.shop, context)).toHaveLength(1);
  });

  it("the first stop leads past the header", async () => {
    const { page } = await opened.visit({ isStill: true });
    await page.goto("/");
    await page.keyboard.press("Tab");
    expect(await focusOf(page)).toMatchObject({ name: en.skipToContent, isOutlined: true, isInSight: true });
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect((await focusOf(page)).name).toBe(en.hero.action);
  });

  it.each([390, 1280] as const)("the menu of categories opens and leads on at %i pixels", async (width) => {
    const { page } = await opened.visit({ width });
    await page.goto("/");
    if (width === 390) await press(page, en.menu);
    await press(page, "Kitchen");
    await page.waitForURL("**/categories/kitchen");
  });

  it.each(["/", `/categories/${FULL_CATEGORY}`, `/products/${VARIED}`, "/cart", "/checkout"])(
    "every stop on %s is outlined and in sight",
    async (path) => {
      const { page } = await opened.visit({ width: 390, isStill: true });
      await addToCart(page, MUG);
      await page.goto(path);
      const bad: Focus[] = [];
      for (let stop = 0; stop < 60; stop++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate<boolean>("document.activeElement === document.body")) break;
        const focus = await focusOf(page);
        if (!focus.isOutlined || !focus.isInSight) bad.push(focus);
      }
      expect(bad).toEqual([]);
    },
  );
});

describe("the drawer", () => {
  it("keeps the focus, closes with Escape and gives the focus back", async () => {
    const { page } = await opened.visit({ isStill: true });
    await addToCart(page, MUG);
    for (let stop = 0; stop < 15; stop++) {
      expect(await focusOf(page)).toMatchObject({ isInDialog: true });
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect((await focusOf(page)).name).toBe(en.addToCart);
  });

  it("closes by its button and by a click beside it", async () => {
    const { page } = await opened.visit({ isStill: true });
    await addToCart(page, MUG);
    await page.getByRole("button", { name: en.close }).click();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByRole("button", { name: en.addToCart }).click();
    await page.getByRole("dialog").waitFor();
    await page.mouse.click(20, 400);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it.each(["in the drawer", "on the cart's page"])("a changed number keeps the focus %s", async (where) => {
    const { page } = await opened.visit({ isStill: true });
    await addToCart(page, MUG);
    if (where === "on the cart's page") await page.goto("/cart");
    const number = en.quantityOf("Goods MUG");
    await tabTo(page, number);
    await page.keyboard.press("ArrowUp");
    await page.locator("[data-cart-items='2']").waitFor();
    expect((await focusOf(page)).name).toBe(number);
    await tabTo(page, en.removeNamed("Goods MUG"));
    await page.keyboard.press("Enter");
    await page.getByText(en.cartEmpty).waitFor();
    expect(await page.evaluate("document.activeElement !== document.body")).toBe(true);
  });
});

describe("a form with problems", () => {
  it("leads to the first wrong field", async () => {
    const { page } = await opened.visit({ provokes: [422] });
    await addToCart(page, MUG);
    await page.goto("/checkout");
    await tabTo(page, en.fields["city"]!);
    await page.keyboard.press("Enter");
    await page.locator("#email-problem").waitFor();
    expect((await focusOf(page)).name).toContain(en.fields["email"]!);
  });

  it("asks for nothing twice: a second visit to the review has all that was told", async () => {
    const { page } = await opened.visit();
    await goToReview(page, { slug: MUG });
    await page.goto("/checkout");
    await goOn(page, "/checkout/delivery");
    await page.goto("/checkout/review");
    expect(await page.locator("main").textContent()).toContain(ADDRESS.email);
  });
});
