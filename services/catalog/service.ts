import { defineService, hear } from "#platform/service";
import { archiveProduct } from "./archive-product.ts";
import { catalog } from "./contract.ts";
import { createProduct } from "./create-product.ts";
import {
  CacheFlushed,
  CategoryChanged,
  PricesChanged,
  ProductArchived,
  ProductCreated,
  ProductUpdated,
} from "./events.ts";
import { flushAtMidnight } from "./flush-at-midnight.ts";
import { onCacheFlushed, onCategoryChanged, onProductChanged } from "./forget.ts";
import { getProduct, getProductsByIds } from "./get-product.ts";
import { getVariants } from "./get-variants.ts";
import { importProducts } from "./import-products.ts";
import { getCategory, listCategories } from "./list-categories.ts";
import { exportProducts, getProductSource, listProductSources, splitExport } from "./list-product-sources.ts";
import { listFacets } from "./list-facets.ts";
import { listProducts } from "./list-products.ts";
import { putCategory } from "./put-category.ts";
import { putImage } from "./put-image.ts";
import { imagePage } from "./serve-image.ts";
import { picturePage } from "./serve-picture.ts";
import { setPrices } from "./set-prices.ts";
import { defaultLocale, listingTtlSeconds, productTtlSeconds } from "./settings.ts";
import { updateProduct } from "./update-product.ts";

export const service = defineService({
  name: "catalog",
  contract: catalog,
  operations: {
    listProducts,
    listFacets,
    getProduct,
    getProductsByIds,
    getVariants,
    listCategories,
    getCategory,
    putCategory,
    createProduct,
    updateProduct,
    archiveProduct,
    setPrices,
    listProductSources,
    getProductSource,
    exportProducts,
    splitExport,
    importProducts,
    putImage,
  },
  publishes: [ProductCreated, ProductUpdated, ProductArchived, PricesChanged, CategoryChanged, CacheFlushed],
  watches: [
    hear(ProductCreated, onProductChanged),
    hear(ProductUpdated, onProductChanged),
    hear(ProductArchived, onProductChanged),
    hear(PricesChanged, onProductChanged),
    hear(CategoryChanged, onCategoryChanged),
    hear(CacheFlushed, onCacheFlushed),
  ],
  jobs: [flushAtMidnight],
  settings: [defaultLocale, productTtlSeconds, listingTtlSeconds],
  pages: [imagePage, picturePage],
});
