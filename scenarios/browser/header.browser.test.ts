import { describe, expect, it } from "vitest";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import { findOverflow } from "./judge-page.ts";
import { addToCart } from "./purchase-steps.ts";

const opened = useBrowserShop();

/** The boxes of what stands in the header: `{ name: [left, right, top, bottom] }`. */
const BOXES = `Object.fromEntries([...document.querySelector(".top-line").children]
  .map((one) => [one.className, one.getBoundingClientRect()])
  .filter(([, { width }]) => width > 0)
  .map(([name, { left, right, top, bottom }]) => [name, [left, right, top, bottom].map(Math.round)]))`;
type Boxes = Readonly<Record<string, readonly [number, number, number, number]>>;

describe("the header", () => {
  it.each([320, 390, 768, 1280] as const)("has room for a search and an account at %i pixels", async (width) => {
    const { page } = await opened.visit({ width, isStill: true });
    await addToCart(page, MUG);
    await page.goto("/");
    const without = await page.evaluate<Boxes>(BOXES);
    expect(Object.keys(without)).toEqual(width < 992 ? ["menu", "name", "cart-link"] : ["name", "cart-link"]);
    // As they may look one day: a field that takes what there is, and a link of the smallest size for fingers.
    await page.evaluate(`(() => {
      const made = (name, width) => {
        const one = document.createElement("div");
        Object.assign(one.style, { gridArea: name, height: "44px", width });
        one.className = name;
        document.querySelector(".top-line").append(one);
      };
      made("search", "100%");
      made("account", "44px");
    })()`);
    const boxes = Object.entries(await page.evaluate<Boxes>(BOXES));
    expect(await findOverflow(page)).toEqual([]);
    const [, search] = boxes.find(([name]) => name === "search")!;
    expect(search[1] - search[0]).toBeGreaterThan(240);
    for (const [name, [left, right, top, bottom]] of boxes)
      for (const [other, box] of boxes)
        if (name !== other)
          expect(left >= box[1] || right <= box[0] || top >= box[3] || bottom <= box[2], `${name} on ${other}`).toBe(
            true,
          );
    expect(
      await page.evaluate("document.querySelector('.name').scrollWidth <= document.querySelector('.name').clientWidth"),
    ).toBe(true);
  });
});
