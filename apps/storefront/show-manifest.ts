import type { WebAnswer } from "#platform/service";
import { processSettings } from "#platform/process-settings";
import type { Visit } from "./shop-page.ts";

/** What the shop is as an app on a home screen: one for each place, so that it opens in the shopper's own. */
export async function showManifest({ ctx, place, texts, href }: Visit): Promise<WebAnswer> {
  const name = ctx.setting(processSettings.shopName);
  const icon = { sizes: "any", type: "image/svg+xml" };
  const manifest = {
    id: href("/"),
    name,
    short_name: name,
    description: texts.hero.lead,
    lang: place.locale,
    start_url: href("/"),
    scope: "/",
    display: "standalone",
    background_color: "#fbfaf7",
    theme_color: "#fbfaf7",
    icons: [
      { src: "/favicon.svg", purpose: "any", ...icon },
      { src: "/icon-maskable.svg", purpose: "maskable", ...icon },
    ],
    shortcuts: [
      { name: texts.allGoods, url: href("/products") },
      { name: texts.cartTitle, url: href("/cart") },
    ],
  };
  return { contentType: "application/manifest+json; charset=utf-8", body: JSON.stringify(manifest) };
}
