import { newId } from "#kernel/id";
import { payments } from "#payments/contract";
import { replace } from "./participants.ts";

/** Each try of a charge has an id of its own, and the answer to the first is lost. */
const tried = new Set<string>();
replace("payment", (payment) => ({
  ...payment,
  prepare: async (order, ctx) => {
    if (tried.has(order.id)) return payment.prepare(order, ctx);
    tried.add(order.id);
    const card = { number: "4242424242424242", expiryMonth: 12, expiryYear: 2040, cvc: "123" };
    const { token } = await ctx.call(payments.createPaymentToken, card);
    await payment.prepare({ ...order, payment_id: newId("payment"), payment_token: token }, ctx);
    throw new Error("planted: the answer is lost");
  },
}));
