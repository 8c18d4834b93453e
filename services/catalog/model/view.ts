import type { Id } from "#kernel/id";
import { money, type Money } from "#kernel/money";
import type { Category, Product, ProductCard, ProductSource, Variant } from "../product-schema.ts";
import { inLocale } from "./locale.ts";
import { nameOfSlug } from "./slug.ts";

/** Who looks: the market whose prices count, and the locales to try. */
export type Viewer = { readonly market: string; readonly locales: readonly string[] };

/** What the store knows of a product that lists show, every locale and market. */
export type CardSource = {
  readonly productId: Id<"product">;
  readonly version: number;
  readonly status: ProductSource["status"];
  readonly texts: Readonly<Record<string, { readonly title: string; readonly slug: string }>>;
  readonly image: ProductCard["image"];
  readonly attributes: ProductCard["attributes"];
  /** SKU, market, currency, amountMinor: each variant once for each market that it is sold in, or once without. */
  readonly variants: readonly (readonly [string, string, string, number] | readonly [string, null, null, null])[];
};

/** What the store knows about a variant, every locale and market. */
export type VariantSource = {
  readonly sku: string;
  readonly variantId: Id<"variant">;
  readonly productId: Id<"product">;
  readonly version: number;
  readonly status: Variant["status"];
  readonly texts: Readonly<Record<string, { readonly title: string; readonly slug: string }>>;
  readonly optionNames: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly prices: ProductSource["variants"][number]["prices"];
  readonly weightGrams: number;
  readonly image: Variant["image"];
  readonly categories: string[];
  readonly attributes: Variant["attributes"];
};

/** A row of the category tree. */
export type CategorySource = {
  readonly categoryId: Id<"category">;
  readonly path: string;
  readonly names: Readonly<Record<string, string>>;
  readonly position: number;
};

export function viewProduct(
  source: ProductSource,
  categories: ReadonlyMap<string, CategorySource>,
  viewer: Viewer,
): Product {
  const { productId, version, attributes, options, images, createdAt, updatedAt } = source;
  const text = inLocale(source.texts, viewer.locales) ?? { title: "", description: "", slug: "" };
  const optionNames = options.map((option) => option.name);
  return {
    productId,
    version,
    slug: text.slug,
    slugs: Object.fromEntries(Object.entries(source.texts).map(([locale, { slug }]) => [locale, slug])),
    title: text.title,
    description: text.description,
    categories: source.categories.map((path) => ({
      path,
      name: categoryName(path, categories.get(path)?.names ?? {}, viewer),
    })),
    attributes,
    options,
    images,
    price: rangeOf(source.variants.map((variant) => priceIn(variant.prices, viewer)).filter((price) => price !== null)),
    variants: source.variants.map((variant) => ({
      variantId: variant.variantId,
      sku: variant.sku,
      options: variant.options,
      optionText: optionText(optionNames, variant.options),
      price: priceIn(variant.prices, viewer),
      weightGrams: variant.weightGrams,
    })),
    createdAt,
    updatedAt,
  };
}

export function viewCard(source: CardSource, viewer: Viewer): ProductCard {
  const { productId, texts, image, variants, attributes } = source;
  const text = inLocale(texts, viewer.locales) ?? { title: "", slug: "" };
  const skus = new Set<string>();
  const prices: Money[] = [];
  for (const [sku, market, currency, amountMinor] of variants) {
    skus.add(sku);
    if (market !== null && market === viewer.market) prices.push(money(amountMinor, currency));
  }
  const { slug, title } = text;
  return { productId, slug, title, image, price: rangeOf(prices), skus: [...skus], attributes };
}

export function viewVariant(source: VariantSource, viewer: Viewer): Variant {
  const text = inLocale(source.texts, viewer.locales) ?? { title: "", slug: "" };
  const { sku, variantId, productId, status, weightGrams, image, categories, attributes } = source;
  return {
    sku,
    variantId,
    productId,
    slug: text.slug,
    title: text.title,
    optionText: optionText(source.optionNames, source.options),
    status,
    unitPrice: priceIn(source.prices, viewer),
    weightGrams,
    image,
    categories,
    attributes,
  };
}

export function viewCategory(source: CategorySource, viewer: Viewer): Category {
  const { categoryId, path, names, position } = source;
  const cut = path.lastIndexOf("/");
  return {
    categoryId,
    path,
    slug: path.slice(cut + 1),
    parent: cut === -1 ? null : path.slice(0, cut),
    name: categoryName(path, names, viewer),
    names,
    position,
  };
}

/** Parents before their children, siblings by position, then by path. */
export function inTreeOrder(categories: readonly CategorySource[]): CategorySource[] {
  const positions = new Map(categories.map((category) => [category.path, category.position]));
  const keyOf = (path: string) => {
    const parts = path.split("/");
    return parts
      .map((_, index) => parts.slice(0, index + 1).join("/"))
      .map((above) => `${String(positions.get(above) ?? 0).padStart(7, "0")} ${above}`);
  };
  const keyed = categories.map((category) => ({ category, key: keyOf(category.path).join("\n") }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ category }) => category);
}

function categoryName(path: string, names: Readonly<Record<string, string>>, viewer: Viewer): string {
  return inLocale(names, viewer.locales) ?? nameOfSlug(path.slice(path.lastIndexOf("/") + 1));
}

function optionText(names: readonly string[], options: Readonly<Record<string, string>>): string {
  return names.map((name) => options[name] ?? "").join(" / ");
}

function priceIn(prices: VariantSource["prices"], viewer: Viewer): Money | null {
  const price = prices.find((one) => one.market === viewer.market);
  return price === undefined ? null : money(price.amountMinor, price.currency);
}

function rangeOf(prices: readonly Money[]): ProductCard["price"] {
  if (prices.length === 0) return null;
  const sorted = prices.toSorted((a, b) => a.amountMinor - b.amountMinor);
  return { from: sorted[0]!, to: sorted.at(-1)! };
}
