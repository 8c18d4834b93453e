import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { openShop, stockShop, type Shop } from "../shop.ts";
import { openBrowser } from "./open-browser.ts";
import { stockWithDemoGoods } from "./stock-with-demo-goods.ts";
import { openVisitor, type Visitor, type VisitorOptions } from "./visitor.ts";

/** A plain thing of which there are enough; its page is `/products/goods-mug`. */
export const MUG = "goods-mug";

export type BrowserShop = {
  readonly shop: Shop;
  readonly browser: Browser;
  /** Opens the shop in a browser of its own, which is closed after the test; then nothing may have gone wrong in it. */
  visit(options?: VisitorOptions): Promise<Visitor>;
};

/** For a file of tests: a shop with goods of the demo, and a real browser. To be read within tests only. */
export function useBrowserShop(settings: Readonly<Record<string, string>> = {}): BrowserShop {
  let shop: Shop | undefined;
  let browser: Browser | undefined;
  const visitors: Visitor[] = [];
  let judged = 0;
  beforeAll(async () => {
    // On a busy machine, too, the outcome is told at once.
    shop = await openShop({ ORDERS_ANSWER_WITHIN_MS: "20000", ...settings });
    await stockWithDemoGoods(shop);
    await stockShop(shop, [{ sku: "MUG", priceMinor: 850, onHand: 1_000 }]);
    browser = await openBrowser();
  });
  afterEach(async () => {
    const notShown = shop!.inside.logged.slice(judged).filter((line) => line.includes("a page could not be shown"));
    judged = shop!.inside.logged.length;
    const complaints = [...visitors.flatMap((visitor) => visitor.complaints()), ...notShown];
    await Promise.all(visitors.splice(0).map(({ context }) => context.close()));
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.stop();
  });
  return {
    get shop() {
      return shop!;
    },
    get browser() {
      return browser!;
    },
    visit: async (options = {}) => {
      const visitor = await openVisitor(browser!, shop!.url, options);
      visitors.push(visitor);
      return visitor;
    },
  };
}
