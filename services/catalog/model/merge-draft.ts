import { isDeepStrictEqual } from "node:util";
import type { Id } from "#kernel/id";
import type { ProductChange, ProductSource, VariantDraft } from "../product-schema.ts";

/** Why a draft cannot be taken: the field to blame and a sentence. */
export type Problem =
  | { readonly code: "INVALID"; readonly field: string; readonly message: string }
  | {
      readonly code: "SKU_TAKEN" | "SKU_NOT_FOUND";
      readonly field: string;
      readonly message: string;
      readonly sku: string;
    }
  | {
      readonly code: "SLUG_TAKEN";
      readonly field: string;
      readonly message: string;
      readonly slug: string;
      readonly locale: string;
    };

export type Ids = { readonly productId: () => Id<"product">; readonly variantId: () => Id<"variant"> };
export type MergeRules = { readonly defaultLocale: string; readonly now: Date; readonly ids: Ids };

type Variants = ProductSource["variants"];
type Text = ProductSource["texts"][string];

const MAXIMUM_VARIANTS = 250;
const MAXIMUM_PRICES = 50;

/** The product after a draft: `version` and `updatedAt` stay (who writes it raises them); slugs that the draft does not
 *  tell stay too, "" for a new text. Says every problem that is inside the draft itself. */
export function mergeDraft(
  current: ProductSource | undefined,
  draft: ProductChange,
  rules: MergeRules,
): { readonly product: ProductSource; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const base = current ?? emptyProduct(rules);
  const variants = mergeVariants(base.variants, draft, rules.ids, problems);
  const options = completeOptions(draft.options ?? base.options, variants);
  checkOptions(options, variants, problems);
  const product: ProductSource = {
    ...base,
    status: draft.status ?? base.status,
    texts: mergeTexts(base.texts, draft, rules.defaultLocale, problems),
    categories: draft.categories === undefined ? base.categories : [...new Set(draft.categories)],
    attributes: draft.attributes ?? base.attributes,
    options,
    images: draft.images ?? base.images,
    customFields: draft.customFields ?? base.customFields,
    variants,
  };
  return { product, problems: [...problems, ...badTexts(draft, "")] };
}

/** Claims that two states differ in nothing but version and times. */
export function isSameProduct(one: ProductSource, other: ProductSource): boolean {
  return isDeepStrictEqual({ ...one, version: 0, updatedAt: "" }, { ...other, version: 0, updatedAt: "" });
}

function emptyProduct(rules: MergeRules): ProductSource {
  const at = rules.now.toISOString();
  return {
    productId: rules.ids.productId(),
    version: 0,
    status: "active",
    texts: {},
    categories: [],
    attributes: {},
    options: [],
    images: [],
    customFields: {},
    variants: [],
    createdAt: at,
    updatedAt: at,
  };
}

function mergeTexts(texts: ProductSource["texts"], draft: ProductChange, defaultLocale: string, problems: Problem[]) {
  const merged: Record<string, Text> = { ...texts };
  const slugs = { ...draft.slugs, ...(draft.slug === undefined ? {} : { [defaultLocale]: draft.slug }) };
  const locales = new Set([
    ...Object.keys(draft.titles ?? {}),
    ...Object.keys(draft.descriptions ?? {}),
    ...Object.keys(slugs),
  ]);
  for (const locale of locales) {
    const before = merged[locale];
    const title = draft.titles?.[locale] ?? before?.title;
    if (title === undefined)
      problems.push(invalid(`titles.${locale}`, "is required beside other texts of this locale"));
    merged[locale] = {
      title: title ?? "",
      description: draft.descriptions?.[locale] ?? before?.description ?? "",
      slug: slugs[locale] ?? before?.slug ?? "",
    };
  }
  if (merged[defaultLocale] === undefined) problems.push(invalid(`titles.${defaultLocale}`, "is required"));
  return merged;
}

function mergeVariants(variants: Variants, draft: ProductChange, ids: Ids, problems: Problem[]): Variants {
  const bySku = new Map(variants.map((variant) => [variant.sku, variant]));
  for (const [index, sku] of (draft.removedSkus ?? []).entries()) {
    const field = `removedSkus.${index}`;
    if (!bySku.delete(sku))
      problems.push({ code: "SKU_NOT_FOUND", field, message: `the product has no SKU ${sku}`, sku });
  }
  const seen = new Set<string>();
  for (const [index, told] of (draft.variants ?? []).entries()) {
    if (seen.has(told.sku)) problems.push(invalid(`variants.${index}.sku`, "is told twice"));
    seen.add(told.sku);
    bySku.set(
      told.sku,
      mergeVariant(bySku.get(told.sku), told, ids, (field, message) =>
        problems.push(invalid(`variants.${index}.${field}`, message)),
      ),
    );
  }
  const merged = [...bySku.values()];
  if (merged.length === 0) problems.push(invalid("variants", "a product has at least one variant"));
  if (merged.length > MAXIMUM_VARIANTS)
    problems.push(invalid("variants", `a product has at most ${MAXIMUM_VARIANTS} variants`));
  return merged;
}

function mergeVariant(
  current: Variants[number] | undefined,
  told: VariantDraft,
  ids: Ids,
  complain: (field: string, message: string) => void,
): Variants[number] {
  const markets = (told.prices ?? []).map((price) => price.market);
  if (new Set(markets).size < markets.length) complain("prices", "name a market twice");
  const prices = new Map(current?.prices.map((price) => [price.market, price]));
  for (const price of told.prices ?? []) prices.set(price.market, price);
  if (prices.size > MAXIMUM_PRICES) complain("prices", `are at most ${MAXIMUM_PRICES}`);
  return {
    variantId: current?.variantId ?? ids.variantId(),
    sku: told.sku,
    options: told.options ?? current?.options ?? {},
    weightGrams: told.weightGrams ?? current?.weightGrams ?? 0,
    customFields: told.customFields ?? current?.customFields ?? {},
    prices: [...prices.values()].toSorted((a, b) => (a.market < b.market ? -1 : 1)),
  };
}

/** Options hold every value that a variant has, so that a variant can be added without repeating all of them. */
function completeOptions(options: ProductSource["options"], variants: Variants): ProductSource["options"] {
  return options.map((option) => {
    const used = variants
      .filter((variant) => Object.hasOwn(variant.options, option.name))
      .map((variant) => variant.options[option.name]!);
    return { name: option.name, values: [...new Set([...option.values, ...used])] };
  });
}

function checkOptions(options: ProductSource["options"], variants: Variants, problems: Problem[]): void {
  const names = options.map((option) => option.name);
  if (new Set(names).size < names.length) problems.push(invalid("options", "name an option twice"));
  const combinations = new Map<string, string>();
  for (const [index, variant] of variants.entries()) {
    const field = `variants.${index}.options`;
    const unknown = Object.keys(variant.options).find((name) => !names.includes(name));
    const missing = names.find((name) => !Object.hasOwn(variant.options, name));
    if (unknown !== undefined) problems.push(invalid(field, `"${unknown}" is not an option of the product`));
    if (missing !== undefined) problems.push(invalid(field, `SKU ${variant.sku} has no value for "${missing}"`));
    const combination = JSON.stringify(names.map((name) => variant.options[name]));
    const twin = combinations.get(combination);
    if (twin !== undefined)
      problems.push(invalid(field, `SKUs ${twin} and ${variant.sku} have the same option values`));
    combinations.set(combination, variant.sku);
  }
}

/** Strings that no database can keep as text: NUL, halves of surrogate pairs. */
function badTexts(value: unknown, field: string): Problem[] {
  if (typeof value === "string") {
    const isBad = value.includes("\0") || !value.isWellFormed();
    return isBad ? [invalid(field || "(body)", "holds a character that is not text")] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [
    ...badTexts(name, field),
    ...badTexts(part, field === "" ? name : `${field}.${name}`),
  ]);
}

function invalid(field: string, message: string): Problem {
  return { code: "INVALID", field, message };
}
