import { describe, expect, it } from "vitest";
import { de } from "../../apps/storefront/texts/de.ts";
import { useBrowserShop } from "./browser-shop.ts";
import { findOverflow } from "./judge-page.ts";
import { CARD, addToCart, fillAddress, fillCard, goOn, goToCheckout, pay } from "./purchase-steps.ts";
import { FULL_CATEGORY, VARIED } from "./stock-with-demo-goods.ts";

const GERMANY = "Deutschland · Deutsch · EUR";
const BRITAIN = "United Kingdom · English · GBP";

const opened = useBrowserShop();

describe("somebody who chooses another country and language", () => {
  it.each([
    ["/", "/de"],
    ["/products", "/de/products"],
    [`/categories/${FULL_CATEGORY}`, `/de/categories/${FULL_CATEGORY}`],
    [`/products/${VARIED}`, "/de/products/kerzenhalter-aus-keramik"],
    ["/pages/delivery", "/de/pages/delivery"],
    ["/cart", "/de/cart"],
  ])("stays on the page %s, and comes back to it", async (path, there) => {
    const { page } = await opened.visit({ width: 390 });
    await page.goto(path);
    await page.getByRole("link", { name: GERMANY, exact: true }).click();
    await page.waitForURL(`**${there}`);
    expect(await page.locator("html").getAttribute("lang")).toBe("de-DE");
    await page.getByRole("link", { name: GERMANY, exact: true, includeHidden: false }).waitFor();
    expect(await page.locator("[aria-current='true']").textContent()).toBe(GERMANY);
    await page.getByRole("link", { name: BRITAIN, exact: true }).click();
    await page.waitForURL((url) => url.pathname === path);
    expect(await page.locator("html").getAttribute("lang")).toBe("en-GB");
  });

  it("keeps the cart, with the other country's prices", async () => {
    const { page } = await opened.visit();
    await addToCart(page, VARIED);
    await page.goto("/cart");
    expect(await page.locator(".sum-line").textContent()).toContain("£");
    await page.getByRole("link", { name: GERMANY, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: de.cartTitle }).waitFor();
    await page.locator("[data-cart-items='1']").waitFor();
    expect(await page.locator(".sum-line").textContent()).toContain("€");
  });

  it("in the midst of a checkout keeps what was typed", async () => {
    const { page } = await opened.visit();
    await addToCart(page, VARIED);
    await goToCheckout(page);
    await fillAddress(page);
    await goOn(page, "/checkout/delivery");
    await page.getByRole("link", { name: GERMANY, exact: true }).click();
    await page.waitForURL("**/de/checkout/delivery");
    await page.getByRole("heading", { level: 1, name: de.steps.delivery }).waitFor();
    await page.goto("/de/checkout");
    expect(await page.locator("#name").inputValue()).toBe("Ada Lovelace");
  });

  it("finds German words, which are longer, within a window of 320 pixels at every step", async () => {
    const { page } = await opened.visit({ width: 320, isStill: true });
    const place = { code: "/de", texts: de };
    const wide: string[] = [];
    const look = async () => wide.push(...(await findOverflow(page)));
    for (const path of ["/de", `/de/categories/${FULL_CATEGORY}`, `/de/products/${VARIED}`]) {
      await page.goto(path);
      await look();
    }
    await addToCart(page, VARIED, place);
    await look();
    await page.goto("/de/cart");
    await look();
    await goToCheckout(page, place);
    await look();
    await fillAddress(page);
    await goOn(page, "/checkout/delivery");
    await look();
    await goOn(page, "/checkout/payment");
    await look();
    await fillCard(page, CARD.succeeds);
    await goOn(page, "/checkout/review");
    await look();
    await pay(page, place);
    await look();
    expect(wide).toEqual([]);
  });

  it("sees German words everywhere: no English one is left on the way", async () => {
    const { page } = await opened.visit();
    await page.goto(`/de/products/${VARIED}`);
    for (const text of [de.addToCart, de.details, de.quantity]) await page.getByText(text).first().waitFor();
    const main = (await page.locator("main").textContent())!;
    for (const english of ["In stock", "Choose", "Description", "working days", "Item no."])
      expect(main).not.toContain(english);
  });
});
