import type { Output } from "#kernel/contract";
import { catalog } from "#catalog/contract";
import type { Ctx } from "#platform/ctx";
import { isSoldIn } from "./goods-pieces.ts";
import type { ShopPlace } from "./places.ts";
import type { Visit } from "./shop-page.ts";

type Product = Output<typeof catalog.getProduct>;
type InPlace = (place: ShopPlace) => boolean;

const OPEN_TTL_MS = 3_600_000;
const SOLD_TTL_MS = 600_000;

/** Tells in which places anything is sold. A question for each market, and none for an hour or until prices change. */
export async function readOpenPlaces(ctx: Ctx, places: readonly ShopPlace[]): Promise<InPlace> {
  const isOpen = await ctx.cache.read("open-markets", {
    ttlMs: OPEN_TTL_MS,
    load: async () => {
      const firsts = new Map(places.toReversed().map((place) => [place.market, place]));
      const asked = [...firsts.values()].map(async ({ market, locale, currency }) => {
        const { items } = await ctx.call(catalog.listProducts, { limit: 1 }, { market, locale, currency });
        return [market, items.length > 0] as const;
      });
      return { value: new Map(await Promise.all(asked)) };
    },
  });
  return ({ market }) => isOpen.get(market) === true;
}

/** Tells in which places a product is sold; everywhere, as long as that cannot be told. One question for all of them, asked anew once prices
 *  change. */
export async function readWhereSold(visit: Visit, { productId }: Pick<Product, "productId">): Promise<InPlace> {
  try {
    const codes = await visit.ctx.cache.read(`sold:${productId}`, {
      ttlMs: SOLD_TTL_MS,
      load: async () => {
        const source = await visit.call(catalog.getProductSource, { productId }, { timeoutMs: 1_000 });
        const sold = visit.places.filter((place) => isSoldIn(source, place));
        return { value: new Set(sold.map(({ code }) => code)), version: source.version };
      },
    });
    return ({ code }) => codes.has(code);
  } catch (error) {
    visit.ctx.log.warn({ err: error }, "alternates name every place");
    return () => true;
  }
}
