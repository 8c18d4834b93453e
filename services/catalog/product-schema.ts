import Type, { type Static } from "typebox";
import { IdOf } from "#kernel/id";
import { Currency, Money } from "#kernel/money";

export const Sku = Type.String({ minLength: 1, maxLength: 32, pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]*$" });
export const Slug = Type.String({ minLength: 1, maxLength: 255, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" });
export const Market = Type.String({ minLength: 1, maxLength: 32, pattern: "^[a-z0-9-]+$" });
/** Slugs from the top of the tree down, at most five: `home-lighting/candle-holders`. */
export const CategoryPath = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: "^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*){0,4}$",
  description: "Slugs from the top of the tree down: `home-lighting/candle-holders`.",
});
export const ImageName = Type.String({
  maxLength: 128,
  pattern: "^[a-z0-9][a-z0-9._-]*\\.(svg|png|webp|avif|jpg|jpeg)$",
});
export const Status = Type.Enum(["draft", "active", "archived"]);
export const Version = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "Grows by one with every change.",
});
export const AmountMinor = Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 });

const Title = Type.String({ minLength: 1, maxLength: 255 });
const Description = Type.String({ maxLength: 20_000 });
const Word = Type.String({ minLength: 1, maxLength: 100 });
const LOCALE = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$";

/** One value per locale (BCP 47): `{ "en": "Candle holder", "de": "Kerzenhalter" }`. */
function perLocale<Schema extends Type.TSchema>(value: Schema) {
  return Type.Record(Type.String({ pattern: LOCALE }), value, { maxProperties: 50, additionalProperties: false });
}

export const Titles = perLocale(Title);
const Image = Type.Object({ name: ImageName, alt: Type.String({ maxLength: 500 }) });
const ATTRIBUTE_NAME = "[a-z0-9][a-z0-9_-]{0,63}";
const Attributes = Type.Record(Type.String({ pattern: `^${ATTRIBUTE_NAME}$` }), Type.Array(Word, { maxItems: 50 }), {
  maxProperties: 50,
  additionalProperties: false,
  description: 'What a product can be filtered by: `{ "colour": ["white"] }`.',
});
/** `name:value` texts. A parameter of the address each, for a value may hold a comma. */
export const AttributeFilters = Type.Array(
  // No NUL, no halves of surrogate pairs: no database keeps them as text.
  Type.String({ pattern: `^${ATTRIBUTE_NAME}:[^\\u0000\\ud800-\\udfff]{1,100}$` }),
  {
    maxItems: 20,
    explode: true,
    description:
      "`name:value`, as in `attributes=colour:red&attributes=colour:blue&attributes=theme:floral`: values of one name are alternatives, every name must match.",
  },
);
const CustomFields = Type.Record(Type.String({ pattern: "^[A-Za-z0-9_.-]{1,64}$" }), Type.Unknown(), {
  maxProperties: 50,
  additionalProperties: false,
});
const OptionValues = Type.Record(Type.String({ pattern: "^(?!__proto__$).{1,100}$" }), Word, {
  maxProperties: 5,
  additionalProperties: false,
});
const Option = Type.Object({
  name: Type.String({ pattern: "^(?!__proto__$).{1,100}$" }),
  values: Type.Array(Word, { minItems: 1, maxItems: 250 }),
});
export const Price = Type.Object({ market: Market, currency: Currency, amountMinor: AmountMinor });
const WeightGrams = Type.Integer({ minimum: 0, maximum: 10_000_000 });

/** A variant as staff or an import gives it: what is left out stays as it is (prices by market; a market has one currency). */
export const VariantDraft = Type.Object({
  sku: Sku,
  options: Type.Optional(OptionValues),
  weightGrams: Type.Optional(WeightGrams),
  prices: Type.Optional(Type.Array(Price, { maxItems: 50 })),
  customFields: Type.Optional(CustomFields),
});
export type VariantDraft = Readonly<Static<typeof VariantDraft>>;

const draftFields = {
  titles: Type.Optional(Titles),
  descriptions: Type.Optional(perLocale(Description)),
  slug: Type.Optional(Slug),
  slugs: Type.Optional(perLocale(Slug)),
  status: Type.Optional(Status),
  categories: Type.Optional(Type.Array(CategoryPath, { maxItems: 20 })),
  attributes: Type.Optional(Attributes),
  options: Type.Optional(Type.Array(Option, { maxItems: 5 })),
  images: Type.Optional(Type.Array(Image, { maxItems: 50 })),
  customFields: Type.Optional(CustomFields),
};

/** A product as staff or an import gives it. What is left out stays as it is (of a new product: empty, status `active`).
 *  Texts merge per locale, variants by SKU, prices by market; categories, attributes, options and images
 *  replace the whole. `slug` is the one of the shop's default locale; without any, a new product's comes from its title. */
export const ProductDraft = Type.Object(
  {
    ...draftFields,
    variants: Type.Array(VariantDraft, { minItems: 1, maxItems: 250 }),
  },
  { $id: "ProductDraft" },
);
export type ProductDraft = Readonly<Static<typeof ProductDraft>>;

/** A change of a known product: as `ProductDraft`, with nothing required. */
export const ProductChange = Type.Object({
  ...draftFields,
  variants: Type.Optional(Type.Array(VariantDraft, { maxItems: 250 })),
  removedSkus: Type.Optional(Type.Array(Sku, { maxItems: 250 })),
});
export type ProductChange = Readonly<Static<typeof ProductChange>>;

const times = { createdAt: Type.String({ format: "date-time" }), updatedAt: Type.String({ format: "date-time" }) };

/** The whole truth about a product: every locale, every market. For staff and for listeners that start anew. */
export const ProductSource = Type.Object(
  {
    productId: IdOf("product"),
    version: Version,
    status: Status,
    texts: perLocale(Type.Object({ title: Title, description: Description, slug: Slug })),
    categories: Type.Array(CategoryPath),
    attributes: Attributes,
    options: Type.Array(Option),
    images: Type.Array(Image),
    customFields: CustomFields,
    variants: Type.Array(
      Type.Object({
        variantId: IdOf("variant"),
        sku: Sku,
        options: OptionValues,
        weightGrams: WeightGrams,
        customFields: CustomFields,
        prices: Type.Array(Price),
      }),
    ),
    ...times,
  },
  { $id: "ProductSource" },
);
export type ProductSource = Readonly<Static<typeof ProductSource>>;

const PriceRange = Type.Union([Type.Object({ from: Money, to: Money }), Type.Null()], {
  description: "Of the variants in this market; null when it is not sold here.",
});

/** A product as a shopper of one market and locale sees it. */
export const Product = Type.Object(
  {
    productId: IdOf("product"),
    version: Version,
    slug: Slug,
    slugs: perLocale(Slug),
    title: Title,
    description: Description,
    categories: Type.Array(Type.Object({ path: CategoryPath, name: Type.String() })),
    attributes: Attributes,
    options: Type.Array(Option),
    images: Type.Array(Image),
    price: PriceRange,
    variants: Type.Array(
      Type.Object({
        variantId: IdOf("variant"),
        sku: Sku,
        options: OptionValues,
        optionText: Type.String({ description: "`Red / Large`; empty for a product without options." }),
        price: Type.Union([Money, Type.Null()]),
        weightGrams: WeightGrams,
      }),
    ),
    ...times,
  },
  { $id: "Product" },
);
export type Product = Readonly<Static<typeof Product>>;

/** A product in a list. */
export const ProductCard = Type.Object(
  {
    productId: IdOf("product"),
    slug: Slug,
    title: Title,
    image: Type.Union([Image, Type.Null()]),
    price: PriceRange,
    skus: Type.Array(Sku),
    attributes: Attributes,
  },
  { $id: "ProductCard" },
);
export type ProductCard = Readonly<Static<typeof ProductCard>>;

/** What selling one SKU needs to know, in one market and locale. */
export const Variant = Type.Object(
  {
    sku: Sku,
    variantId: IdOf("variant"),
    productId: IdOf("product"),
    slug: Slug,
    title: Title,
    optionText: Type.String({ description: "`Red / Large`; empty for a product without options." }),
    status: Status,
    unitPrice: Type.Union([Money, Type.Null()], {
      description: "List price; null when it is not sold in this market.",
    }),
    weightGrams: WeightGrams,
    image: Type.Union([Image, Type.Null()]),
    categories: Type.Array(CategoryPath),
    attributes: Attributes,
  },
  { $id: "Variant" },
);
export type Variant = Readonly<Static<typeof Variant>>;

export const Category = Type.Object(
  {
    categoryId: IdOf("category"),
    path: CategoryPath,
    slug: Slug,
    parent: Type.Union([CategoryPath, Type.Null()]),
    name: Title,
    names: Titles,
    position: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  },
  { $id: "Category" },
);
export type Category = Readonly<Static<typeof Category>>;

/** What a list can be filtered by. */
export const Facets = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        name: Type.String(),
        values: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer({ description: "Products." }) })),
      }),
    ),
    isPartial: Type.Boolean({ description: "The list is longer than what was counted: its newest 10,000 products." }),
  },
  { $id: "Facets" },
);

export const ImportResult = Type.Object(
  {
    lines: Type.Integer({
      description: "Lines (CSV: rows) read from `from` on, the bad ones included, empty ones not.",
    }),
    created: Type.Integer({ description: "Products." }),
    updated: Type.Integer(),
    unchanged: Type.Integer(),
    failed: Type.Integer({ description: "Lines (CSV: rows) that were not taken." }),
    errors: Type.Array(Type.Object({ line: Type.Integer(), field: Type.String(), message: Type.String() }), {
      description: "The first 100.",
    }),
  },
  { $id: "ImportResult" },
);
export type ImportResult = Readonly<Static<typeof ImportResult>>;
