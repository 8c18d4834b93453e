import type { Ctx } from "#platform/ctx";
import { inventory, refuse as inventoryRefuse } from "#inventory/contract";
import { payments, refuse as paymentsRefuse } from "#payments/contract";
import { refuse as shippingRefuse, shipping } from "#shipping/contract";
import type { Outcome } from "./model/saga.ts";
import { reservationSeconds } from "./settings.ts";
import type { Allocation, OrderRow } from "./store.ts";

/** What a participant's part brought; kept with the order. */
export type Facts = { readonly allocations?: readonly Allocation[]; readonly heldUntil?: Date };

/** One part of a checkout in another service. Every call goes by a key that was made with the order, so each may be repeated.
 *  The context's deadline is the step's. */
export type Participant = {
  readonly name: string;
  /** Does its part; before the point of no return. */
  prepare(order: OrderRow, ctx: Ctx): Promise<Outcome & { readonly facts?: Facts }>;
  /** Makes its part permanent, once every part is prepared. */
  settle?(order: OrderRow, ctx: Ctx): Promise<Outcome>;
  /** Takes its part back, whether it happened, half happened or never did; a `prepare` that arrives later must find it undone. */
  undo(order: OrderRow, ctx: Ctx): Promise<Undone>;
};

/** `refused`: it can't be undone any more (the goods left). `capturedMinor`: what had been taken of the shopper's money. */
export type Undone = { readonly kind: "undone"; readonly capturedMinor?: number } | { readonly kind: "refused" };

const UNDONE: Undone = { kind: "undone" };

const stock: Participant = {
  name: "stock",
  async prepare(order, ctx) {
    const lines = order.quote.lines.map(({ sku, quantity }) => ({ sku, quantity }));
    const ids = { reservationId: order.reservation_id, orderId: order.id };
    try {
      const held = await ctx.call(inventory.reserve, {
        ...ids,
        lines,
        ttlSeconds: ctx.setting(reservationSeconds),
        country: order.country,
      });
      return { kind: "done", facts: { allocations: held.allocations, heldUntil: new Date(held.expiresAt) } };
    } catch (error) {
      if (inventoryRefuse.INSUFFICIENT_STOCK.is(error)) {
        const { sku, available } = error.data;
        return { kind: "refused", failure: { code: "inventory_unavailable", sku, available } };
      }
      if (isLost(error)) return { kind: "refused", failure: { code: "reservation_expired" } };
      throw error;
    }
  },
  async settle(order, ctx) {
    try {
      await ctx.call(inventory.pin, { reservationId: order.reservation_id });
      return { kind: "done" };
    } catch (error) {
      if (isLost(error) || inventoryRefuse.RESERVATION_NOT_FOUND.is(error))
        return { kind: "refused", failure: { code: "reservation_expired" } };
      throw error;
    }
  },
  async undo(order, ctx) {
    await ctx.call(inventory.release, { reservationId: order.reservation_id });
    return UNDONE;
  },
};

function isLost(error: unknown): boolean {
  return inventoryRefuse.RESERVATION_EXPIRED.is(error) || inventoryRefuse.RESERVATION_RELEASED.is(error);
}

const payment: Participant = {
  name: "payment",
  async prepare(order, ctx) {
    if (order.total_minor === 0) return { kind: "done" };
    const answer = await ctx.call(payments.authorise, {
      paymentId: order.payment_id,
      orderId: order.id,
      amount: order.quote.total,
      token: order.payment_token ?? "spent",
      ...(order.return_url === null ? {} : { returnUrl: order.return_url }),
    });
    if (answer.status === "authorised") return { kind: "done" };
    if (answer.status === "pending") return { kind: "unknown" };
    if (answer.status === "challenge")
      return {
        kind: "shopper",
        nextAction: { kind: "challenge", url: answer.challengeUrl!, expiresAt: answer.expiresAt! },
      };
    const declineCode = answer.declineCode ?? "declined";
    return { kind: "refused", failure: { code: failureOf(declineCode), declineCode } };
  },
  /** Voids what is held; gives back what was taken; asks again while a capture goes on (CAPTURE_IN_PROGRESS). */
  async undo(order, ctx) {
    if (order.total_minor === 0) return UNDONE;
    try {
      await ctx.call(payments.void, { paymentId: order.payment_id });
      return UNDONE;
    } catch (error) {
      if (!paymentsRefuse.PAYMENT_ALREADY_CAPTURED.is(error)) throw error;
      return giveBack(order, ctx);
    }
  },
};

/** Refunds what is left of a capture. A refund that fails later is told by PaymentRefundFailed, and is a matter for people. */
async function giveBack(order: OrderRow, ctx: Ctx): Promise<Undone> {
  const { paymentId, refundId } = { paymentId: order.payment_id, refundId: order.refund_id };
  const { captured, refundable } = await ctx.call(payments.getPayment, { paymentId });
  if (refundable.amountMinor > 0) {
    const reason = order.cancelled_by === null ? "order failed" : "order cancelled";
    try {
      await ctx.call(payments.refund, { refundId, paymentId, amount: refundable, reason });
    } catch (error) {
      // Our refund was made before, with another amount, and failed; part of the money went back in another way since.
      if (!paymentsRefuse.REFUND_MISMATCH.is(error)) throw error;
    }
  }
  return { kind: "undone", capturedMinor: captured.amountMinor };
}

function failureOf(declineCode: string): "payment_abandoned" | "payment_unavailable" | "payment_declined" {
  if (declineCode === "challenge_expired") return "payment_abandoned";
  return declineCode === "no_answer" ? "payment_unavailable" : "payment_declined";
}

/** Nothing to prepare: parcels are made after the confirmation. Undone first, because it is the only part that may refuse. */
const parcels: Participant = {
  name: "parcels",
  prepare: async () => ({ kind: "done" }),
  async undo(order, ctx) {
    if (order.confirmed_at === null) return UNDONE;
    try {
      await ctx.call(shipping.cancelShipments, { orderId: order.id });
      return UNDONE;
    } catch (error) {
      if (shippingRefuse.SHIPMENT_ALREADY_DISPATCHED.is(error)) return { kind: "refused" };
      throw error;
    }
  },
};

/** In the order of doing; undone from the end. */
export const participants: readonly Participant[] = [stock, payment, parcels];
