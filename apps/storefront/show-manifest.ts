import type { WebAnswer } from "#platform/service";
import { processSettings } from "#platform/process-settings";
import type { Visit } from "./shop-page.ts";
import { findAsset } from "./views.ts";

/** What the shop is as an app on a home screen: one for each place, so that it opens in the shopper's own. */
export async function showManifest({ ctx, place, texts, href }: Visit): Promise<WebAnswer> {
  const name = ctx.setting(processSettings.shopName);
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
    icons: await readIcons(),
    shortcuts: [
      { name: texts.allGoods, url: href("/products") },
      { name: texts.cartTitle, url: href("/cart") },
    ],
  };
  return { contentType: "application/manifest+json; charset=utf-8", body: JSON.stringify(manifest) };
}

/** As drawing, and as pictures for those who read no SVG. */
async function readIcons() {
  const drawing = { sizes: "any", type: "image/svg+xml" };
  const picture = { type: "image/png" };
  return [
    { src: "/favicon.svg", purpose: "any", ...drawing },
    { src: "/icon-maskable.svg", purpose: "maskable", ...drawing },
    { src: await findAsset("icon-192.png"), purpose: "any", sizes: "192x192", ...picture },
    { src: await findAsset("icon-512.png"), purpose: "any", sizes: "512x512", ...picture },
    { src: await findAsset("icon-maskable-512.png"), purpose: "maskable", sizes: "512x512", ...picture },
  ];
}
