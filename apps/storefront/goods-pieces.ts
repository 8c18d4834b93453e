import type { Output } from "#kernel/contract";
import { catalog } from "#catalog/contract";
import type { Ctx } from "#platform/ctx";
import { languageOf, type ShopPlace } from "./places.ts";

export type Goods = Output<typeof catalog.exportProducts>["items"][number];

/** Products in one file for machines: no address of it costs more than the reading of so many. */
const PIECE = 5_000;
const PAGE = 100;
const TTL_MS = 3_600_000;

/** Where the files of goods begin; the first is always there. */
export async function readPieces(ctx: Ctx): Promise<readonly (string | undefined)[]> {
  return ctx.cache.read("pieces", {
    ttlMs: TTL_MS,
    load: async () => {
      const { cursors } = await ctx.call(catalog.splitExport, { size: PIECE });
      return { value: [undefined, ...cursors] };
    },
  });
}

/** The goods of a piece that are on sale, page by page. */
export async function* readGoods(ctx: Ctx, start: string | undefined): AsyncGenerator<readonly Goods[]> {
  let cursor = start;
  for (let read = 0; read < PIECE; read += PAGE) {
    const page = await ctx.call(catalog.exportProducts, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    yield page.items.filter(({ status, texts }) => status === "active" && Object.keys(texts).length > 0);
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

/** Claims that a market has a price for it. */
export function isSoldIn({ variants }: Goods, { market }: Pick<ShopPlace, "market">): boolean {
  return variants.some(({ prices }) => prices.some((price) => price.market === market));
}

/** What the files of a place are called: `de-en` for Germany in English. */
export function fileNameOf({ market, locale }: Pick<ShopPlace, "market" | "locale">): string {
  return `${market}-${languageOf(locale)}`;
}

const FILE = /^([a-z\d-]+?)(?:\.(\d{1,5}))?\.xml$/;

/** The place and the number of `de-en.2.xml`; without a number `first`. Undefined when it is no name of a file of ours. */
export function readFileName<Place extends Pick<ShopPlace, "market" | "locale">>(
  name: string,
  places: readonly Place[],
  first: number,
): { readonly place: Place; readonly number: number } | undefined {
  const [, called, number] = FILE.exec(name) ?? [];
  const place = places.find((one) => fileNameOf(one) === called);
  return place === undefined ? undefined : { place, number: number === undefined ? first : Number(number) };
}
