import { processSettings } from "#platform/process-settings";
import { hrefIn, type ShopPlace } from "./places.ts";
import { featuredCategory } from "./settings.ts";
import type { Visit } from "./shop-page.ts";
import type { Texts } from "./texts.ts";
import { findAsset } from "./views.ts";

export type Link = { readonly href: string; readonly text: string };

/** What stands around every page. */
export type Frame = {
  readonly texts: Texts;
  readonly place: ShopPlace;
  readonly shopName: string;
  /** The top of the category tree, but for what is featured. */
  readonly categories: readonly Link[];
  /** The same page in every market and language. A twin is one that search engines shall know of. */
  readonly places: readonly (Link & {
    readonly code: string;
    readonly hreflang: string;
    readonly isHere: boolean;
    readonly isTwin: boolean;
  })[];
  /** Absolute addresses, for search engines. */
  readonly canonical: string;
  readonly origin: string;
  /** https://ogp.me: `de_DE`. */
  readonly ogLocale: string;
  readonly stylesheet: string;
  readonly script: string;
  readonly touchIcon: string;
  href(path: string): string;
};

/** The frame of a page. `pathIn` tells its path in a place, for search engines: without what only sorts or pages; `isTwin` whether it has
 *  something to show there. */
export async function frameOf(
  visit: Visit,
  pathIn: (place: ShopPlace) => string = () => visit.path,
  isTwin: (place: ShopPlace) => boolean = () => true,
): Promise<Frame> {
  const { texts, place, places, href, ctx } = visit;
  const featured = ctx.setting(featuredCategory);
  const tops = (await visit.categories()).filter(({ path }) => !path.includes("/") && path !== featured);
  const origin = ctx.setting(processSettings.publicUrl);
  return {
    texts,
    place,
    shopName: ctx.setting(processSettings.shopName),
    categories: tops.map((category) => ({ href: href(`/categories/${category.path}`), text: category.name })),
    places: places.map((other) => ({
      code: other.code,
      href: hrefIn(other, pathIn(other)),
      text: `${other.marketName} · ${other.language} · ${other.currency}`,
      hreflang: other.hreflang,
      isHere: other.code === place.code,
      isTwin: isTwin(other),
    })),
    canonical: origin + href(pathIn(place)),
    origin,
    ogLocale: place.hreflang.replace("-", "_"),
    stylesheet: await findAsset("styles.css"),
    script: await findAsset("main.js"),
    touchIcon: await findAsset("touch-icon.png"),
    href,
  };
}
