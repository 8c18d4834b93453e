import { colourWords } from "./attribute-words.ts";
import { altFor, chooseImage } from "./choose-image.ts";
import type { ImageChoice } from "./choose-image.ts";
import { chooseCategories, classify } from "./classify.ts";
import type { Facts } from "./classify.ts";
import { cleanTitle } from "./clean-title.ts";
import { describe } from "./describe.ts";
import { describeInGerman } from "./german-describe.ts";
import { germanTitle } from "./german-title.ts";
import type { Good } from "./goods.ts";
import { goodsTypes } from "./goods-types.ts";
import { groupVariants } from "./group-variants.ts";
import type { VariantGroup } from "./group-variants.ts";
import { pricesInMarkets } from "./market-prices.ts";
import type { MarketPrice } from "./market-prices.ts";
import { retailPricePence } from "./retail-price.ts";
import { claimSlug } from "./slugs.ts";

/** One line of `products.ndjson`: the catalogue's import format. Money in minor units, weight in grams. */
export type ProductLine = {
  readonly titles: { readonly en: string; readonly de: string };
  readonly descriptions: { readonly en: string; readonly de: string };
  readonly slug: string;
  readonly slugs: { readonly de: string };
  readonly status: "active";
  readonly categories: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly options: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly variants: readonly {
    readonly sku: string;
    readonly options: Readonly<Record<string, string>>;
    readonly weightGrams: number;
    readonly prices: readonly MarketPrice[];
  }[];
  readonly images: readonly { readonly name: string; readonly alt: string }[];
  readonly customFields: Readonly<Record<string, string>>;
};

/** The shop's products, ordered by their first SKU, and every drawing they use. Throws when two products claim one slug. */
export function buildProducts(goods: readonly Good[]): { products: ProductLine[]; drawings: Map<string, ImageChoice> } {
  const titled = goods.map((good) => ({
    sku: good.sku,
    title: cleanTitle(good.description),
    pricePence: retailPricePence(good.sales),
  }));
  const bySku = new Map(titled.map((good) => [good.sku, good]));
  const drawings = new Map<string, ImageChoice>();
  const slugs = new Set<string>();
  const drafts = groupVariants(titled).map((group) => {
    const priced = group.members.map((member) => ({ ...member, pricePence: bySku.get(member.sku)?.pricePence ?? 0 }));
    return buildProduct({
      group,
      priced,
      slug: claimSlug({ title: group.title, sku: firstSku(group), taken: slugs }),
      drawings,
    });
  });
  return { products: drafts.map((draft) => withGermanSlug(draft, slugs)), drawings };
}

type Priced = { readonly sku: string; readonly value: string | undefined; readonly pricePence: number };

function buildProduct(input: {
  readonly group: VariantGroup;
  readonly priced: readonly Priced[];
  readonly slug: string;
  readonly drawings: Map<string, ImageChoice>;
}): Omit<ProductLine, "slugs"> {
  const { group, priced, slug, drawings } = input;
  const values = priced.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const option = group.option === undefined ? undefined : { name: group.option, values };
  const facts = factsOf(group, values);
  return {
    titles: { en: group.title, de: germanTitle(group.title, facts) },
    descriptions: {
      en: describe({ title: group.title, facts, option }),
      de: describeInGerman({ title: group.title, facts, option }),
    },
    slug,
    status: "active",
    categories: chooseCategories(facts),
    attributes: attributesOf(facts),
    options: option === undefined ? [] : [option],
    variants: priced.map(({ sku, value, pricePence }) => ({
      sku,
      options: option === undefined || value === undefined ? {} : { [option.name]: value },
      weightGrams: weightOf(facts, `${value ?? ""} ${group.title}`),
      prices: pricesInMarkets(pricePence),
    })),
    images: imagesOf(group, facts, drawings),
    customFields: {},
  };
}

/** A product's colours are those of its variants; without a colour option they are those of its title. */
function factsOf(group: VariantGroup, values: readonly string[]): Facts {
  const facts = classify(group.title);
  if (group.option !== "Colour") return facts;
  const colours = new Set([...values.flatMap(coloursOf), ...facts.colours]);
  return { ...facts, colours: [...colours].toSorted() };
}

const colourNamesLongestFirst = Object.keys(colourWords).toSorted((a, b) => b.length - a.length);

function coloursOf(value: string): string[] {
  return value
    .toLowerCase()
    .split(/,| & | and /)
    .flatMap((part) => {
      const name = colourNamesLongestFirst.find((word) => new RegExp(`\\b${word}\\b`).test(part));
      const extra: Readonly<Record<string, string>> = {
        rose: "pink",
        "light rose": "pink",
        topaz: "orange",
        diamond: "clear",
      };
      const colour = name === undefined ? extra[part.trim()] : colourWords[name];
      return colour === undefined ? [] : [colour];
    });
}

function attributesOf(facts: Facts): Record<string, readonly string[]> {
  const all = {
    colour: facts.colours,
    material: facts.materials,
    theme: facts.themes,
    type: facts.type === undefined ? [] : [facts.type],
  };
  return Object.fromEntries(Object.entries(all).filter(([, values]) => values.length > 0));
}

function imagesOf(
  group: VariantGroup,
  facts: Facts,
  drawings: Map<string, ImageChoice>,
): { name: string; alt: string }[] {
  const shown =
    group.option === "Colour"
      ? [...new Set(group.members.flatMap(({ value }) => coloursOf(value ?? "").slice(0, 1)))]
      : [undefined];
  const images = (shown.length === 0 ? [undefined] : shown).slice(0, 6).map((colour) => {
    const choice = chooseImage(group.title, facts, colour);
    drawings.set(choice.name, choice);
    return { name: choice.name, alt: altFor(facts, colour) };
  });
  return [...new Map(images.map((image) => [image.name, image])).values()];
}

const packedByTheDozen = /^(?:party-gift-wrap|stationery)\//;

function weightOf(facts: Facts, words: string): number {
  const type = facts.type === undefined ? undefined : goodsTypes[facts.type];
  const one = type?.weightGrams ?? 250;
  const isPack = packedByTheDozen.test(type?.leaf ?? "") || /^set of|^pack of/.test(type?.noun ?? "");
  const pieces = facts.setSize === undefined || isPack ? 1 : 1 + (Math.min(facts.setSize, 12) - 1) * 0.6;
  const size = /\bGiant\b/.test(words)
    ? 2.2
    : /\bLarge\b/.test(words)
      ? 1.5
      : /\bMini\b/.test(words)
        ? 0.5
        : /\bSmall\b/.test(words)
          ? 0.65
          : 1;
  const grams = one * pieces * size;
  return Math.max(5, grams < 100 ? Math.round(grams / 5) * 5 : Math.round(grams / 10) * 10);
}

function firstSku(group: VariantGroup): string {
  return group.members[0]?.sku ?? "";
}

// After all the English ones, so that those stay as they were.
function withGermanSlug(draft: Omit<ProductLine, "slugs">, taken: Set<string>): ProductLine {
  const { titles, descriptions, slug, ...rest } = draft;
  const sku = draft.variants[0]?.sku ?? "";
  return { titles, descriptions, slug, slugs: { de: claimSlug({ title: titles.de, sku, taken }) }, ...rest };
}
