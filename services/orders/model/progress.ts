/** How far the money of an order has come. */
export type PaymentStatus =
  | "none"
  | "authorised"
  | "declined"
  | "voided"
  | "captured"
  | "partially_refunded"
  | "refunded";
export type PaymentProgress = {
  readonly status: PaymentStatus;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
};

/** What an event tells of it: totals, never differences, so that it may be heard twice, late and in any order. */
export type PaymentNews =
  | { readonly status: "authorised" | "declined" | "voided" }
  | { readonly status: "captured"; readonly capturedMinor: number }
  | { readonly status: "refunded"; readonly capturedMinor: number; readonly refundedMinor: number };

const WITHOUT_MONEY: readonly PaymentStatus[] = ["none", "authorised", "declined", "voided"];

/** Adds news; it only moves forward. Money that was taken or given back outweighs everything else. */
export function withPaymentNews(present: PaymentProgress, news: PaymentNews): PaymentProgress {
  const capturedMinor = Math.max(present.capturedMinor, "capturedMinor" in news ? news.capturedMinor : 0);
  const refundedMinor = Math.max(present.refundedMinor, "refundedMinor" in news ? news.refundedMinor : 0);
  return { status: statusOf({ ...present, capturedMinor, refundedMinor }, news.status), capturedMinor, refundedMinor };
}

function statusOf({ status, capturedMinor, refundedMinor }: PaymentProgress, told: PaymentStatus): PaymentStatus {
  if (refundedMinor > 0) return refundedMinor < capturedMinor ? "partially_refunded" : "refunded";
  if (capturedMinor > 0) return "captured";
  return WITHOUT_MONEY.indexOf(told) > WITHOUT_MONEY.indexOf(status) ? told : status;
}

/** How far the goods of an order have come. */
export type FulfilmentStatus = "none" | "pending" | "cancelled" | "dispatched" | "delivered" | "returned";

const FORWARD: readonly FulfilmentStatus[] = ["none", "pending", "cancelled", "dispatched", "delivered", "returned"];

/** The later of the two: goods only move forward, whatever the order in which one hears of it. */
export function laterFulfilment(present: FulfilmentStatus, told: FulfilmentStatus): FulfilmentStatus {
  return FORWARD.indexOf(told) > FORWARD.indexOf(present) ? told : present;
}

/** Claims that the goods have left the warehouse: the order can't be cancelled any more. */
export function hasLeft(status: FulfilmentStatus): boolean {
  return status === "dispatched" || status === "delivered" || status === "returned";
}
