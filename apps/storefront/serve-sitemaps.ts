import { refuse } from "#kernel/refusal";
import { catalog } from "#catalog/contract";
import type { Ctx } from "#platform/ctx";
import { processSettings } from "#platform/process-settings";
import type { WebPage } from "#platform/service";
import { fileNameOf, isSoldIn, readFileName, readGoods, readPieces } from "./goods-pieces.ts";
import { inLocale } from "./in-locale.ts";
import { answerFile } from "./kept-files.ts";
import { hrefIn, readPlaces, type ShopPlace } from "./places.ts";
import { readOpenPlaces } from "./sold-where.ts";
import { SITEMAP_END, SITEMAP_HEAD, sitemapEntry, sitemapIndex } from "./sitemap-xml.ts";
import { textsIn } from "./texts.ts";

const contentType = "application/xml; charset=utf-8";

export const sitemapPage: WebPage = {
  method: "GET",
  path: "/sitemap.xml",
  port: "public",
  summary: "Which lists of pages there are for search engines",
  handle: (request, ctx) => answerFile(request, ctx, { name: "sitemap.xml", contentType, make: makeIndex }),
};

/** `gb-en.0.xml` lists the pages that are no product's, `gb-en.1.xml` and those after it the products, where any are sold. */
export const sitemapPartPage: WebPage = {
  method: "GET",
  path: "/sitemaps/:file",
  port: "public",
  summary: "Pages of one market and language for search engines",
  handle: async (request, ctx) => {
    const places = await readPlaces(ctx);
    const asked = readFileName(request.parameters["file"] ?? "", places, 0);
    if (asked === undefined) throw refuse.NOT_FOUND();
    const { place, number } = asked;
    const name = `sitemaps/${fileNameOf(place)}.${number}.xml`;
    if (number === 0) return answerFile(request, ctx, { name, contentType, make: (own) => listPages(own, place) });
    const [pieces, isOpen] = await Promise.all([readPieces(ctx), readOpenPlaces(ctx, places)]);
    if (number > pieces.length || !isOpen(place)) throw refuse.NOT_FOUND();
    const make = (own: Ctx) => listGoods(own, place, pieces[number - 1]);
    return answerFile(request, ctx, { name, contentType, make });
  },
};

async function* makeIndex(ctx: Ctx): AsyncGenerator<string> {
  const [places, pieces] = await Promise.all([readPlaces(ctx), readPieces(ctx)]);
  const isOpen = await readOpenPlaces(ctx, places);
  const origin = ctx.setting(processSettings.publicUrl);
  const addresses = places.flatMap((place) =>
    [0, ...(isOpen(place) ? pieces.keys().map((index) => index + 1) : [])].map(
      (number) => `${origin}/sitemaps/${fileNameOf(place)}.${number}.xml`,
    ),
  );
  yield sitemapIndex(addresses);
}

async function* listPages(ctx: Ctx, place: ShopPlace): AsyncGenerator<string> {
  const [places, { items }] = await Promise.all([readPlaces(ctx), ctx.call(catalog.listCategories, {})]);
  const origin = ctx.setting(processSettings.publicUrl);
  const words = Object.keys(textsIn(place.locale).pages).map((page) => `/pages/${page}`);
  const categories = items.map(({ path }) => `/categories/${path}`);
  yield SITEMAP_HEAD;
  for (const path of ["/", "/products", ...categories, ...words])
    yield sitemapEntry({
      address: origin + hrefIn(place, path),
      places: places.map((other) => ({ place: other, address: origin + hrefIn(other, path) })),
    });
  yield SITEMAP_END;
}

async function* listGoods(ctx: Ctx, place: ShopPlace, start: string | undefined): AsyncGenerator<string> {
  const places = await readPlaces(ctx);
  const origin = ctx.setting(processSettings.publicUrl);
  const home = places[0]!.locale;
  yield SITEMAP_HEAD;
  for await (const goods of readGoods(ctx, start)) {
    const entries = goods
      .filter((one) => isSoldIn(one, place))
      .map((one) => {
        const addressIn = (other: ShopPlace) =>
          `${origin}${hrefIn(other, `/products/${inLocale(one.texts, { locale: other.locale, home })!.slug}`)}`;
        const soldIn = places.filter((other) => isSoldIn(one, other));
        return sitemapEntry({
          address: addressIn(place),
          changedAt: one.updatedAt,
          places: soldIn.map((other) => ({ place: other, address: addressIn(other) })),
        });
      });
    yield entries.join("");
  }
  yield SITEMAP_END;
}
