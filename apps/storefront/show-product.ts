import type { Output } from "#kernel/contract";
import { formatMoney } from "#kernel/money";
import { catalog } from "#catalog/contract";
import type { WebAnswer } from "#platform/service";
import { shipping } from "#shipping/contract";
import { frameOf } from "./frame.ts";
import { inLocale } from "./in-locale.ts";
import { listCards, priceOf } from "./list-cards.ts";
import { outsidePictureOf, pictureOf } from "./picture-of.ts";
import { productFacts } from "./product-facts.ts";
import { readAvailability } from "./read-availability.ts";
import type { ShopPlace } from "./places.ts";
import { crumbsOf } from "./show-category.ts";
import { htmlAnswer, LIES_READY_MS, seeOther, type Visit } from "./shop-page.ts";
import { readWhereSold } from "./sold-where.ts";
import { loadViews } from "./views.ts";
import { nameOfAttribute, nameOfOption, valueOfAttribute } from "./words.ts";

type Product = Output<typeof catalog.getProduct>;

const SIMILAR = 4;

/** One product: pictures, options, availability, what delivery costs and how long it takes. */
export async function showProduct(visit: Visit): Promise<WebAnswer> {
  const { request, place, texts } = visit;
  const slug = request.parameters["slug"] ?? "";
  const product = await visit.call(catalog.getProduct, { productId: slug });
  if (product.slug !== slug) return { ...seeOther(visit.href(`/products/${product.slug}`)), status: 301 };
  const skus = product.variants.map(({ sku }) => sku);
  const category = product.categories[0]?.path;
  const [frame, known, delivery, similar, categories] = await Promise.all([
    readWhereSold(visit, product).then((isSold) => frameOf(visit, addressesOf(visit, product), isSold)),
    readAvailability(visit, skus),
    readDelivery(visit, product),
    similarTo(visit, product, category),
    visit.categories(),
  ]);
  const [shared] = product.images;
  const { productHtml } = await loadViews();
  const html = productHtml({
    frame,
    title: product.title,
    description: product.description,
    crumbs: crumbsOf(visit, categories, category === undefined ? undefined : `${category}/`),
    images: product.images.map(pictureOf),
    shareImage: shared === undefined ? undefined : { src: outsidePictureOf("share", shared), alt: shared.alt },
    price: priceOf(visit, product.price),
    optionName: product.options.map(({ name }) => nameOfOption(place.locale, name)).join(" / "),
    variants: product.variants.map(({ sku, optionText, price }) => ({
      sku,
      text: optionText,
      price: price === null ? null : formatMoney(price, place.locale),
      availability: known.get(sku) ?? "unknown",
    })),
    attributes: Object.entries(product.attributes).map(([name, values]) => ({
      name: nameOfAttribute(place.locale, name),
      values: values.map((value) => valueOfAttribute(place.locale, name, value)).join(", "),
    })),
    delivery: delivery.map(({ title, price, days }) => ({
      title,
      price: price.amountMinor === 0 ? texts.free : formatMoney(price, place.locale),
      days: texts.days(days.min, days.max),
    })),
    similar,
    facts: productFacts(frame, {
      product,
      images: product.images.map((image) => frame.origin + outsidePictureOf("square", image)),
      availability: known,
      delivery,
    }),
  });
  return htmlAnswer(html);
}

/** Where the product is in each place: its address has a name in each language. */
function addressesOf({ place: here, places }: Visit, { slug, slugs }: Product): (place: ShopPlace) => string {
  const home = places[0]!.locale;
  return ({ code, locale }) => `/products/${(code === here.code ? slug : inLocale(slugs, { locale, home })) ?? slug}`;
}

/** Ways of delivery within the market's country for one piece; none where they cannot be told just now. */
async function readDelivery(visit: Visit, { variants }: Product) {
  const { place } = visit;
  const sold = variants.find(({ price }) => price !== null);
  if (sold === undefined) return [];
  try {
    const { country, currency } = place;
    const input = { country, currency, weightGrams: sold.weightGrams };
    const { methods } = await visit.call(shipping.quoteRates, input, { timeoutMs: 1_000 });
    return methods.map(({ title, price, estimatedDays: days }) => ({ title, price, days }));
  } catch (error) {
    visit.ctx.log.warn({ err: error }, "delivery is not shown");
    return [];
  }
}

/** The newest of its category, which all its products show. */
async function similarTo(visit: Visit, { slug }: Product, category: string | undefined) {
  if (category === undefined) return [];
  const cards = await visit.ctx.cache.read(`newest:${visit.place.code}/${category}`, {
    ttlMs: LIES_READY_MS,
    load: async () => ({ value: (await listCards(visit, { category, limit: SIMILAR + 1, sort: "newest" })).cards }),
  });
  return cards.filter(({ href }) => href !== visit.href(`/products/${slug}`)).slice(0, SIMILAR);
}
