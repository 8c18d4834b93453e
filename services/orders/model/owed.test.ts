import { describe, expect, it } from "vitest";
import { compareBooks, isQuiet, type Books, type OrderBooks, type PaymentBooks } from "./owed.ts";

const quietSince = new Date("2026-11-20T12:00:00Z");
const before = new Date("2026-11-20T11:59:00Z");
const after = new Date("2026-11-20T12:00:01Z");

const taken: PaymentBooks = {
  paymentId: "pay",
  status: "captured",
  capturedMinor: 500,
  refundedMinor: 0,
  heldMinor: 0,
  isMoving: false,
  updatedAt: before,
};
const reserved: PaymentBooks = { ...taken, status: "authorised", capturedMinor: 0, heldMinor: 500 };
const voided: PaymentBooks = { ...taken, status: "voided", capturedMinor: 0 };
const pinned = { state: "pinned", heldQuantity: 1, updatedAt: before };
const released = { state: "released", heldQuantity: 0, updatedAt: before };

function books(
  order: Partial<OrderBooks>,
  payments: readonly PaymentBooks[],
  reservation: Books["reservation"],
): Books {
  const confirmed = { orderId: "o", state: "confirmed", currency: "GBP", totalMinor: 500, paymentId: "pay" } as const;
  const noted = { capturedMinor: 500, refundedMinor: 0, fulfilment: "pending" } as const;
  return { order: { ...confirmed, ...noted, ...order }, payments, reservation };
}
const found = (...args: Parameters<typeof books>) =>
  compareBooks(books(...args)).map(({ what, expected, found: is }) => [what.split(",")[0], expected, is]);

describe("the books of an order", () => {
  it.each<[string, ...Parameters<typeof books>]>([
    ["taken", {}, [taken], pinned],
    ["held until dispatch", { capturedMinor: 0 }, [reserved], pinned],
    ["dispatched", { fulfilment: "dispatched" }, [taken], { ...pinned, state: "dispatched", heldQuantity: 0 }],
    ["partly given back", { refundedMinor: 200 }, [{ ...taken, refundedMinor: 200 }], pinned],
    ["wholly given back", { refundedMinor: 500 }, [{ ...taken, status: "refunded", refundedMinor: 500 }], pinned],
    ["free of charge", { totalMinor: 0, capturedMinor: 0 }, [], pinned],
    ["failed before the payment", { state: "failed", capturedMinor: 0 }, [], released],
    ["voided", { state: "cancelled", capturedMinor: 0 }, [voided], released],
    [
      "cancelled and given back",
      { state: "cancelled", refundedMinor: 500 },
      [{ ...taken, refundedMinor: 500 }],
      released,
    ],
  ])("agree when it is %s", (_, ...args) => {
    expect(found(...args)).toEqual([]);
  });

  it("tell of a confirmed order that is not paid once", () => {
    expect(found({}, [taken, { ...reserved, paymentId: "other" }], pinned)).toEqual([
      ["live payments", 1, 2],
      ["its payment", "pay", "other"],
      ["held beside what was taken", 0, 500],
    ]);
    expect(found({ capturedMinor: 0 }, [voided], pinned)).toEqual([["live payments", 1, 0]]);
    expect(found({ capturedMinor: 0 }, [{ ...reserved, heldMinor: 400 }], pinned)).toEqual([["held", 500, 400]]);
    expect(found({ capturedMinor: 400 }, [{ ...taken, capturedMinor: 400 }], pinned)).toEqual([["taken", 500, 400]]);
    expect(found({ capturedMinor: 0, fulfilment: "dispatched" }, [reserved], undefined)).toEqual([["taken", 500, 0]]);
  });

  it("tell of goods that a confirmed order has not, and an undone one has", () => {
    expect(found({}, [taken], released)).toEqual([["its reservation", "pinned", "released"]]);
    expect(found({}, [taken], undefined)).toEqual([["its reservation", "pinned", "unknown"]]);
    expect(found({ state: "failed", capturedMinor: 0 }, [], pinned)).toEqual([["pieces still reserved", 0, 1]]);
    expect(found({ state: "failed", capturedMinor: 0 }, [], undefined)).toEqual([
      ["its reservation", "released", "unknown"],
    ]);
  });

  it("tell of money that an undone order keeps or holds", () => {
    expect(found({ state: "cancelled" }, [taken], released)).toEqual([["kept", 0, 500]]);
    expect(found({ state: "failed", capturedMinor: 0 }, [reserved], released)).toEqual([["held", 0, 500]]);
  });

  it("tell of notes that are not what payments says", () => {
    expect(found({ capturedMinor: 0, refundedMinor: 7 }, [taken], pinned)).toEqual([
      ["taken by its own note", 500, 0],
      ["given back by its own note", 0, 7],
    ]);
  });
});

describe("an order is quiet", () => {
  const judged = (payment: Partial<PaymentBooks>, reservation: Books["reservation"] = pinned) =>
    isQuiet(books({}, [{ ...taken, ...payment }], reservation), quietSince);

  it("when nothing of it changed lately and nothing is on its way", () => {
    expect(judged({})).toBe(true);
    expect(judged({ updatedAt: after })).toBe(false);
    expect(judged({ isMoving: true })).toBe(false);
    expect(judged({}, { ...pinned, updatedAt: after })).toBe(false);
  });

  it("when what is on its way has been so for an hour: it is stuck", () => {
    expect(judged({ isMoving: true, updatedAt: new Date("2026-11-20T11:00:00Z") })).toBe(true);
  });
});
