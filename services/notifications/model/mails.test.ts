import { describe, expect, it } from "vitest";
import { newId } from "#kernel/id";
import type { Order } from "#orders/contract";
import { backOff, isRefusedForGood } from "./delivery.ts";
import { layOutMail } from "./mail.ts";
import { cancellationMail, confirmationMail, dispatchMail, failureMail, refundMail } from "./order-mails.ts";

const pounds = (amountMinor: number) => ({ amountMinor, currency: "GBP" });
const context = { shop: "Tea & Sons", orderUrl: "https://shop.example/orders/1?a=1&b=2" };

/** Only what mails look at. */
function order(more: Partial<Order> = {}): Order {
  const line = { title: "Mug <b>blue</b>", optionText: "300 ml", quantity: 2, total: pounds(170_000) };
  const tax = { name: "VAT", rateBasisPoints: 2_000, isIncluded: true, amount: pounds(28_399) };
  const quote = {
    lines: [line],
    shipping: { title: "Standard" },
    shippingTotal: pounds(395),
    taxes: [tax],
    total: pounds(170_395),
  };
  const address = {
    name: `Ada "<script>alert(1)</script>" O'Neil`,
    line1: "1 A & B St",
    city: "London",
    country: "GB",
  };
  return {
    orderId: newId("order"),
    orderNumber: "T100042",
    locale: "en-GB",
    captured: pounds(0),
    confirmedAt: null,
    failure: null,
    quote,
    shippingAddress: address,
    ...more,
  } as unknown as Order;
}

describe("a mail", () => {
  it("escapes whatever shoppers, goods and shops are called", () => {
    const { html } = layOutMail(confirmationMail(order(), context));
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain("Ada &quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot; O&#39;Neil");
    expect(html).toContain("Mug &lt;b&gt;blue&lt;/b&gt;");
    expect(html).toContain("Tea &amp; Sons");
    expect(html).toContain('href="https://shop.example/orders/1?a=1&amp;b=2"');
  });

  it("shows goods, delivery, total and tax in both parts, the text as it was written", () => {
    const { html, plain } = layOutMail(confirmationMail(order(), context));
    for (const part of [html, plain])
      for (const told of ["£1,700.00", "Delivery (Standard)", "£3.95", "£1,703.95", "including VAT 20%", "£283.99"])
        expect(part).toContain(told);
    expect(plain).toContain("2 × Mug <b>blue</b> (300 ml)");
    expect(plain).not.toContain("&amp;");
    expect(plain).toContain(context.orderUrl);
  });

  it("writes amounts as the shopper's language does", () => {
    const { plain } = layOutMail(confirmationMail(order({ locale: "de-DE" }), context));
    expect(plain.replaceAll(/\s/g, " ")).toContain("Total: 1.703,95 £");
    expect(plain.replaceAll(/\s/g, " ")).toContain("VAT 20 %");
  });

  it("about a failure says why, and speaks of the cart only while there is one", () => {
    const paragraphs = (more: Partial<Order>) => failureMail(order(more), context).paragraphs.join(" ");
    const declined = { code: "payment_declined" } as const;
    expect(paragraphs({ failure: declined })).toMatch(/bank declined.*Nothing was charged.*Your cart/);
    expect(paragraphs({ failure: declined, confirmedAt: "2026-11-20T12:00:00Z" })).not.toContain("cart");
    expect(paragraphs({ failure: { code: "inventory_unavailable" } })).toContain("sold out");
    expect(paragraphs({ failure: { code: "payment_abandoned" } })).toContain("not finished in time");
  });

  it("about a cancellation promises money only when some was taken", () => {
    const text = (captured: number) =>
      layOutMail(cancellationMail(order({ captured: pounds(captured) }), context)).plain;
    expect(text(100)).toContain("on its way back");
    expect(text(0)).toContain("was not charged");
  });

  it("about a refund tells the amount; about a dispatch the tracking number", () => {
    expect(layOutMail(refundMail(order(), context, pounds(499))).plain).toContain("£4.99");
    const parcel = { carrier: "Royal Mail", code: "RM123456785GB" };
    expect(layOutMail(dispatchMail(order(), context, parcel)).plain).toContain("RM123456785GB (Royal Mail)");
    expect(layOutMail(dispatchMail(order(), context, { carrier: null, code: null })).plain).not.toContain("Tracking");
  });
});

describe("a mail that could not be sent", () => {
  it("is tried eight times, ever more slowly", () => {
    const start = new Date(0);
    const seconds = Array.from({ length: 8 }, (_, index) => (backOff(index + 1, start)?.getTime() ?? 0) / 1_000);
    expect(seconds).toEqual([30, 120, 480, 1_920, 7_680, 21_600, 21_600, 0]);
  });

  it("is given up at once when the server will never take it", () => {
    expect(isRefusedForGood({ code: "EENVELOPE", responseCode: 550 })).toBe(true);
    expect(isRefusedForGood({ code: "EENVELOPE", responseCode: 451 })).toBe(false);
    expect(isRefusedForGood({ code: "EAUTH", responseCode: 535 })).toBe(false);
    expect(isRefusedForGood({ code: "ETIMEDOUT" })).toBe(false);
  });
});
