import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { en } from "../../apps/storefront/texts/en.ts";
import { useBrowserShop } from "./browser-shop.ts";
import { findOverflow, findViolations } from "./judge-page.ts";
import { FULL_CATEGORY } from "./stock-with-demo-goods.ts";

const opened = useBrowserShop();
const LIST = `/categories/${FULL_CATEGORY}`;

const titlesOf = (page: Page) => page.locator(".results .card-title").allTextContents();
/** The values of the first attribute. */
const boxes = (page: Page) => page.locator(".facet").first().locator("input");
const chosenIn = (page: Page) => new URL(page.url()).searchParams.getAll("attributes");

const openPanel = (page: Page) => page.locator("summary").filter({ hasText: en.filterAndSort }).click();

async function openList(page: Page, isNarrow = false): Promise<readonly string[]> {
  await page.goto(LIST);
  if (isNarrow) await openPanel(page);
  await page.locator(".facet summary").first().click();
  return titlesOf(page);
}

describe("filters with scripts", () => {
  it("show at once what is chosen, under its address, with the focus where it was; back leads back", async () => {
    const { page } = await opened.visit();
    const all = await openList(page);
    const box = boxes(page).first();
    const value = await box.inputValue();
    await box.focus();
    await page.keyboard.press("Space");
    await page.waitForURL("**?*attributes=*");
    await page.getByRole("link", { name: en.clearAll }).waitFor();
    const some = await titlesOf(page);
    expect(some.length).toBeLessThan(all.length);
    expect(chosenIn(page)).toEqual([value]);
    expect(await box.isChecked()).toBe(true);
    expect(await page.evaluate("document.activeElement.value")).toBe(value);
    await page
      .getByRole("status")
      .filter({ hasText: en.listed(some.length, false) })
      .waitFor({ state: "attached" });
    await page.reload();
    expect(await titlesOf(page)).toEqual(some);
    await page.goBack();
    await page.getByRole("link", { name: en.clearAll }).waitFor({ state: "detached" });
    expect(await titlesOf(page)).toEqual(all);
    await page.goForward();
    await page.getByRole("link", { name: en.clearAll }).waitFor();
    expect(await titlesOf(page)).toEqual(some);
  });

  it("chosen one after the other all count, however fast; what was opened stays open", async () => {
    const { page } = await opened.visit();
    await openList(page);
    const other = await page.locator(".facet summary").nth(1).textContent();
    await page.locator(".facet summary").nth(1).click();
    const values = await Promise.all([0, 1].map((index) => boxes(page).nth(index).inputValue()));
    await page.evaluate(`[...document.querySelector(".facet").querySelectorAll("input")].slice(0, 2)
      .forEach((one) => one.click())`);
    await page.locator(".chosen .chip").nth(1).waitFor();
    expect(chosenIn(page).toSorted()).toEqual(values.toSorted());
    expect(await page.locator(".facet[open] summary").allTextContents()).toContain(other);
  });

  it("are sorted by the button, in the same place", async () => {
    const { page } = await opened.visit();
    await openList(page);
    await page.getByLabel(en.sort).selectOption("price-asc");
    expect(page.url()).not.toContain("sort=");
    await page.getByRole("button", { name: en.apply }).click();
    await page.waitForURL("**?*sort=price-asc*");
    const prices = await page.locator(".results .price").allTextContents();
    const amounts = prices.map((text) => Number(/\d+\.\d\d/.exec(text)));
    expect(amounts).toEqual(amounts.toSorted((a, b) => a - b));
  });
});

describe("filters on a phone", () => {
  it("open by a button, stay open while one after the other is chosen, and tell how many are", async () => {
    const { page } = await opened.visit({ width: 320, isStill: true });
    await page.goto(LIST);
    expect(await page.getByLabel(en.sort).isVisible()).toBe(false);
    await openPanel(page);
    await page.locator(".facet summary").first().click();
    for (const index of [0, 1]) {
      await boxes(page).nth(index).check();
      await page.locator(".chosen .chip").nth(index).waitFor();
    }
    expect(await boxes(page).first().isVisible()).toBe(true);
    expect(await page.locator(".filter-panel > summary .number").textContent()).toBe("2");
    expect(await findOverflow(page)).toEqual([]);
    expect(await findViolations(page)).toEqual([]);
  });
});

describe("filters without scripts", () => {
  it("are sent by a button, stay checked, and are removed by their own links", async () => {
    const { page } = await opened.visit({ width: 390, hasScripts: false });
    const all = await openList(page, true);
    const value = await boxes(page).first().inputValue();
    await boxes(page).first().check();
    expect(await titlesOf(page)).toEqual(all);
    await page.getByRole("button", { name: en.apply }).click();
    await page.waitForURL("**?*attributes=*");
    expect(chosenIn(page)).toEqual([value]);
    await openPanel(page);
    expect(await boxes(page).first().isChecked()).toBe(true);
    expect((await titlesOf(page)).length).toBeLessThan(all.length);
    await page.locator(".chosen .chip").first().click();
    await page.waitForURL(`**${LIST}`);
    expect(await titlesOf(page)).toEqual(all);
    await page.goBack();
    expect(chosenIn(page)).toEqual([value]);
  });
});
