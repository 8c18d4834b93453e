import { refuse } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { maximumLines, maximumQuantity, type CartSummary } from "./contract.ts";
import { timeToLive } from "./settings.ts";
import type { Owner, Stamp } from "./store.ts";

export const limits = { lines: maximumLines, quantity: maximumQuantity } as const;

/** What a cart that is not there sums up to. */
export const nothing: CartSummary = { cartId: null, version: 0, lineCount: 0, itemCount: 0 };

/** The shopper on whose behalf this runs. Refuses UNAUTHENTICATED for anybody else. */
export function ownerOf(ctx: Ctx): Owner {
  const { actor, store } = ctx;
  if (actor.kind !== "guest" && actor.kind !== "customer") throw refuse.UNAUTHENTICATED();
  return { store, kind: actor.kind, id: actor.id };
}

export function stampOf(ctx: Ctx): Stamp {
  const expiresAt = new Date(ctx.now.getTime() + ctx.setting(timeToLive) * 1_000);
  return { market: ctx.market, now: ctx.now, expiresAt };
}
