import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { de } from "../../apps/storefront/texts/de.ts";
import { en } from "../../apps/storefront/texts/en.ts";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import {
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

const BOTH = [
  ["with scripts", true],
  ["without scripts", false],
] as const;

const opened = useBrowserShop();

describe.each(BOTH)("%s a form", (_, hasScripts) => {
  it("says beside each field what is wrong with it, and keeps what was typed", async () => {
    const { page } = await opened.visit({ width: 390, hasScripts, provokes: [422] });
    await addToCart(page, MUG);
    await goToCheckout(page);
    await fillAddress(page, { email: "ada@nowhere", postcode: "", city: "" } as object);
    await stepButton(page).click();
    await page.locator("#email-problem").waitFor();
    for (const [field, problem] of [
      ["email", "email"],
      ["postcode", "postcode"],
      ["city", "required"],
    ] as const) {
      const input = page.locator(`#${field}`);
      expect(await input.getAttribute("aria-invalid")).toBe("true");
      expect((await input.getAttribute("aria-describedby"))!.split(" ")).toContain(`${field}-problem`);
      expect(await page.locator(`#${field}-problem`).textContent()).toBe(en.fieldProblems[problem]);
    }
    expect(await page.locator(".field-problem").count()).toBe(3);
    expect(await page.locator("#email").inputValue()).toBe("ada@nowhere");
    expect(await page.locator("#name").inputValue()).toBe("Ada Lovelace");
  });

  it("never gives a card back", async () => {
    const { page, context } = await opened.visit({ hasScripts, provokes: [422] });
    await addToCart(page, MUG);
    await goToCheckout(page);
    await fillAddress(page);
    await goOn(page, "/checkout/delivery");
    await goOn(page, "/checkout/payment");
    await fillCard(page, "4000 1234 1234 1234");
    await page.locator("#cvc").fill("98");
    await stepButton(page).click();
    await page.locator("#cvc-problem").waitFor();
    await page.locator("#cvc").fill("987");
    await page.locator("#number").fill("4000 1234 1234 1234");
    await stepButton(page).click();
    await page.locator("#number-problem").waitFor();
    expect(await page.locator("#expiry").inputValue()).toBe("12/35");
    for (const field of ["#number", "#cvc"]) expect(await page.locator(field).inputValue()).toBe("");
    const kept = [await page.content(), page.url(), JSON.stringify(await context.cookies())].join("\n");
    for (const secret of ["4000 1234", "400012341234", ">987<", '"987"']) expect(kept).not.toContain(secret);
  });
});

describe("an address that leads nowhere", () => {
  it.each(["/nowhere", "/products/nothing", "/categories/nothing/at-all", "/pages/nothing", "/orders/nothing"])(
    "%s shows the shop's page with a way on",
    async (path) => {
      const { page } = await opened.visit({ provokes: [404] });
      expect((await page.goto(path))!.status()).toBe(404);
      await page.getByRole("heading", { level: 1, name: en.notFound.title }).waitFor();
      await page.getByRole("link", { name: en.goHome }).click();
      await page.getByRole("heading", { level: 1, name: en.hero.title }).waitFor();
    },
  );

  it.each(["/de/nowhere", "/de/products/nothing"])("%s speaks German", async (path) => {
    const { page } = await opened.visit({ provokes: [404] });
    expect((await page.goto(path))!.status()).toBe(404);
    await page.getByRole("heading", { level: 1, name: de.notFound.title }).waitFor();
  });
});

describe("another shopper's order", () => {
  it("is not there", async () => {
    const ada = await opened.visit();
    await goToReview(ada.page, { slug: MUG });
    await pay(ada.page);
    const { page } = await opened.visit({ provokes: [404] });
    expect((await page.goto(ada.page.url()))!.status()).toBe(404);
    await addToCart(page, MUG);
    expect((await page.goto(ada.page.url()))!.status()).toBe(404);
    expect(await page.content()).not.toContain("ada@example.com");
  });
});

describe("a form on another site's page", () => {
  let elsewhere: Server;
  /** What the other site's page posts, and where to. */
  let form = { action: "", fields: {} as Readonly<Record<string, string>> };
  beforeAll(async () => {
    elsewhere = createServer((_, response) => {
      const fields = Object.entries(form.fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><form method="post" action="${form.action}">${fields.join("")}<button>Win</button>`);
    }).listen(0);
    await new Promise((resolve) => elsewhere.once("listening", resolve));
  });
  afterAll(() => elsewhere.close());

  // For a browser another port is another origin of the same site, another name another site.
  it.each(["127.0.0.1", "localhost"])("of %s puts nothing into the cart and buys nothing", async (host) => {
    const { page, context } = await opened.visit({ provokes: [403, 404] });
    await goToReview(page, { slug: MUG });
    const hash = await page.locator("input[name=hash]").inputValue();
    for (const [path, fields] of [
      ["/cart/add", { sku: "MUG", quantity: "7" }],
      ["/cart/change", { sku: "MUG", quantity: "0" }],
      ["/checkout/review", { hash }],
    ] as const) {
      form = { action: `${opened.shop.url}${path}`, fields: fields as Record<string, string> };
      await page.goto(`http://${host}:${(elsewhere.address() as AddressInfo).port}/`);
      const answered = page.waitForResponse((response) => response.url().endsWith(path));
      await page.getByRole("button").click();
      expect((await answered).status()).toBe(403);
      await page.getByRole("heading", { name: en.forbidden.title }).waitFor();
    }
    await page.goto("/cart");
    await page.locator("[data-cart-items='1']").waitFor();
    expect(await ordersOf(opened.shop, context)).toEqual([]);
  });
});
