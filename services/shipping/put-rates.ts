import type { Input, Output } from "#kernel/contract";
import { refuse as platformRefuse } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { refuse, type shipping } from "./contract.ts";
import { RatesChanged } from "./events.ts";
import { findRateFaults } from "./model/rates.ts";
import { findRates, saveRates } from "./store.ts";

/** Replaces the rates of a currency and tells it. The same table again changes nothing and is not told. */
export async function putRates(
  input: Input<typeof shipping.putRates>,
  ctx: Ctx,
): Promise<Output<typeof shipping.putRates>> {
  const { expectedVersion, currency, zones } = input;
  const faults = findRateFaults({ currency, zones });
  if (faults.length > 0) throw platformRefuse.INVALID_INPUT({ errors: [...faults] });
  return ctx.db.transaction(async (tx) => {
    const saved = await saveRates(tx, ctx.store, { currency, zones }, expectedVersion);
    if (saved !== undefined) {
      ctx.publish(tx, RatesChanged, { currency, version: saved.version }, { subjectVersion: saved.version });
      return saved;
    }
    const present = await findRates(tx, ctx.store, currency);
    const isConflict = present === undefined || (expectedVersion !== undefined && expectedVersion !== present.version);
    if (isConflict) throw refuse.RATES_CHANGED({ currency, version: present?.version ?? 0 });
    return present;
  });
}
