import type { Input, Output } from "#kernel/contract";
import { money } from "#kernel/money";
import type { Ctx } from "#platform/ctx";
import type { payments } from "./contract.ts";
import { balancesOf } from "./model/ledger.ts";
import { isMoving } from "./model/next-step.ts";
import { paymentView } from "./model/payment-view.ts";
import { findPaymentsOf } from "./store.ts";

/** Every payment of these orders, with what the shop has and holds of it. */
export async function getMoneyOfOrders(
  { orderIds }: Input<typeof payments.getMoneyOfOrders>,
  ctx: Ctx,
): Promise<Output<typeof payments.getMoneyOfOrders>> {
  const found = await findPaymentsOf(ctx.db, orderIds);
  return {
    payments: found.map((payment) => {
      const { paymentId, orderId, status, amount, captured, refunded, updatedAt } = paymentView(payment);
      const held = money(balancesOf(payment).held, amount.currency);
      return { paymentId, orderId, status, amount, captured, refunded, held, isMoving: isMoving(payment), updatedAt };
    }),
  };
}
