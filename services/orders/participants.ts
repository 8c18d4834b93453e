import type { Ctx } from "#platform/ctx";
import { inventory, refuse as inventoryRefuse } from "#inventory/contract";
import { payments, refuse as paymentsRefuse } from "#payments/contract";
import { refuse as shippingRefuse, shipping } from "#shipping/contract";
import type { Outcome } from "./model/saga.ts";
import { reservationSeconds } from "./settings.ts";
import type { Allocation, OrderRow } from "./store.ts";

/** What a participant's part brought; kept with the order. */
export type Facts = { readonly allocations?: readonly Allocation[]; readonly heldUntil?: Date };

/** One part of a checkout in another service. Every call goes by a key that was made with the order, so each may be repeated. */
export type Participant = {
  readonly name: string;
  /** Does its part; before the point of no return. */
  prepare(order: OrderRow, ctx: Ctx): Promise<Outcome & { readonly facts?: Facts }>;
  /** Makes its part permanent, once every part is prepared. */
  settle?(order: OrderRow, ctx: Ctx): Promise<Outcome>;
  /** Takes its part back, whether it happened, half happened or never did; a `prepare` that arrives later must find it undone.
   *  `refused`: it can't be undone any more (the goods left). */
  undo(order: OrderRow, ctx: Ctx): Promise<"undone" | "refused">;
};

const CALL = { timeoutMs: 4_000 } as const;

const stock: Participant = {
  name: "stock",
  async prepare(order, ctx) {
    const lines = order.quote.lines.map(({ sku, quantity }) => ({ sku, quantity }));
    const ids = { reservationId: order.reservation_id, orderId: order.id };
    try {
      const held = await ctx.call(
        inventory.reserve,
        { ...ids, lines, ttlSeconds: ctx.setting(reservationSeconds), country: order.country },
        CALL,
      );
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
      await ctx.call(inventory.pin, { reservationId: order.reservation_id }, CALL);
      return { kind: "done" };
    } catch (error) {
      if (isLost(error) || inventoryRefuse.RESERVATION_NOT_FOUND.is(error))
        return { kind: "refused", failure: { code: "reservation_expired" } };
      throw error;
    }
  },
  async undo(order, ctx) {
    await ctx.call(inventory.release, { reservationId: order.reservation_id }, CALL);
    return "undone";
  },
};

function isLost(error: unknown): boolean {
  return inventoryRefuse.RESERVATION_EXPIRED.is(error) || inventoryRefuse.RESERVATION_RELEASED.is(error);
}

const payment: Participant = {
  name: "payment",
  async prepare(order, ctx) {
    if (order.total_minor === 0) return { kind: "done" };
    const answer = await ctx.call(
      payments.authorise,
      {
        paymentId: order.payment_id,
        orderId: order.id,
        amount: order.quote.total,
        token: order.payment_token ?? "spent",
        ...(order.return_url === null ? {} : { returnUrl: order.return_url }),
      },
      CALL,
    );
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
  /** Voids what is held; gives back what was taken. */
  async undo(order, ctx) {
    if (order.total_minor === 0) return "undone";
    try {
      await ctx.call(payments.void, { paymentId: order.payment_id }, CALL);
    } catch (error) {
      if (!paymentsRefuse.PAYMENT_ALREADY_CAPTURED.is(error)) throw error;
      await giveBack(order, ctx);
    }
    return "undone";
  },
};

async function giveBack(order: OrderRow, ctx: Ctx): Promise<void> {
  const { refundable } = await ctx.call(payments.getPayment, { paymentId: order.payment_id }, CALL);
  if (refundable.amountMinor === 0) return;
  const reason = order.cancel_reason ?? order.failure?.code ?? "order cancelled";
  await ctx.call(
    payments.refund,
    { refundId: order.refund_id, paymentId: order.payment_id, amount: refundable, reason },
    CALL,
  );
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
    if (order.confirmed_at === null) return "undone";
    try {
      await ctx.call(shipping.cancelShipments, { orderId: order.id }, CALL);
      return "undone";
    } catch (error) {
      if (shippingRefuse.SHIPMENT_ALREADY_DISPATCHED.is(error)) return "refused";
      throw error;
    }
  },
};

/** In the order of doing; undone from the end. */
export const participants: readonly Participant[] = [stock, payment, parcels];
