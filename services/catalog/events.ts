import Type from "typebox";
import { defineEvent } from "#kernel/event";
import { IdOf } from "#kernel/id";
import { CategoryPath, Price, Sku, Slug, Status, Version } from "./product-schema.ts";

const facts = {
  productId: IdOf("product"),
  version: Version,
  status: Status,
  skus: Type.Array(Sku),
  /** By locale. */
  slugs: Type.Record(Type.String(), Slug),
  categories: Type.Array(CategoryPath),
};

const factFields = {
  productId: "The product.",
  version: "Version of the product after the change.",
  status: "Whether it is on sale after the change.",
  skus: "SKUs of its variants.",
  slugs: "Its slug in each locale.",
  categories: "Paths of the categories that it is in.",
} as const;

export const ProductCreated = defineEvent({
  service: "catalog",
  name: "ProductCreated",
  version: 1,
  subject: "productId",
  summary: "A product is in the catalogue, in the status told.",
  data: Type.Object(facts),
  fields: { ...factFields },
});

export const ProductUpdated = defineEvent({
  service: "catalog",
  name: "ProductUpdated",
  version: 1,
  subject: "productId",
  summary: "Something other than prices changed: texts, status, variants, categories, attributes or pictures.",
  data: Type.Object({
    ...facts,
    removedSkus: Type.Array(Sku, { description: "SKUs that the product no longer has." }),
    removedSlugs: Type.Array(Slug, { description: "Slugs that no longer lead here." }),
  }),
  fields: { ...factFields },
});

export const ProductArchived = defineEvent({
  service: "catalog",
  name: "ProductArchived",
  version: 1,
  subject: "productId",
  summary: "A product left the shop.",
  data: Type.Object(facts),
  fields: { ...factFields },
});

export const PricesChanged = defineEvent({
  service: "catalog",
  name: "PricesChanged",
  version: 1,
  subject: "productId",
  summary: "List prices of a product's variants changed.",
  data: Type.Object({
    ...facts,
    prices: Type.Array(Type.Object({ sku: Sku, ...Price.properties }), { description: "Those set to a new amount." }),
    removed: Type.Array(Type.Object({ sku: Sku, market: Price.properties.market }), {
      description: "No longer sold there.",
    }),
  }),
  fields: { ...factFields },
});

export const CategoryChanged = defineEvent({
  service: "catalog",
  name: "CategoryChanged",
  version: 1,
  subject: "categoryId",
  summary: "A category was made, renamed or moved; its sub-categories moved along.",
  data: Type.Object({
    categoryId: IdOf("category"),
    path: CategoryPath,
    oldPath: Type.Union([CategoryPath, Type.Null()], { description: "Null for a new category." }),
  }),
  fields: { categoryId: "The category.", path: "Where it is now." },
});

export const CacheFlushed = defineEvent({
  service: "catalog",
  name: "CacheFlushed",
  version: 1,
  subject: "day",
  summary: "Midnight (UTC) passed: every replica forgets what it cached.",
  data: Type.Object({ day: Type.String({ format: "date" }) }),
  fields: { day: "The day that began." },
});
