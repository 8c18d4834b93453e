import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { en } from "../../apps/storefront/texts/en.ts";
import { MUG, useBrowserShop } from "./browser-shop.ts";
import { CARD, goToReview, ordersOf, stepButton } from "./purchase-steps.ts";
import type { VisitorOptions } from "./visitor.ts";

const BOTH: readonly (readonly [string, VisitorOptions])[] = [
  ["with scripts", {}],
  ["without scripts", { width: 390, hasScripts: false }],
];

/** The test bank's pages under an address of another site: browsers treat it as they do a real bank. */
const bank = createServer((request, response) => {
  const { url, method, headers } = request;
  const passed = ask(new URL(url!, opened.shop.url), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  request.pipe(passed);
});
await new Promise<void>((resolve) => bank.listen(0, "127.0.0.1", resolve));
const bankUrl = `http://localhost:${(bank.address() as AddressInfo).port}`;
afterAll(() => void bank.close());

const opened = useBrowserShop({ PAYMENT_SIMULATOR_PUBLIC_URL: bankUrl });

describe.each(BOTH)("somebody %s", (_, how) => {
  it("is sent to a bank of another site, confirms there, and comes back to the order", async () => {
    const { page, context } = await opened.visit(how);
    await goToReview(page, { slug: MUG, card: CARD.challenge });
    await stepButton(page).click();
    await page.waitForURL(`${bankUrl}/pay/challenge/*`);
    await page.getByRole("button", { name: "Confirm payment" }).click();
    await page.waitForURL(`${opened.shop.url}/orders/*`);
    await page.getByRole("heading", { level: 1, name: en.orderTitles.confirmed }).waitFor();
    expect((await ordersOf(opened.shop, context)).map(({ status }) => status)).toEqual(["confirmed"]);
  });

  it("who goes back from the bank is not sent there again by the page in between", async () => {
    const { page } = await opened.visit(how);
    await goToReview(page, { slug: MUG, card: CARD.challenge });
    await stepButton(page).click();
    await page.waitForURL(`${bankUrl}/pay/challenge/*`);
    await page.goBack();
    expect(page.url()).toBe(`${opened.shop.url}/checkout/review`);
  });
});
