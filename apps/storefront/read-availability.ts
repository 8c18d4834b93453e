import { inventory } from "#inventory/contract";
import type { Visit } from "./shop-page.ts";

export type Availability = "in" | "low" | "out" | "unknown";

/** What is left of these SKUs, in a word. Unknown while the stock cannot be asked: a page without it is better than none. */
export async function readAvailability(
  visit: Visit,
  skus: readonly string[],
): Promise<ReadonlyMap<string, Availability>> {
  if (skus.length === 0) return new Map();
  try {
    const { items } = await visit.call(inventory.getAvailability, { skus: [...new Set(skus)] }, { timeoutMs: 1_000 });
    return new Map(items.map(({ sku, availability }) => [sku, availability]));
  } catch (error) {
    visit.ctx.log.warn({ err: error }, "availability is not shown");
    return new Map();
  }
}

/** The best that any of the SKUs has. */
export function bestOf(skus: readonly string[], known: ReadonlyMap<string, Availability>): Availability {
  const all = skus.map((sku) => known.get(sku) ?? "unknown");
  return (["in", "low", "unknown", "out"] as const).find((one) => all.includes(one)) ?? "unknown";
}
