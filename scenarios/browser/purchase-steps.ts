import type { BrowserContext, Page } from "playwright-core";
import { en } from "../../apps/storefront/texts/en.ts";
import type { Texts } from "../../apps/storefront/texts.ts";
import { mustBe, request, type Json, type Shop } from "../shop.ts";

export const CARD = {
  succeeds: "4242 4242 4242 4242",
  declined: "4000 0000 0000 9995",
  challenge: "4000 0000 0000 3220",
} as const;

export const ADDRESS = {
  email: "ada@example.com",
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  postcode: "SW1Y 4JH",
  city: "London",
} as const;

/** Where and in which words somebody buys. */
export type Place = { readonly code: string; readonly texts: Texts };
const BRITAIN: Place = { code: "", texts: en };

/** Puts a piece into the cart from the product's page; the way to the checkout is in sight then, in the drawer or on the cart's page. */
export async function addToCart(page: Page, slug: string, { code, texts }: Place = BRITAIN): Promise<void> {
  await page.goto(`${code}/products/${slug}`);
  await page.getByRole("button", { name: texts.addToCart }).click();
  await page.getByRole("link", { name: texts.checkout }).waitFor();
}

export async function goToCheckout(page: Page, { texts }: Place = BRITAIN): Promise<void> {
  await page.getByRole("link", { name: texts.checkout }).click();
  await page.waitForURL("**/checkout");
}

export async function fillAddress(page: Page, told: Partial<typeof ADDRESS> = {}): Promise<void> {
  for (const [field, value] of Object.entries({ ...ADDRESS, ...told })) await page.locator(`#${field}`).fill(value);
}

export async function fillCard(page: Page, number: string): Promise<void> {
  await page.locator("#number").fill(number);
  await page.locator("#expiry").fill("12/35");
  await page.locator("#cvc").fill("123");
}

/** The button of the step that is shown. */
export function stepButton(page: Page) {
  return page.locator("form[data-checkout] button");
}

/** Sends the step that is shown and waits for the next: `/checkout/delivery`. */
export async function goOn(page: Page, to: string): Promise<void> {
  await stepButton(page).click();
  await page.waitForURL(`**${to}`);
}

/** From the product's page to the last step. */
export async function goToReview(
  page: Page,
  { slug, card = CARD.succeeds, place = BRITAIN }: { slug: string; card?: string; place?: Place },
): Promise<void> {
  await addToCart(page, slug, place);
  await goToCheckout(page, place);
  await fillAddress(page);
  await goOn(page, "/checkout/delivery");
  await goOn(page, "/checkout/payment");
  await fillCard(page, card);
  await goOn(page, "/checkout/review");
}

/** Pays; waits until the order is told as confirmed. */
export async function pay(page: Page, { texts }: Place = BRITAIN): Promise<void> {
  await stepButton(page).click();
  await page.waitForURL("**/orders/*");
  await page.getByRole("heading", { level: 1, name: texts.orderTitles.confirmed }).waitFor();
}

/** Refuses on the bank's page; the step of the card is shown then, at once or by way of the order that did not go through. */
export async function refuseAtBank(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Refuse" }).click();
  await page.waitForURL(/\/checkout\/payment\?|\/orders\//);
  if (!page.url().includes("/orders/")) return;
  await page.getByRole("heading", { level: 1, name: en.orderTitles.failed }).waitFor();
  await page.goto("/checkout/payment");
}

/** All orders, with what is in them, of whoever this browser is to the shop. */
export async function ordersOf(shop: Shop, context: BrowserContext): Promise<readonly Json[]> {
  const session = (await context.cookies()).find(({ name }) => name === "session");
  if (session === undefined) return [];
  const headers = { authorization: `Bearer ${session.value}` };
  const { items } = (await mustBe(200, request(shop, "GET", "/orders", { headers }))).body;
  const whole = ({ orderId }: Json) => mustBe(200, request(shop, "GET", `/orders/${orderId}`, { headers }));
  return Promise.all(items.map(async (item: Json) => (await whole(item)).body));
}
