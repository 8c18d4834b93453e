import { refuse } from "#kernel/refusal";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import type { Ctx } from "#platform/ctx";
import { processSettings } from "#platform/process-settings";
import type { WebPage } from "#platform/service";
import { FEED_END, feedHead, feedItem, type FeedItem } from "./feed-xml.ts";
import { fileNameOf, readFileName, readGoods, readPieces, type Goods } from "./goods-pieces.ts";
import { inLocale } from "./in-locale.ts";
import { answerFile } from "./kept-files.ts";
import { outsidePictureOf } from "./picture-of.ts";
import { hrefIn, readPlaces, type ShopPlace } from "./places.ts";
import { textsIn } from "./texts.ts";

/** The goods of one market and language as Google Merchant and its like read them: `gb-en.xml`, and `gb-en.2.xml` after it when there are
 *  very many; each names the next. */
export const feedPage: WebPage = {
  method: "GET",
  path: "/feeds/:file",
  port: "public",
  summary: "Goods of one market and language for shopping sites",
  handle: async (request, ctx) => {
    const asked = readFileName(request.parameters["file"] ?? "", await readPlaces(ctx), 1);
    if (asked === undefined || asked.number === 0) throw refuse.NOT_FOUND();
    const { place, number } = asked;
    const pieces = await readPieces(ctx);
    if (number > pieces.length) throw refuse.NOT_FOUND();
    return answerFile(request, ctx, {
      name: addressOf(place, number),
      contentType: "application/rss+xml; charset=utf-8",
      make: (own) => makeFeed(own, { place, number, start: pieces[number - 1], isLast: number === pieces.length }),
    });
  },
};

type Piece = {
  readonly place: ShopPlace;
  readonly number: number;
  readonly start: string | undefined;
  readonly isLast: boolean;
};

async function* makeFeed(ctx: Ctx, { place, number, start, isLast }: Piece): AsyncGenerator<string> {
  const [home] = await readPlaces(ctx);
  const categoryNames = await readCategoryNames(ctx, place);
  const origin = ctx.setting(processSettings.publicUrl);
  yield feedHead({
    title: ctx.setting(processSettings.shopName),
    description: textsIn(place.locale).hero.title,
    link: origin + hrefIn(place, "/"),
    self: origin + addressOf(place, number),
    next: isLast ? undefined : origin + addressOf(place, number + 1),
  });
  for await (const goods of readGoods(ctx, start)) {
    const stocked = await readStocked(ctx, goods, place);
    const items = goods.flatMap((one) => itemsOf(one, { place, origin, home: home!.locale, categoryNames, stocked }));
    yield items.map(feedItem).join("");
  }
  yield FEED_END;
}

function addressOf(place: ShopPlace, number: number): string {
  return `/feeds/${fileNameOf(place)}${number === 1 ? "" : `.${number}`}.xml`;
}

async function readCategoryNames(ctx: Ctx, { market, locale, currency }: ShopPlace) {
  const { items } = await ctx.call(catalog.listCategories, {}, { market, locale, currency });
  return new Map(items.map(({ path, name }) => [path, name]));
}

const MOST_ASKED = 1_000;

/** Those SKUs that can be had. Not guessed: a feed that sells what is not there gets a shop banned. */
async function readStocked(ctx: Ctx, goods: readonly Goods[], place: ShopPlace): Promise<ReadonlySet<string>> {
  const skus = goods.flatMap((one) => soldVariants(one, place).map(({ sku }) => sku));
  const stocked = new Set<string>();
  for (let from = 0; from < skus.length; from += MOST_ASKED) {
    const { items } = await ctx.call(inventory.getAvailability, { skus: skus.slice(from, from + MOST_ASKED) });
    for (const { sku, availability } of items) if (availability !== "out") stocked.add(sku);
  }
  return stocked;
}

type Around = {
  readonly place: ShopPlace;
  readonly origin: string;
  readonly home: string;
  readonly categoryNames: ReadonlyMap<string, string>;
  readonly stocked: ReadonlySet<string>;
};

function itemsOf(goods: Goods, { place, origin, home, categoryNames, stocked }: Around): readonly FeedItem[] {
  const texts = inLocale(goods.texts, { locale: place.locale, home });
  if (texts === undefined) return [];
  const { title, description, slug } = texts;
  const optionNames = goods.options.map(({ name }) => name);
  return soldVariants(goods, place).map(({ sku, options, price }) => ({
    id: sku,
    group: goods.variants.length > 1 ? goods.productId : undefined,
    title: [title, ...optionNames.flatMap((name) => options[name] ?? [])].join(", "),
    description,
    link: `${origin}${hrefIn(place, `/products/${slug}`)}`,
    images: goods.images.map((image) => origin + outsidePictureOf("square", image)),
    price,
    isInStock: stocked.has(sku),
    type: namesOnTheWay(goods.categories[0] ?? "", categoryNames),
  }));
}

function soldVariants({ variants }: Goods, { market }: ShopPlace) {
  return variants.flatMap((variant) => {
    const price = variant.prices.find((one) => one.market === market);
    return price === undefined ? [] : [{ ...variant, price }];
  });
}

/** The names of a category and those above it. */
function namesOnTheWay(path: string, names: ReadonlyMap<string, string>): readonly string[] {
  const parts = path.split("/");
  return parts.flatMap((_, index) => names.get(parts.slice(0, index + 1).join("/")) ?? []);
}
