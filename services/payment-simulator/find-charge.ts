import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { changeCharge, told } from "./change-charge.ts";
import type { paymentSimulator } from "./contract.ts";

/** The charge as it is now, after whatever was due; null when the provider never heard of the key. */
export async function findCharge(
  input: Input<typeof paymentSimulator.findCharge>,
  ctx: Ctx,
): Promise<Output<typeof paymentSimulator.findCharge>> {
  const charge = await changeCharge(ctx, input.key, (present) => present);
  return { charge: charge === undefined ? null : told(ctx, charge) };
}
