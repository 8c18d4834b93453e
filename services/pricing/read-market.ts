import type { Input, Output } from "#kernel/contract";
import type { Event } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import { refuse, type Market, type pricing } from "./contract.ts";
import type { MarketChanged } from "./events.ts";
import { findMarket, findMarkets } from "./store.ts";

const ttlMs = 5 * 60_000;

export function getMarket(input: Input<typeof pricing.getMarket>, ctx: Ctx): Promise<Output<typeof pricing.getMarket>> {
  return readMarket(ctx, input.code);
}

export async function listMarkets(
  _input: Input<typeof pricing.listMarkets>,
  ctx: Ctx,
): Promise<Output<typeof pricing.listMarkets>> {
  return { items: await findMarkets(ctx.db, ctx.store) };
}

/** The market called `code`, from the cache mostly. Refuses MARKET_NOT_FOUND. */
export async function readMarket(ctx: Ctx, code: string): Promise<Market> {
  const market = await ctx.cache.read(keyOf(ctx.store, code), {
    ttlMs,
    load: async () => {
      const value = await findMarket(ctx.db, ctx.store, code);
      return value === undefined ? { value } : { value, version: value.version };
    },
  });
  if (market === undefined) throw refuse.MARKET_NOT_FOUND({ market: code });
  return market;
}

export async function forgetMarket(event: Event<typeof MarketChanged>, ctx: Ctx): Promise<void> {
  ctx.cache.invalidate(keyOf(event.store, event.data.code), event.data.version);
}

function keyOf(store: string, code: string): string {
  return `market:${store}/${code}`;
}
