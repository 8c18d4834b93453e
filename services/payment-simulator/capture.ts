import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { changeCharge, told } from "./change-charge.ts";
import { refuse, type paymentSimulator } from "./contract.ts";
import { captureCharge } from "./model/charge.ts";

/** Takes the held amount, once; a repeat with the same amount answers the same. */
export async function capture(
  input: Input<typeof paymentSimulator.capture>,
  ctx: Ctx,
): Promise<Output<typeof paymentSimulator.capture>> {
  let problem: string | undefined;
  const charge = await changeCharge(ctx, input.key, (present) => {
    const after = captureCharge(present, input.amount, ctx.now);
    problem = typeof after === "string" ? after : undefined;
    return typeof after === "string" ? present : after;
  });
  if (charge === undefined) throw refuse.CHARGE_NOT_FOUND({ key: input.key });
  if (problem !== undefined) throw refuse.CHARGE_NOT_CAPTURABLE({ key: input.key, code: problem });
  return told(ctx, charge);
}
