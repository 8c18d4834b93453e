import type { Page } from "playwright-core";
import { en } from "../../apps/storefront/texts/en.ts";
import {
  CARD,
  addToCart,
  fillAddress,
  fillCard,
  goOn,
  goToCheckout,
  pay,
  refuseAtBank,
  stepButton,
} from "./purchase-steps.ts";
import { FULL_CATEGORY, VARIED } from "./stock-with-demo-goods.ts";

/** Is shown each page under its name, while it is open. */
export type Look = (name: string) => Promise<void>;

/** Goes through every page of the shop, as somebody does who looks around, mistypes, is declined, buys, and asks for what is not there. */
export async function walkPages(page: Page, plain: string, look: Look): Promise<void> {
  for (const [name, path] of [
    ["home", "/"],
    ["all-goods", "/products"],
    ["category", `/categories/${FULL_CATEGORY}`],
    ["sorted", `/categories/${FULL_CATEGORY}?sort=price-desc`],
    ["product", `/products/${plain}`],
    ["product-with-options", `/products/${VARIED}`],
    ["delivery-and-returns", "/pages/delivery"],
    ["privacy", "/pages/privacy"],
    ["not-found", "/nowhere"],
    ["empty-cart", "/cart"],
    ["home-in-german", "/de"],
  ] as const) {
    await page.goto(path);
    await look(name);
  }
  await walkPurchase(page, plain, look);
}

async function walkPurchase(page: Page, plain: string, look: Look): Promise<void> {
  await addToCart(page, plain);
  await addToCart(page, VARIED);
  await look("drawer");
  await page.goto("/cart");
  await look("cart");
  await goToCheckout(page);
  await look("address");
  await fillAddress(page, { email: "ada", city: "", postcode: "" } as object);
  await stepButton(page).click();
  await page.locator("#email-problem").waitFor();
  await look("address-with-problems");
  await fillAddress(page);
  await goOn(page, "/checkout/delivery");
  await look("delivery");
  await goOn(page, "/checkout/payment");
  await look("payment");
  await fillCard(page, "4000 1234 1234 1234");
  await stepButton(page).click();
  await page.locator("#number-problem").waitFor();
  await look("payment-with-problems");
  await fillCard(page, CARD.declined);
  await goOn(page, "/checkout/review");
  await goOn(page, "/checkout/payment?problem=payment_declined");
  await look("declined");
  await fillCard(page, CARD.challenge);
  await goOn(page, "/checkout/review");
  await look("review");
  await stepButton(page).click();
  await page.waitForURL("**/pay/challenge/*");
  await look("bank");
  await page.goto("/checkout/return");
  await page.getByRole("heading", { name: en.orderTitles.awaiting_shopper }).waitFor();
  await look("order-that-waits");
  await page.getByRole("link", { name: en.confirmAtBank }).click();
  await refuseAtBank(page);
  await fillCard(page, CARD.succeeds);
  await goOn(page, "/checkout/review");
  await pay(page);
  await look("order");
}
