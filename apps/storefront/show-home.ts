import { catalog } from "#catalog/contract";
import type { WebAnswer } from "#platform/service";
import { frameOf } from "./frame.ts";
import { listCards } from "./list-cards.ts";
import { pictureOf } from "./picture-of.ts";
import { featuredCategory } from "./settings.ts";
import { htmlAnswer, type Visit } from "./shop-page.ts";
import { loadViews } from "./views.ts";

const FEATURED = 12;
/** Pictures beside the campaign's words. */
const ART = 3;

/** The campaign, the top of the category tree with a picture each, and the goods of the featured category. */
export async function showHome(visit: Visit): Promise<WebAnswer> {
  const { texts, href } = visit;
  const frame = await frameOf(visit);
  const [featured, categories] = await Promise.all([
    featuredGoods(visit),
    Promise.all(frame.categories.map(async (link) => ({ ...link, image: await pictureOfCategory(visit, link.href) }))),
  ]);
  const { homeHtml } = await loadViews();
  const art = featured.cards.flatMap(({ image }) => (image === null ? [] : [image.src])).slice(0, ART);
  const path = featured.category === undefined ? "/products" : `/categories/${featured.category}`;
  const title = featured.category === undefined ? texts.newest : texts.featured;
  return htmlAnswer(homeHtml({ frame, categories, art, featured: { title, href: href(path), cards: featured.cards } }));
}

async function featuredGoods(visit: Visit) {
  const categories = await visit.categories();
  const wanted = visit.ctx.setting(featuredCategory);
  const category = categories.some(({ path }) => path === wanted) ? wanted : undefined;
  const list = { limit: FEATURED, sort: "newest" } as const;
  const { cards } = await listCards(visit, category === undefined ? list : { ...list, category });
  return { category, cards };
}

async function pictureOfCategory(visit: Visit, link: string): Promise<string | null> {
  const category = link.slice(visit.href("/categories/").length);
  const { items } = await visit.call(catalog.listProducts, { category, limit: 1, sort: "name" });
  const image = items[0]?.image;
  return image === undefined || image === null ? null : pictureOf(image).src;
}
