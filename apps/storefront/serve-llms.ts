import { catalog } from "#catalog/contract";
import type { Ctx } from "#platform/ctx";
import { processSettings } from "#platform/process-settings";
import type { WebPage } from "#platform/service";
import { fileNameOf } from "./goods-pieces.ts";
import { hrefIn, readPlaces } from "./places.ts";
import { textsIn } from "./texts.ts";

/** What the shop is, for language models: https://llmstxt.org */
export const llmsPage: WebPage = {
  method: "GET",
  path: "/llms.txt",
  port: "public",
  summary: "What the shop is, for language models",
  handle: async (_, ctx) => ({
    contentType: "text/plain; charset=utf-8",
    headers: { "cache-control": "public, max-age=3600" },
    body: await describeShop(ctx),
  }),
};

async function describeShop(ctx: Ctx): Promise<string> {
  const places = await readPlaces(ctx);
  const home = places[0]!;
  const { market, locale, currency } = home;
  const { items } = await ctx.call(catalog.listCategories, {}, { market, locale, currency });
  const origin = ctx.setting(processSettings.publicUrl);
  const texts = textsIn(locale);
  const tops = items.filter(({ path }) => !path.includes("/"));
  const line = (name: string, path: string, about = "") =>
    `- [${name.replaceAll(/[[\]\s]+/g, " ")}](${origin}${path})${about}`;
  return [
    `# ${ctx.setting(processSettings.shopName)}`,
    `> ${texts.hero.lead}`,
    [
      "## Pages",
      line(texts.home, "/"),
      line(texts.allGoods, "/products", ": every product, newest first; `?sort=price-asc`, `price-desc` or `name`"),
      ...Object.entries(texts.pages).map(([page, { title }]) => line(title, `/pages/${page}`)),
      line("Sitemap", "/sitemap.xml", ": every page in every market and language"),
    ].join("\n"),
    ["## Categories", ...tops.map(({ name, path }) => line(name, `/categories/${path}`))].join("\n"),
    [
      "## Markets and languages",
      ...places.map((place) =>
        line(
          `${place.marketName}, ${place.locale}`,
          hrefIn(place, "/"),
          `: prices in ${place.currency}; all goods with prices and availability: ${origin}/feeds/${fileNameOf(place)}.xml`,
        ),
      ),
    ].join("\n"),
    [
      "## API",
      line("Documentation", "/api/docs", ": to read goods, fill carts and place orders"),
      line("OpenAPI description", "/api/openapi.json"),
      line("Problems and what to do about them", "/api/docs/problems"),
    ].join("\n"),
    "",
  ].join("\n\n");
}
