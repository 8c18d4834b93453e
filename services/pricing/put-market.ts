import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type pricing } from "./contract.ts";
import { MarketChanged } from "./events.ts";
import { findMarket, saveMarket } from "./store.ts";

/** Creates or replaces a market and tells it. The same facts again change nothing and are not told. */
export function putMarket(input: Input<typeof pricing.putMarket>, ctx: Ctx): Promise<Output<typeof pricing.putMarket>> {
  const { expectedVersion, ...facts } = input;
  return ctx.db.transaction(async (tx) => {
    const saved = await saveMarket(tx, ctx.store, facts, expectedVersion);
    if (saved !== undefined) {
      ctx.publish(tx, MarketChanged, { code: saved.code, version: saved.version }, { subjectVersion: saved.version });
      return saved;
    }
    const present = await findMarket(tx, ctx.store, facts.code);
    const isConflict = present === undefined || (expectedVersion !== undefined && expectedVersion !== present.version);
    if (isConflict) throw refuse.MARKET_CHANGED({ market: facts.code, version: present?.version ?? 0 });
    return present;
  });
}
