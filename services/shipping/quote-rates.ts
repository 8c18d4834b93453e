import type { Input, Output } from "#kernel/contract";
import type { Event } from "#kernel/event";
import { money } from "#kernel/money";
import type { Ctx } from "#platform/ctx";
import { refuse, type shipping } from "./contract.ts";
import type { RatesChanged } from "./events.ts";
import { findOffers } from "./model/rates.ts";
import { findRates, type StoredRates } from "./store.ts";

const ttlMs = 5 * 60_000;

/** The ways to ship a weight, cheapest first, titled in the caller's language. */
export async function quoteRates(
  input: Input<typeof shipping.quoteRates>,
  ctx: Ctx,
): Promise<Output<typeof shipping.quoteRates>> {
  const table = await readRates(ctx, input.currency);
  const language = ctx.locale.split("-")[0]!.toLowerCase();
  const offers = table === undefined ? [] : findOffers(table, input);
  return {
    methods: offers.map(({ method, titles, amountMinor, estimatedDays }) => ({
      method,
      title: titles[language] ?? titles["en"] ?? method,
      price: money(amountMinor, input.currency),
      estimatedDays,
    })),
  };
}

export async function getRates(
  input: Input<typeof shipping.getRates>,
  ctx: Ctx,
): Promise<Output<typeof shipping.getRates>> {
  const table = await readRates(ctx, input.currency);
  if (table === undefined) throw refuse.RATES_NOT_FOUND({ currency: input.currency });
  return table;
}

export async function forgetRates(event: Event<typeof RatesChanged>, ctx: Ctx): Promise<void> {
  ctx.cache.invalidate(keyOf(event.store, event.data.currency), event.data.version);
}

function readRates(ctx: Ctx, currency: string): Promise<StoredRates | undefined> {
  return ctx.cache.read(keyOf(ctx.store, currency), {
    ttlMs,
    load: async () => {
      const value = await findRates(ctx.db, ctx.store, currency);
      return value === undefined ? { value } : { value, version: value.version };
    },
  });
}

function keyOf(store: string, currency: string): string {
  return `rates:${store}/${currency}`;
}
