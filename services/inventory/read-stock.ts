import type { Input, Output } from "#kernel/contract";
import type { Event } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import { refuse, SHOWN_AT_MOST, type inventory } from "./contract.ts";
import type { AvailabilityChanged, StockChanged, StockReleased, StockReserved } from "./events.ts";
import { findItems } from "./store.ts";
import type { Item } from "./model/stock.ts";

const TTL_MS = 10 * 60_000;

/** How much of a SKU can be bought; exact up to SHOWN_AT_MOST. From the cache, which follows every change of stock. */
export async function getStock(
  { sku }: Input<typeof inventory.getStock>,
  ctx: Ctx,
): Promise<Output<typeof inventory.getStock>> {
  const [item] = await readItems(ctx, [sku]);
  if (item === undefined) throw refuse.SKU_NOT_FOUND({ sku });
  const { availability, available } = item;
  return { sku, availability, available: Math.min(available, SHOWN_AT_MOST), isAtLeast: available > SHOWN_AT_MOST };
}

/** What is available of many SKUs. From the cache: at most an event's travel behind, so a promise is only made by reserve. */
export async function getAvailability(
  input: Input<typeof inventory.getAvailability>,
  ctx: Ctx,
): Promise<Output<typeof inventory.getAvailability>> {
  const skus = [...new Set(input.skus)];
  const found = await readItems(ctx, skus);
  const items = skus.map((sku, index) => {
    const { availability, available } = found[index] ?? { availability: "out" as const, available: 0 };
    return { sku, availability, available };
  });
  return { items };
}

/** Forgets what is cached of a SKU whose availability changed. */
export async function forgetItem(event: Event<typeof AvailabilityChanged>, ctx: Ctx): Promise<void> {
  ctx.cache.invalidate(keyOf(event.data.sku));
}

/** Forgets what is cached of SKUs whose quantity changed. */
export async function forgetLines(
  event: Event<typeof StockReserved | typeof StockReleased | typeof StockChanged>,
  ctx: Ctx,
): Promise<void> {
  for (const { sku } of event.data.lines) ctx.cache.invalidate(keyOf(sku));
}

function readItems(ctx: Ctx, skus: readonly string[]): Promise<(Item | undefined)[]> {
  return ctx.cache.readMany(skus.map(keyOf), {
    ttlMs: TTL_MS,
    load: async (keys) => {
      const items = await findItems(
        ctx.db,
        keys.map((key) => key.slice(PREFIX.length)),
      );
      return new Map(items.map((item) => [keyOf(item.sku), { value: item, version: item.version }]));
    },
  });
}

const PREFIX = "stock:";

function keyOf(sku: string): string {
  return `${PREFIX}${sku}`;
}
