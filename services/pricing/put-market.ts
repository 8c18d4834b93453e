import type { Input, Output } from "#kernel/contract";
import { refuse as platformRefuse } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { refuse, type pricing } from "./contract.ts";
import { MarketChanged } from "./events.ts";
import { findMarket, saveMarket } from "./store.ts";

/** Creates or replaces a market and tells it. The same facts again change nothing and are not told. */
export async function putMarket(
  input: Input<typeof pricing.putMarket>,
  ctx: Ctx,
): Promise<Output<typeof pricing.putMarket>> {
  const { expectedVersion, ...facts } = input;
  refuseUnknownLanguages(facts.locales);
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

/** Pages, mails and sorting go by these tags: one that is none would break them later, for every shopper of the market. */
function refuseUnknownLanguages(locales: readonly string[]): void {
  const errors = locales.flatMap((locale, at) =>
    isLanguageTag(locale) ? [] : [{ field: `locales.${at}`, message: "is not a language tag (BCP 47), such as en-GB" }],
  );
  if (errors.length > 0) throw platformRefuse.INVALID_INPUT({ errors });
}

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
