import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasLeft, laterFulfilment, withPaymentNews, type PaymentNews, type PaymentProgress } from "./progress.ts";

const nothing: PaymentProgress = { status: "none", capturedMinor: 0, refundedMinor: 0 };
const after = (news: readonly PaymentNews[]) => news.reduce(withPaymentNews, nothing);
const refunded = (refundedMinor: number): PaymentNews => ({ status: "refunded", capturedMinor: 1_000, refundedMinor });

describe("the payment of an order", () => {
  it("is refunded in part, then wholly", () => {
    const captured: PaymentNews = { status: "captured", capturedMinor: 1_000 };
    expect(after([{ status: "authorised" }, captured]).status).toBe("captured");
    expect(after([captured, refunded(400)])).toEqual({
      status: "partially_refunded",
      capturedMinor: 1_000,
      refundedMinor: 400,
    });
    expect(after([captured, refunded(400), refunded(1_000)]).status).toBe("refunded");
  });

  it("that could not be captured and was let go is voided", () => {
    expect(after([{ status: "authorised" }, { status: "declined" }, { status: "voided" }]).status).toBe("voided");
  });

  it("comes out the same in whatever order and however often its events are heard", () => {
    const amount = fc.integer({ min: 1, max: 1_000 });
    const news = fc.oneof(
      fc.constantFrom<PaymentNews>({ status: "authorised" }, { status: "declined" }, { status: "voided" }),
      fc.constant<PaymentNews>({ status: "captured", capturedMinor: 1_000 }),
      amount.map(refunded),
    );
    const heard = fc
      .array(news, { maxLength: 8 })
      .chain((told) =>
        fc.tuple(fc.constant(told), fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 })),
      );
    fc.assert(fc.property(heard, ([told, again]) => void expect(after(again)).toEqual(after(told))));
  });
});

describe("the goods of an order", () => {
  it("only move forward", () => {
    expect(laterFulfilment("pending", "dispatched")).toBe("dispatched");
    expect(laterFulfilment("dispatched", "pending")).toBe("dispatched");
    expect(laterFulfilment("dispatched", "cancelled")).toBe("dispatched");
  });

  it("have left from dispatch on", () => {
    const all = ["none", "pending", "cancelled", "dispatched", "delivered", "returned"] as const;
    expect(all.filter(hasLeft)).toEqual(["dispatched", "delivered", "returned"]);
  });
});
