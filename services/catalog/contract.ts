import Type from "typebox";
import { defineContract, definePublicPages } from "#kernel/contract";
import { IdOf } from "#kernel/id";
import { Currency } from "#kernel/money";
import { PageOf, PageRequest } from "#kernel/page";
import { defineRefusals } from "#kernel/refusal";
import {
  AmountMinor,
  AttributeFilters,
  Category,
  CategoryPath,
  Facets,
  ImageName,
  ImportResult,
  Market,
  Product,
  ProductCard,
  ProductChange,
  ProductDraft,
  ProductSource,
  Sku,
  Slug,
  Status,
  Titles,
  Variant,
  Version,
} from "./product-schema.ts";

const Field = Type.String({ description: "The field of the input that is to blame." });

/** The expected answers other than success. */
export const refuse = defineRefusals({
  PRODUCT_NOT_FOUND: {
    status: 404,
    title: "There is no such product.",
    advice: "Do not repeat; the product was never there, is not on sale, or its slug leads elsewhere now.",
    data: Type.Object({ product: Type.String() }),
  },
  CATEGORY_NOT_FOUND: {
    status: 404,
    title: "There is no such category.",
    advice: "Choose a path that the category tree lists, or make the category first.",
    data: Type.Object({ category: Type.String() }),
  },
  SKU_NOT_FOUND: {
    status: 422,
    title: "The product has no such SKU.",
    advice: "Choose one of the product's own SKUs.",
    data: Type.Object({ field: Field, sku: Type.String() }),
  },
  SKU_TAKEN: {
    status: 409,
    title: "Another product has this SKU.",
    advice: "Choose another SKU, or change the product that has it.",
    data: Type.Object({ field: Field, sku: Type.String() }),
  },
  SLUG_TAKEN: {
    status: 409,
    title: "Another product has this slug in this locale.",
    advice: "Choose another slug for this locale.",
    data: Type.Object({ field: Field, slug: Type.String(), locale: Type.String() }),
  },
  CATEGORY_TAKEN: {
    status: 409,
    title: "Another category lives at this path.",
    advice: "Choose another path, or change the category that lives there.",
    data: Type.Object({ field: Field, path: Type.String() }),
  },
  CATEGORY_CYCLE: {
    status: 422,
    title: "A category cannot be inside itself.",
    advice: "Choose a place that is not inside the category itself.",
    data: Type.Object({ field: Field, path: Type.String() }),
  },
  TOO_MANY_CATEGORIES: {
    status: 422,
    title: "A shop keeps at most 5,000 categories.",
    advice: "Use the categories that there are; none can be added.",
    data: Type.Object({ field: Field }),
  },
  VERSION_CONFLICT: {
    status: 409,
    title: "Someone else changed this product; read it again.",
    advice: "Read the product, apply your change to it, and repeat with its `version` as `expectedVersion`.",
    data: Type.Object({ expectedVersion: Version, version: Version }),
  },
  IMAGE_TYPE_NOT_SUPPORTED: {
    status: 415,
    title: "Send an SVG, PNG, WebP, AVIF or JPEG picture that fits its name.",
    advice: "Convert the picture, or name it after what it is.",
  },
  IMAGE_NOT_SAFE: {
    status: 422,
    title: "The SVG carries a script, an event handler or a reference to another place.",
    advice: "Take out of the SVG what `found` names.",
    data: Type.Object({ found: Type.String() }),
  },
  IMAGE_NAME_TAKEN: {
    status: 409,
    title: "Another picture has this name; pictures are cached for ever, so use a new name.",
    advice: "Choose a new name for the changed picture and refer to that one.",
    data: Type.Object({ name: Type.String() }),
  },
});

const expectedVersion = Type.Optional(Version);
const productId = IdOf("product");
const notFound = [refuse.PRODUCT_NOT_FOUND];
const writes = [refuse.SKU_TAKEN, refuse.SLUG_TAKEN, refuse.TOO_MANY_CATEGORIES];
const changes = [...notFound, ...writes, refuse.SKU_NOT_FOUND, refuse.VERSION_CONFLICT];
const draft = {
  titles: { en: "White candle holder" },
  slug: "white-candle-holder",
  categories: ["home-lighting/candle-holders"],
  attributes: { colour: ["white"] },
  variants: [{ sku: "21730", weightGrams: 250, prices: [{ market: "gb", currency: "GBP", amountMinor: 425 }] }],
};

/** Products, variants, list prices, categories and pictures. Prices and texts answer for the market, currency and
 *  locale of the call (texts fall back to the language, then to the shop's default locale). */
export const catalog = defineContract("catalog", {
  listProducts: {
    method: "GET",
    path: "/products",
    summary: "List the active products that are sold in this market.",
    description:
      "A category includes its sub-categories. Of several values of an attribute one is enough, of several attributes all must match. The order is stable, so that a cursor neither skips nor repeats what did not change.",
    access: "anyone",
    cacheSeconds: 60,
    input: Type.Object({
      ...PageRequest,
      category: Type.Optional(CategoryPath),
      attributes: Type.Optional(AttributeFilters),
      sort: Type.Optional(Type.Enum(["newest", "name", "price-asc", "price-desc"], { default: "newest" })),
    }),
    output: PageOf(ProductCard),
    refuses: [refuse.CATEGORY_NOT_FOUND],
    example: { input: { category: "home-lighting", attributes: ["colour:white"], sort: "price-asc", limit: 20 } },
  },
  listFacets: {
    method: "GET",
    path: "/products/facets",
    summary: "What a list can be filtered by, and how many products each choice would show.",
    description:
      "Of the active products that are sold in this market, in the category or all. The counts of an attribute obey the filters of the other attributes, not its own. Attributes that most products have come first, at most 12; of each at most 50 values, those of most products first.",
    access: "anyone",
    cacheSeconds: 60,
    input: Type.Object({ category: Type.Optional(CategoryPath), attributes: Type.Optional(AttributeFilters) }),
    output: Facets,
    refuses: [refuse.CATEGORY_NOT_FOUND],
    example: {
      input: { category: "home-lighting", attributes: ["colour:white"] },
      output: {
        items: [
          {
            name: "colour",
            values: [
              { value: "white", count: 12 },
              { value: "red", count: 3 },
            ],
          },
          { name: "theme", values: [{ value: "floral", count: 2 }] },
        ],
        isPartial: false,
      },
    },
  },
  getProduct: {
    method: "GET",
    path: "/products/:productId",
    summary: "One active product, by its id or by its slug in any locale.",
    access: "anyone",
    cacheSeconds: 60,
    input: Type.Object({ productId: Type.String({ minLength: 1, maxLength: 255, description: "Id or slug." }) }),
    output: Product,
    refuses: notFound,
    example: { input: { productId: "white-candle-holder" } },
  },
  getProductsByIds: {
    method: "GET",
    path: "/products/by-ids",
    summary: "The active ones of up to 100 products, in the order asked for; unknown ones are left out.",
    access: "anyone",
    cacheSeconds: 60,
    input: Type.Object({ productIds: Type.Array(productId, { minItems: 1, maxItems: 100 }) }),
    output: Type.Object({ items: Type.Array(ProductCard) }),
    example: { input: { productIds: ["0199d1c0-0000-7000-8000-000000000001"] } },
  },
  getVariants: {
    method: "POST",
    path: "/variants/query",
    isRepeatable: true,
    summary: "What selling needs to know about up to 1,000 SKUs, in any status; unknown SKUs are absent.",
    access: "service",
    input: Type.Object({ skus: Type.Array(Sku, { maxItems: 1000 }) }),
    output: Type.Object({ variants: Type.Array(Variant) }),
    example: { input: { skus: ["21730"] } },
  },
  listCategories: {
    method: "GET",
    path: "/categories",
    summary: "The whole category tree, parents before children, siblings by position.",
    access: "anyone",
    cacheSeconds: 60,
    input: Type.Object({}),
    output: Type.Object({ items: Type.Array(Category) }),
  },
  getCategory: {
    method: "GET",
    path: "/categories/:category",
    summary: "One category by its path (slashes percent-encoded) or its id.",
    access: "anyone",
    cacheSeconds: 60,
    input: Type.Object({ category: Type.String({ minLength: 1, maxLength: 255 }) }),
    output: Category,
    refuses: [refuse.CATEGORY_NOT_FOUND],
    example: { input: { category: "home-lighting/candle-holders" } },
  },
  putCategory: {
    method: "PUT",
    path: "/categories",
    summary: "Create or change a category; with `categoryId` it may move, and its sub-categories move along.",
    description: "Safe to repeat: the same input changes nothing.",
    access: "staff",
    input: Type.Object({
      categoryId: Type.Optional(IdOf("category")),
      slug: Slug,
      parent: Type.Optional(Type.Union([CategoryPath, Type.Null()], { default: null })),
      names: Titles,
      position: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 })),
    }),
    output: Category,
    refuses: [refuse.CATEGORY_NOT_FOUND, refuse.CATEGORY_TAKEN, refuse.CATEGORY_CYCLE, refuse.TOO_MANY_CATEGORIES],
    example: {
      input: { slug: "candle-holders", parent: "home-lighting", names: { en: "Candle holders" }, position: 1 },
    },
  },
  createProduct: {
    method: "POST",
    path: "/products",
    summary: "Create a product with its variants and prices. Categories that are not there yet are made.",
    access: "staff",
    success: 201,
    idempotencyKey: "optional",
    input: ProductDraft,
    output: ProductSource,
    refuses: writes,
    example: { input: draft },
  },
  updateProduct: {
    method: "PATCH",
    path: "/products/:productId",
    summary: "Change a product: texts merge per locale, variants by SKU, prices by market; lists are replaced.",
    description: "Safe to repeat: a change that changes nothing keeps the version and tells nobody.",
    access: "staff",
    input: Type.Object({ productId, expectedVersion, ...ProductChange.properties }),
    output: ProductSource,
    refuses: changes,
    example: {
      input: {
        productId: "0199d1c0-0000-7000-8000-000000000001",
        expectedVersion: 3,
        titles: { en: "Ivory candle holder" },
      },
    },
  },
  archiveProduct: {
    method: "POST",
    path: "/products/:productId/archive",
    keyedBy: "productId",
    summary: "Take a product out of the shop; orders keep it. Safe to repeat.",
    access: "staff",
    input: Type.Object({ productId, expectedVersion }),
    output: ProductSource,
    refuses: [...notFound, refuse.VERSION_CONFLICT],
    example: { input: { productId: "0199d1c0-0000-7000-8000-000000000001" } },
  },
  setPrices: {
    method: "PUT",
    path: "/products/:productId/prices",
    summary: "Set list prices of a product's variants; null takes the variant out of that market.",
    description: "Prices that are not named stay. Safe to repeat.",
    access: "staff",
    input: Type.Object({
      productId,
      expectedVersion,
      prices: Type.Array(
        Type.Object({
          sku: Sku,
          market: Market,
          currency: Currency,
          amountMinor: Type.Union([AmountMinor, Type.Null()]),
        }),
        { minItems: 1, maxItems: 1000 },
      ),
    }),
    output: ProductSource,
    refuses: [...notFound, refuse.SKU_NOT_FOUND, refuse.VERSION_CONFLICT],
    example: {
      input: {
        productId: "0199d1c0-0000-7000-8000-000000000001",
        prices: [{ sku: "21730", market: "gb", currency: "GBP", amountMinor: 425 }],
      },
    },
  },
  listProductSources: {
    method: "GET",
    path: "/product-sources",
    summary: "Products in any status with every locale and market, by id; for the back office.",
    access: "staff",
    input: Type.Object({ ...PageRequest, status: Type.Optional(Status), sku: Type.Optional(Sku) }),
    output: PageOf(ProductSource),
    example: { input: { status: "draft" } },
  },
  getProductSource: {
    method: "GET",
    path: "/product-sources/:productId",
    summary: "One product in any status with every locale and market; what an editor starts from.",
    access: "staff",
    input: Type.Object({ productId }),
    output: ProductSource,
    refuses: notFound,
    example: { input: { productId: "0199d1c0-0000-7000-8000-000000000001" } },
  },
  exportProducts: {
    method: "GET",
    path: "/products/export",
    summary: "Every product in any status, by id: where a new listener starts before it follows the events.",
    access: "service",
    input: Type.Object(PageRequest),
    output: PageOf(ProductSource),
    example: { input: { limit: 100 } },
  },
  splitExport: {
    method: "GET",
    path: "/products/export/pieces",
    summary:
      "Cursors of `exportProducts` that cut it into pieces of so many products: to read some of them, or several at once.",
    description:
      "The first piece begins without a cursor. Later products lie in the last piece, so that the others stay as they are.",
    access: "service",
    input: Type.Object({ size: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }),
    output: Type.Object({ cursors: Type.Array(Type.String()) }),
    example: { input: { size: 5_000 } },
  },
  importProducts: {
    method: "POST",
    path: "/products/import",
    summary: "Take a stream of products, NDJSON (a ProductDraft a line) or CSV (a variant a row).",
    description:
      "Products are told apart by their SKUs. A bad line blocks no other. Safe to repeat and to resume: what is there already changes nothing; `from` skips the lines before it.",
    access: "staff",
    body: "stream",
    timeoutMs: 3_600_000,
    input: Type.Object({
      format: Type.Optional(Type.Enum(["ndjson", "csv"], { default: "ndjson" })),
      from: Type.Optional(Type.Integer({ minimum: 1, default: 1, description: "First line to take, counted from 1." })),
    }),
    output: ImportResult,
    example: {
      input: { format: "ndjson" },
      output: { lines: 2, created: 1, updated: 0, unchanged: 1, failed: 0, errors: [] },
    },
  },
  putImage: {
    method: "PUT",
    path: "/images/:name",
    summary: "Store a picture of at most 1 MiB under a name that keeps it for ever. Safe to repeat.",
    access: "staff",
    body: "stream",
    input: Type.Object({ name: ImageName }),
    output: Type.Object({
      name: ImageName,
      contentType: Type.String(),
      sizeBytes: Type.Integer(),
      etag: Type.String(),
    }),
    refuses: [refuse.IMAGE_TYPE_NOT_SUPPORTED, refuse.IMAGE_NOT_SAFE, refuse.IMAGE_NAME_TAKEN],
    example: { input: { name: "candle-holder-white.svg" } },
  },
});

/** Widths in pixels in which `/pictures/:width/:name` shows pictures that are no drawings. Beside them there are `share` (1200 × 630) and
 *  `square` (1200 × 1200), JPEG of anything, on white. */
export const pictureWidths = [160, 320, 480, 640, 960, 1_280, 1_920] as const;

definePublicPages(catalog, [
  { method: "GET", path: "/images/:name" },
  { method: "GET", path: "/pictures/:width/:name" },
]);
