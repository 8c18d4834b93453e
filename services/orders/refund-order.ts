import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { payments, refuse as paymentsRefuse } from "#payments/contract";
import { orders, refuse } from "./contract.ts";
import { getOwnOrder } from "./read-orders.ts";

/** Gives back part of what was captured. The order stays; its payment state follows the payment's events. */
export async function refundOrder(
  input: Input<typeof orders.refundOrder>,
  ctx: Ctx,
): Promise<Output<typeof orders.refundOrder>> {
  const order = await getOwnOrder(input.orderId, ctx);
  const { refundId, amount, reason } = input;
  const nothing = { amountMinor: 0, currency: order.currency };
  if (amount.currency !== order.currency) throw refuse.ORDER_NOT_REFUNDABLE({ field: "amount", refundable: nothing });
  try {
    const refund = await ctx.call(payments.refund, { refundId, paymentId: order.payment_id, amount, reason });
    return { refundId, status: refund.status, amount: refund.amount };
  } catch (error) {
    const isTooMuch = paymentsRefuse.REFUND_EXCEEDS_CAPTURED.is(error);
    if (isTooMuch) throw refuse.ORDER_NOT_REFUNDABLE({ field: "amount", refundable: error.data.refundable });
    if (paymentsRefuse.PAYMENT_NOT_FOUND.is(error))
      throw refuse.ORDER_NOT_REFUNDABLE({ field: "amount", refundable: nothing });
    throw error;
  }
}
