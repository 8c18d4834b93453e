import { readFileSync, globSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import { findOverflow, findViolations, findShifts } from "./judge-page.ts";
import { addToCart, goToReview, ordersOf, pay } from "./purchase-steps.ts";
import { FULL_CATEGORY, VARIED } from "./stock-with-demo-goods.ts";

const ASSETS = join(import.meta.dirname, "../../apps/storefront/build/assets");
const PAGES = ["/", `/categories/${FULL_CATEGORY}`, `/products/${VARIED}`, "/cart"];

const opened = useBrowserShop();

describe("somebody buys", () => {
  it("on a phone, with scripts", async () => {
    const { page, context } = await opened.visit({ width: 390 });
    await goToReview(page, { slug: MUG });
    await pay(page);
    expect(await ordersOf(opened.shop, context)).toHaveLength(1);
  });

  it("on a laptop, without scripts", async () => {
    const { page, context } = await opened.visit({ hasScripts: false });
    await goToReview(page, { slug: VARIED });
    await pay(page);
    expect(await ordersOf(opened.shop, context)).toHaveLength(1);
  });
});

describe("a page", () => {
  it.each(PAGES)("%s is at hand for everybody, keeps its place while it loads, and is light", async (path) => {
    const { page } = await opened.visit({ width: 390, isStill: true });
    await addToCart(page, MUG);
    const answer = await page.goto(path, { waitUntil: "networkidle" });
    expect(await findViolations(page)).toEqual([]);
    expect(await findShifts(page)).toEqual([]);
    expect(await findOverflow(page)).toEqual([]);
    expect(brotliCompressSync(await answer!.body()).length).toBeLessThan(30_000);
  });

  it("has little script", () => {
    const sizes = globSync("*.js.br", { cwd: ASSETS }).map((file) => readFileSync(join(ASSETS, file)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(15_000);
  });
});
