import type { Input, Output } from "#kernel/contract";
import type { Refusal } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { brokenConstraint } from "#platform/database";
import { changeCharge, told } from "./change-charge.ts";
import { refuse, type paymentSimulator } from "./contract.ts";
import { refundableMinor, refundCharge, type ChargeRecord } from "./model/charge.ts";

type Request = Input<typeof paymentSimulator.refund>;

/** Gives money back, once per refund key, never more than was captured. */
export async function refund(input: Request, ctx: Ctx): Promise<Output<typeof paymentSimulator.refund>> {
  let problem: Refusal | undefined;
  const charge = await changeCharge(ctx, input.key, (present) => {
    const after = refunded(present, input, ctx.now);
    problem = "code" in after ? after : undefined;
    return "code" in after ? present : after;
  }).catch((error: unknown) => {
    if (brokenConstraint(error) === "charge_refund_pkey") throw refuse.KEY_REUSED({ key: input.refundKey });
    throw error;
  });
  if (charge === undefined) throw refuse.CHARGE_NOT_FOUND({ key: input.key });
  if (problem !== undefined) throw problem;
  return told(ctx, charge);
}

function refunded(charge: ChargeRecord, input: Request, now: Date): ChargeRecord | Refusal {
  const earlier = charge.refunds.find((one) => one.key === input.refundKey);
  const { amountMinor, currency } = input.amount;
  if (earlier !== undefined)
    return earlier.amountMinor === amountMinor ? charge : refuse.KEY_REUSED({ key: input.refundKey });
  const after =
    currency === charge.amount?.currency ? refundCharge(charge, { key: input.refundKey, amountMinor }, now) : undefined;
  return after ?? refuse.REFUND_TOO_LARGE({ key: input.key, refundableMinor: refundableMinor(charge) });
}
