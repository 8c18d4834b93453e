import type { Ctx } from "#platform/ctx";
import { changeCharge } from "./change-charge.ts";
import { deleteTokensExpiredBefore, findDueKeys } from "./store.ts";

/** Lets happen what is due: slow answers, ends of challenges and of authorisations. Forgets tokens that ran out. */
export async function settleDueCharges(ctx: Ctx): Promise<void> {
  for (const key of await findDueKeys(ctx.db, ctx.now)) await changeCharge(ctx, key, (charge) => charge);
  await deleteTokensExpiredBefore(ctx.db, ctx.now);
}
