import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestShop, type TestShop } from "#platform/testing";
import { webRequest } from "#platform/testing-pages";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import { orders } from "#orders/contract";
import { service as cartService } from "../../services/cart/service.ts";
import { service as catalogService } from "../../services/catalog/service.ts";
import { service as gatewayService } from "../../services/gateway/service.ts";
import { service as inventoryService } from "../../services/inventory/service.ts";
import { service as ordersService } from "../../services/orders/service.ts";
import { service as simulatorService } from "../../services/payment-simulator/service.ts";
import { service as paymentsService } from "../../services/payments/service.ts";
import { service as pricingService } from "../../services/pricing/service.ts";
import { service as shippingService } from "../../services/shipping/service.ts";
import { service } from "./service.ts";
import { openTestBrowser, type TestBrowser } from "./testing-browser.ts";

const KEY = JSON.stringify({
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", // RFC 7515, A.3
});
const ADDRESS = {
  email: "ada@example.com",
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  city: "London",
  postcode: "SW1Y 4JH",
  country: "GB",
};
const CARD = { number: "4242 4242 4242 4242", expiry: "12/35", cvc: "123" };

let shop: TestShop;

beforeAll(async () => {
  shop = await startTestShop({
    services: [
      gatewayService,
      catalogService,
      pricingService,
      shippingService,
      inventoryService,
      cartService,
      paymentsService,
      simulatorService,
      ordersService,
      service,
    ],
    settings: {
      ORDERS_ANSWER_WITHIN_MS: "20000",
      TOKEN_SIGNING_KEY: KEY,
      STOREFRONT_COOKIE_KEY: "test-cookie-key-test-cookie-key-test",
      PUBLIC_URL: "https://shop.example",
    },
  });
  await shop.call(inventory.putWarehouse, { code: "leicester", name: "Leicester", priority: 1 });
  await shop.call(catalog.putCategory, { slug: "kitchen", names: { en: "Kitchen", de: "Küche" } });
  await putGoods("MUG", 100);
  await putGoods("LAST", 1);
});
afterAll(() => shop.stop());

async function putGoods(sku: string, onHand: number): Promise<void> {
  await shop.call(catalog.createProduct, {
    titles: { en: `Enamel ${sku} <b>` },
    slug: sku.toLowerCase(),
    categories: ["kitchen"],
    attributes: { colour: ["red"] },
    variants: [
      {
        sku,
        weightGrams: 300,
        prices: [
          { market: "gb", currency: "GBP", amountMinor: 500 },
          { market: "de", currency: "EUR", amountMinor: 600 },
        ],
      },
    ],
  });
  await shop.call(inventory.adjustStock, {
    adjustmentId: crypto.randomUUID() as never,
    reason: "test",
    lines: [{ sku, warehouse: "leicester", onHand }],
  });
}

/** Fills the cart and goes as far as the last step. */
async function goToReview(browser: TestBrowser, sku = "MUG", card: Partial<typeof CARD> = {}) {
  await browser.send("/cart/add", { sku, quantity: "1" });
  await browser.send("/checkout", ADDRESS);
  await browser.send("/checkout/delivery", { method: "standard" });
  return browser.send("/checkout/payment", { ...CARD, ...card });
}

const hashIn = (html: string) => /name="hash" value="([^"]+)"/.exec(html)![1]!;

describe("pages for everybody", () => {
  it.each([
    "/",
    "/products",
    "/products?sort=price-asc",
    "/categories/kitchen",
    "/products/mug",
    "/pages/about",
    "/de",
    "/de/products/mug",
  ])("%s carries no cookie, no token and nothing of one shopper", async (path) => {
    const browser = openTestBrowser(shop);
    const anonymous = await browser.open(path);
    expect(anonymous.status).toBe(200);
    expect(anonymous.answer.headers).not.toHaveProperty("set-cookie");
    await browser.send("/cart/add", { sku: "MUG", quantity: "3" });
    expect((await browser.open(path)).html).toBe(anonymous.html);
  });

  it("escape what is in the goods' own texts", async () => {
    const { html } = await openTestBrowser(shop).open("/products/mug");
    expect(html).toContain("Enamel MUG &lt;b>");
    expect(html).not.toContain("MUG <b>");
  });

  it("speak the language and show the prices of their place", async () => {
    const browser = openTestBrowser(shop);
    const german = (await browser.open("/de/products/mug")).html;
    expect(german).toContain('<html lang="de-DE">');
    expect(german).toContain("In den Warenkorb");
    expect(german).toContain("6,00");
    expect((await browser.open("/products/mug")).html).toContain("£5.00");
    expect((await browser.open("/us/products/mug")).html).toContain("Not available in your country");
  });

  it("know their address and their twins by the setting, whatever host is asked for", async () => {
    const { html } = await openTestBrowser(shop).open("/products/mug");
    expect(html).toContain('<link rel="canonical" href="https://shop.example/products/mug"');
    expect(html).toContain('hreflang="de-DE" href="https://shop.example/de/products/mug"');
    expect(html).not.toContain("shop.test");
  });

  it.each([
    ["/de/", "/de"],
    ["/de/products/mug/?from=mail", "/de/products/mug?from=mail"],
    ["//elsewhere.example/", "/elsewhere.example"],
    ["/\\elsewhere.example/", "/elsewhere.example"],
  ])("%s leads to %s: no page ends with a slash, and no way leads out of the shop", async (path, to) => {
    const page = service.pages!.find((one) => one.path === "/*")!;
    const context = shop.context("storefront", { actor: { kind: "anonymous" } });
    const answer = await page.handle(webRequest({ url: path, parameters: { "*": path.slice(1) } }), context);
    expect([answer.status, answer.headers!["location"]]).toEqual([301, to]);
  });

  it.each(["/nowhere", "/products/nothing", "/categories/nothing", "/pages/nothing", "/xx/cart"])(
    "%s is told to be nowhere, with a way on",
    async (path) => {
      const { status, html } = await openTestBrowser(shop).open(path);
      expect(status).toBe(404);
      expect(html).toContain('href="/"');
    },
  );

  it("a page that cannot be made says so in words, and tells no more", async () => {
    const { status, html } = await openTestBrowser(shop).open("/products?cursor=broken");
    expect(status).toBe(400);
    expect(html).not.toContain("cursor");
  });
});

describe("the cart", () => {
  it("takes a double click once, and a second thought again", async () => {
    const browser = openTestBrowser(shop);
    await browser.open("/products/mug");
    const first = await browser.post("/cart/add", { sku: "MUG", quantity: "2" });
    expect(first.status).toBe(303);
    browser.cookies.delete("cart"); // the second click left before the first answer came
    await browser.post("/cart/add", { sku: "MUG", quantity: "2" });
    expect(browser.cookies.get("cart")).toBe("2.1");
    await browser.post("/cart/add", { sku: "MUG", quantity: "2" });
    expect(browser.cookies.get("cart")).toBe("4.2");
  });

  it("changes and removes what is in it, and says what is wrong beside it", async () => {
    const browser = openTestBrowser(shop);
    await browser.send("/cart/add", { sku: "MUG", quantity: "1" });
    expect((await browser.send("/cart/change", { sku: "MUG", quantity: "7" })).html).toContain('value="7"');
    const wrong = await browser.send("/cart/change", { sku: "MUG", quantity: "many" });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain("whole number");
    expect(wrong.html).toContain('value="7"');
    expect((await browser.send("/cart/change", { sku: "MUG", quantity: "7", remove: "yes" })).html).toContain(
      "Your cart is empty",
    );
  });

  it("tells in words how it is after each change, for those who do not see it", async () => {
    const browser = openTestBrowser(shop);
    const alone = { "sec-fetch-site": "same-origin", "tradepost-fragment": "cart" };
    const said = async (path: string, form: Readonly<Record<string, string>>) =>
      /data-said="([^"]*)"/.exec(String((await browser.post(path, form, alone)).body))![1];
    expect(await said("/cart/add", { sku: "MUG", quantity: "2" })).toBe(
      "Added to your cart. 2 items, subtotal £10.00.",
    );
    expect(await said("/cart/change", { sku: "MUG", quantity: "1" })).toBe("1 item, subtotal £5.00.");
    expect(await said("/cart/change", { sku: "MUG", quantity: "101" })).toContain("Only 100 left.");
    expect(await said("/cart/change", { sku: "MUG", quantity: "0" })).toBe("Your cart is empty.");
  });

  it("refuses a form from another site, and changes nothing", async () => {
    const browser = openTestBrowser(shop);
    const answer = await browser.post("/cart/add", { sku: "MUG" }, { "sec-fetch-site": "cross-site" });
    expect(answer.status).toBe(403);
    expect(browser.cookies.size).toBe(0);
  });

  it("is shown alone to the script that shows it in a drawer", async () => {
    const browser = openTestBrowser(shop);
    const answer = await browser.post(
      "/cart/add",
      { sku: "MUG" },
      { "sec-fetch-site": "same-origin", "tradepost-fragment": "cart" },
    );
    expect(answer.body).toContain("Your cart");
    expect(answer.body).not.toContain("<html");
  });
});

describe("the checkout", () => {
  it("leads from the cart to a confirmed order, by forms alone", async () => {
    const browser = openTestBrowser(shop);
    const review = await goToReview(browser);
    expect(review.url).toBe("/checkout/review");
    expect(review.html).toContain("ending in 4242");
    const order = await browser.send("/checkout/review", { hash: hashIn(review.html) });
    expect(order.url).toMatch(/^\/orders\/[0-9a-f-]{36}$/);
    expect(order.html).toContain("Your order is confirmed");
    await shop.settle();
    expect((await browser.open("/cart")).html).toContain("Your cart is empty");
  });

  it("pressed twice, or again after going back, buys once", async () => {
    const browser = openTestBrowser(shop);
    const review = await goToReview(browser);
    const before = new Map(browser.cookies);
    const pay = { hash: hashIn(review.html) };
    const first = await browser.send("/checkout/review", pay);
    for (const [name, value] of before) browser.cookies.set(name, value);
    const second = await browser.send("/checkout/review", pay);
    expect(second.url).toBe(first.url);
  });

  it("shows what is wrong beside its field and keeps the rest, but never a card", async () => {
    const browser = openTestBrowser(shop);
    await browser.send("/cart/add", { sku: "MUG" });
    const address = await browser.send("/checkout", { ...ADDRESS, email: "nope" });
    expect(address.status).toBe(422);
    expect(address.html).toContain('id="email-problem"');
    expect(address.html).toContain('value="Ada Lovelace"');
    await browser.send("/checkout", ADDRESS);
    await browser.send("/checkout/delivery", { method: "standard" });
    const card = await browser.send("/checkout/payment", { ...CARD, number: "4000 1234 1234 1234", cvc: "987" });
    expect(card.status).toBe(422);
    expect(card.html).toContain('id="number-problem"');
    for (const secret of ["4000 1234", "987"]) expect(card.html).not.toContain(secret);
    for (const cookie of browser.cookies.values()) expect(cookie).not.toContain("Ada");
  });

  it("says beside the field what is too long, with everything as it was typed, and goes on once it is shorter", async () => {
    const browser = openTestBrowser(shop);
    await browser.send("/cart/add", { sku: "MUG" });
    const long = { ...ADDRESS, line1: "界".repeat(121), email: `${"ü".repeat(130)}@example.com` };
    const refused = await browser.send("/checkout", long);
    expect(refused.status).toBe(422);
    for (const field of ["line1", "email"]) expect(refused.html).toContain(`id="${field}-problem"`);
    for (const typed of [long.line1, long.email, long.city]) expect(refused.html).toContain(`value="${typed}"`);
    const taken = await browser.send("/checkout", { ...long, line1: "界".repeat(120), email: ADDRESS.email });
    expect(taken.url).toBe("/checkout/delivery");
  });

  it("leads back to the step that lacks something", async () => {
    const browser = openTestBrowser(shop);
    expect((await browser.open("/checkout/review")).url).toBe("/cart");
    await browser.send("/cart/add", { sku: "MUG" });
    expect((await browser.open("/checkout/review")).url).toBe("/checkout");
    await browser.send("/checkout", ADDRESS);
    expect((await browser.open("/checkout/review")).url).toBe("/checkout/delivery");
  });

  it("after a declined card asks for another, with the cart as it was", async () => {
    const browser = openTestBrowser(shop);
    const review = await goToReview(browser, "MUG", { number: "4000 0000 0000 9995" });
    const declined = await browser.send("/checkout/review", { hash: hashIn(review.html) });
    expect(declined.url).toContain("/checkout/payment");
    expect(declined.html).toContain("declined the payment");
    const again = await browser.send("/checkout/payment", CARD);
    expect((await browser.send("/checkout/review", { hash: hashIn(again.html) })).html).toContain(
      "Your order is confirmed",
    );
  });

  it("sends the shopper to the bank and goes on when they come back", async () => {
    const browser = openTestBrowser(shop);
    const review = await goToReview(browser, "MUG", { number: "4000 0000 0000 3220" });
    const waiting = await browser.send("/checkout/review", { hash: hashIn(review.html) });
    const url = /^0; url=(.*)$/.exec(String(waiting.answer.headers!["refresh"]))![1]!;
    expect(url).toContain("/pay/challenge/");
    // Whoever comes back to the order is not sent away again.
    expect((await browser.open(new URL(waiting.url, "http://shop.test").pathname)).answer.headers!["refresh"]).toBe(
      "2",
    );
    const page = simulatorService.pages!.find((one) => one.method === "POST")!;
    const request = webRequest({ parameters: { chargeId: url.split("/").at(-1)! }, form: { decision: "accept" } });
    const answer = await page.handle(request, shop.context("payment-simulator"));
    expect(answer.headers!["location"]).toBe("https://shop.test/checkout/return");
    const order = await browser.open("/checkout/return");
    await shop.settle();
    expect((await browser.open(order.url)).html).toContain("Your order is confirmed");
  });

  it("shows what was bought in another window, also to a browser that asked before it knew", async () => {
    const [browser, other] = [openTestBrowser(shop), openTestBrowser(shop)];
    const form = { hash: hashIn((await goToReview(browser)).html) };
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    const bought = await browser.send("/checkout/review", form);
    await shop.settle();
    expect((await other.send("/checkout/review", form)).url).toBe(bought.url);
    expect((await other.send("/checkout/review", { hash: "another" })).url).toBe("/cart");
  });

  it("shows what was bought in another window also as long as its cart is still there", async () => {
    const browser = openTestBrowser(shop);
    const form = { hash: hashIn((await goToReview(browser)).html) };
    shop.faults.set({ kind: "latency", service: "cart", event: "orders.OrderConfirmed.v1", ms: 60_000 });
    const bought = await browser.send("/checkout/review", form);
    expect(bought.url).toMatch(/^\/orders\//);
    expect((await browser.send("/checkout/review", form)).url).toBe(bought.url);
    expect((await browser.send("/checkout/review", { hash: "another" })).url).toBe("/checkout/payment");
    shop.faults.clear();
    await shop.settle();
  });

  it("says that somebody was faster, charges nothing and keeps the cart", async () => {
    const browser = openTestBrowser(shop);
    const review = await goToReview(browser, "LAST");
    await shop.call(inventory.adjustStock, {
      adjustmentId: crypto.randomUUID() as never,
      reason: "sold elsewhere",
      lines: [{ sku: "LAST", warehouse: "leicester", onHand: 0 }],
    });
    const failed = await browser.send("/checkout/review", { hash: hashIn(review.html) });
    expect(failed.url).toContain("/cart");
    expect(failed.html).toContain("Somebody was faster");
    expect(failed.html).toContain("Sold out");
  });

  it("asks again when a price has changed meanwhile", async () => {
    const browser = openTestBrowser(shop);
    await putGoods("TIN", 10);
    const review = await goToReview(browser, "TIN");
    const { productId } = await shop.call(catalog.getProduct, { productId: "tin" });
    await shop.call(catalog.setPrices, {
      productId,
      prices: [{ sku: "TIN", market: "gb", currency: "GBP", amountMinor: 900 }],
    });
    await shop.settle();
    const asked = await browser.send("/checkout/review", { hash: hashIn(review.html) });
    expect(asked.status).toBe(409);
    expect(asked.html).toContain("A price has changed");
    expect((await browser.send("/checkout/review", { hash: hashIn(asked.html) })).html).toContain(
      "Your order is confirmed",
    );
  });
});

describe("an order", () => {
  it("is shown to whoever placed it and by its signed link, and is nobody else's to see", async () => {
    const browser = openTestBrowser(shop);
    const review = await goToReview(browser);
    const { url } = await browser.send("/checkout/review", { hash: hashIn(review.html) });
    const stranger = openTestBrowser(shop);
    expect((await stranger.open(url)).status).toBe(404);
    await stranger.send("/cart/add", { sku: "MUG" });
    expect((await stranger.open(url)).status).toBe(404);
    const { path } = await shop.call(orders.createOrderLink, { orderId: url.split("/").at(-1)! as never });
    const access = new URL(path, "http://shop.test").searchParams.get("access")!;
    const seen = await stranger.open(`${url}?access=${access}`);
    expect(seen.html).toContain("ada@example.com");
    expect(seen.html).toContain("<span>United Kingdom</span>");
    expect((await stranger.open(`${url}?access=${access}x`)).status).toBe(404);
  });

  it("placed in one cart leaves another shopper's alone", async () => {
    const [one, other] = [openTestBrowser(shop), openTestBrowser(shop)];
    await other.send("/cart/add", { sku: "MUG", quantity: "2" });
    const review = await goToReview(one);
    await one.send("/checkout/review", { hash: hashIn(review.html) });
    await shop.settle();
    expect((await other.open("/cart")).html).toContain('data-cart-items="2"');
  });
});
