import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { de } from "../../apps/storefront/texts/de.ts";
import { en } from "../../apps/storefront/texts/en.ts";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import { addToCart } from "./purchase-steps.ts";

const opened = useBrowserShop();

/** Paths of what the browser keeps beyond its own cache. */
function keptIn(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(async () => {
    const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return kept.flat().map(({ url }) => new URL(url).pathname);
  })()`);
}

test("without a network, pages that were seen still open, and none of them is one shopper's", async () => {
  const { page, context } = await opened.visit();
  await page.goto("/de/pages/about");
  await expect.poll(() => keptIn(page), { timeout: 20_000 }).toContain("/de/offline");
  await page.goto("/pages/about");
  await addToCart(page, MUG);
  await page.goto("/cart");
  await page.goto("/checkout");
  await expect.poll(() => keptIn(page), { timeout: 20_000 }).toContain(`/products/${MUG}`);
  expect((await keptIn(page)).filter((path) => /cart|checkout|orders/.test(path))).toEqual([]);

  await context.setOffline(true);
  const titleOf = async (path: string) => {
    await page.goto(path);
    return page.locator("h1").textContent();
  };
  expect(await titleOf("/pages/about")).toBe(en.pages.about.title);
  expect(await titleOf("/cart")).toBe(en.offline.title);
  expect(await titleOf("/de/cart")).toBe(de.offline.title);
});
