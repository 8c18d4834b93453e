import type { Ctx } from "#platform/ctx";

/** A context to tell of a shipment in its own market, whichever market the staff who move it look at. */
export function ownContext(ctx: Ctx, { market }: { readonly market: string }): Ctx {
  const { store, locale, currency } = ctx;
  return market === ctx.market ? ctx : ctx.detached(1, { store, market, locale, currency });
}
