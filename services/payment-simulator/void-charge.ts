import type { Input, Output } from "#kernel/contract";
import { newId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import { changeCharge, told } from "./change-charge.ts";
import { refuse, type paymentSimulator } from "./contract.ts";
import { tombstone, voidCharge } from "./model/charge.ts";
import { insertCharge } from "./store.ts";

/** Lets a charge go. An unknown key gets a tombstone, so that a charge that arrives later is answered `voided`. */
export async function voidByKey(
  input: Input<typeof paymentSimulator.void>,
  ctx: Ctx,
): Promise<Output<typeof paymentSimulator.void>> {
  const { store, market, now } = ctx;
  const stone = tombstone({ key: input.key, chargeId: newId("charge"), store, market }, now);
  if (await ctx.db.transaction((tx) => insertCharge(tx, stone))) return told(ctx, stone);
  const charge = await changeCharge(ctx, input.key, (present) => voidCharge(present, now) ?? present);
  if (charge === undefined || charge.status === "captured") throw refuse.CHARGE_ALREADY_CAPTURED({ key: input.key });
  return told(ctx, charge);
}
