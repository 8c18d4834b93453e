import { newId } from "#kernel/id";
import type { Input, Output } from "#kernel/contract";
import { refuse } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import type { gateway } from "./contract.ts";
import { guestTokenDays, staffTokenHours } from "./settings.ts";
import { tokens } from "./tokens.ts";

/** A new guest and a token for it. */
export async function createGuestToken(
  _input: Input<typeof gateway.createGuestToken>,
  ctx: Ctx,
): Promise<Output<typeof gateway.createGuestToken>> {
  const guestId = newId("guest");
  const expiresAt = new Date(ctx.now.getTime() + ctx.setting(guestTokenDays) * 86_400_000);
  const token = await ctx.resource(tokens).issue({ kind: "guest", id: guestId }, expiresAt);
  return { token, guestId, expiresAt: expiresAt.toISOString() };
}

/** Who is in a token that came to another service, in a cookie. */
export async function identify(
  { token }: Input<typeof gateway.identify>,
  ctx: Ctx,
): Promise<Output<typeof gateway.identify>> {
  try {
    return { actor: await ctx.resource(tokens).verify(token, ctx.now) };
  } catch (error) {
    if (refuse.UNAUTHENTICATED.is(error)) return { actor: null };
    throw error;
  }
}

/** A token of the shop's staff, for whoever can reach the operators' port or the console. */
export async function issueStaffToken(ctx: Ctx): Promise<string> {
  const expiresAt = new Date(ctx.now.getTime() + ctx.setting(staffTokenHours) * 3_600_000);
  return ctx.resource(tokens).issue({ kind: "staff", id: "owner" }, expiresAt);
}
