import type { Ctx } from "#platform/ctx";
import { pricing, type Market } from "#pricing/contract";

/** A market in one of its languages: what a page is made for, and where it stands. */
export type ShopPlace = {
  /** Empty for the home market's first language: its pages stand at the root. */
  readonly code: string;
  readonly market: string;
  /** In its language, where it is simply that of its country. */
  readonly marketName: string;
  /** ISO 3166-1 alpha-2: where its shoppers are unless they say otherwise. */
  readonly country: string;
  readonly currency: string;
  /** BCP 47. */
  readonly locale: string;
  /** What search engines call the place: `de-DE`. */
  readonly hreflang: string;
  /** What its language calls itself: `Deutsch`. */
  readonly language: string;
  readonly pricesIncludeTax: boolean;
};

const TTL_MS = 60_000;

/** Every market in each of its languages, the home market's first language first. */
export async function readPlaces(ctx: Ctx): Promise<readonly ShopPlace[]> {
  return ctx.cache.read("places", {
    ttlMs: TTL_MS,
    load: async () => {
      const { items } = await ctx.call(pricing.listMarkets, {});
      return { value: placesOf(items, ctx.market) };
    },
  });
}

/** `gb` in English at the root, `/de` for Germany in German, `/de-en` for Germany in English. */
export function placesOf(markets: readonly Market[], home: string): readonly ShopPlace[] {
  const sorted = markets.toSorted((a, b) => Number(b.code === home) - Number(a.code === home));
  return sorted.flatMap((market) =>
    market.locales.map((locale, index) => ({
      code: index > 0 ? `${market.code}-${languageOf(locale)}` : market.code === home ? "" : market.code,
      market: market.code,
      marketName: nameIn(locale, market),
      country: market.country,
      currency: market.currency,
      locale,
      hreflang: `${languageOf(locale)}-${market.country}`,
      language: languageName(locale),
      pricesIncludeTax: market.tax.isIncluded,
    })),
  );
}

/** A market that is called as its country is called so in every language. */
function nameIn(locale: string, { name, country }: Market): string {
  const inLanguage = (language: string) => new Intl.DisplayNames(language, { type: "region" }).of(country);
  return (inLanguage("en") === name ? inLanguage(locale) : undefined) ?? name;
}

/** `de` of `de-DE`. */
export function languageOf(locale: string): string {
  return locale.split("-")[0]!.toLowerCase();
}

function languageName(locale: string): string {
  const name = new Intl.DisplayNames(locale, { type: "language" }).of(languageOf(locale)) ?? locale;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The address of a path of the shop in a place: `/de/cart`. */
export function hrefIn({ code }: Pick<ShopPlace, "code">, path: string): string {
  if (code === "") return path;
  return path === "/" ? `/${code}` : `/${code}${path}`;
}
