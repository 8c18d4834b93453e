import { describe, expect, it } from "vitest";
import { stockShop } from "../shop.ts";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import { arriveSlowly, findOverflow, findShifts, findViolations } from "./judge-page.ts";
import { addToCart } from "./purchase-steps.ts";
import { FULL_CATEGORY, VARIED } from "./stock-with-demo-goods.ts";
import { walkPages } from "./walk-pages.ts";

/** A mistyped form is answered 422, what is nowhere 404. */
const PROVOKED = [404, 422];

const opened = useBrowserShop();

it.each([
  ["light", 390],
  ["light", 1280],
  ["dark", 390],
  ["dark", 1280],
] as const)("in %s colours at %i pixels every page passes axe", async (scheme, width) => {
  const { page } = await opened.visit({ width, scheme, isStill: true, provokes: PROVOKED });
  const violations: string[] = [];
  await walkPages(page, MUG, async (name) => {
    for (const violation of await findViolations(page)) violations.push(`${name}: ${violation}`);
  });
  expect(violations).toEqual([]);
});

it.each([320, 390, 768, 1280] as const)("at %i pixels no page is wider than the window", async (width) => {
  const { page } = await opened.visit({ width, isStill: true, provokes: PROVOKED });
  const wide: string[] = [];
  await walkPages(page, MUG, async (name) => {
    for (const overflow of await findOverflow(page)) wide.push(`${name}: ${overflow}`);
  });
  expect(wide).toEqual([]);
});

it("on a phone nothing jumps when a page arrives bit by bit", async () => {
  const { page } = await opened.visit({ width: 390, isStill: true });
  await addToCart(page, MUG);
  const shifts: string[] = [];
  for (const path of ["/", `/categories/${FULL_CATEGORY}`, `/products/${VARIED}`, "/cart", "/checkout"]) {
    await page.goto(path, { waitUntil: "networkidle" });
    await arriveSlowly(page);
    for (const shift of await findShifts(page)) shifts.push(`${path}: ${shift}`);
  }
  expect(shifts).toEqual([]);
});

describe("a thing that is sold out, or was sold here once", () => {
  it.each(["light", "dark"] as const)("has a page that passes axe in %s colours", async (scheme) => {
    await stockShop(opened.shop, [{ sku: `GONE-${scheme.toUpperCase()}`, onHand: 0 }]);
    const { page } = await opened.visit({ scheme, isStill: true });
    for (const path of [`/products/goods-gone-${scheme}`, `/us/products/goods-gone-${scheme}`, "/products"]) {
      await page.goto(path);
      expect(await findViolations(page)).toEqual([]);
    }
  });
});
