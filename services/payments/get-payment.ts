import type { Input, Output } from "#kernel/contract";
import type { Id } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import { refuse, type payments } from "./contract.ts";
import type { Payment } from "./model/payment.ts";
import { paymentView } from "./model/payment-view.ts";
import { findPayment } from "./store.ts";

/** The payment's present state. */
export async function getPayment(
  input: Input<typeof payments.getPayment>,
  ctx: Ctx,
): Promise<Output<typeof payments.getPayment>> {
  return paymentView(await getKnownPayment(ctx, input.paymentId));
}

/** The payment; refuses PAYMENT_NOT_FOUND, also for an id of which only a void is known. */
export async function getKnownPayment(ctx: Ctx, paymentId: Id<"payment">): Promise<Payment> {
  const found = await findPayment(ctx.db, paymentId);
  if (found === undefined || found === "tombstone") throw refuse.PAYMENT_NOT_FOUND({ paymentId });
  return found;
}
