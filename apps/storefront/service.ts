import {
  CacheFlushed,
  CategoryChanged,
  PricesChanged,
  ProductArchived,
  ProductCreated,
  ProductUpdated,
} from "#catalog/events";
import { cart } from "#cart/contract";
import { catalog } from "#catalog/contract";
import { gateway } from "#gateway/contract";
import { inventory } from "#inventory/contract";
import { AvailabilityChanged } from "#inventory/events";
import { orders } from "#orders/contract";
import { payments } from "#payments/contract";
import { defineService, hear } from "#platform/service";
import { pricing } from "#pricing/contract";
import { MarketChanged } from "#pricing/events";
import { shipping } from "#shipping/contract";
import { addToCart, changeCart } from "./change-cart.ts";
import { storefront } from "./contract.ts";
import { forgetAvailability, forgetPages } from "./forget-pages.ts";
import { assetPage } from "./serve-asset.ts";
import { faviconPage, maskableIconPage, robotsPage } from "./serve-files.ts";
import { feedPage } from "./serve-feed.ts";
import { llmsPage } from "./serve-llms.ts";
import { sitemapPage, sitemapPartPage } from "./serve-sitemaps.ts";
import { workerPage } from "./serve-worker.ts";
import { cookieKey, featuredCategory } from "./settings.ts";
import { shopPage } from "./shop-page.ts";
import { showCart } from "./show-cart.ts";
import { showStep } from "./show-checkout.ts";
import { showCategory } from "./show-category.ts";
import { showHome } from "./show-home.ts";
import { showManifest } from "./show-manifest.ts";
import { showOffline } from "./show-offline.ts";
import { returnFromBank, showOrder } from "./show-order.ts";
import { showProduct } from "./show-product.ts";
import { notFoundPage } from "./show-not-found.ts";
import { showText } from "./show-text.ts";
import { placeOrder, takeAddress, takeCard, takeDelivery } from "./take-checkout.ts";

export const service = defineService({
  name: "storefront",
  contract: storefront,
  hasDatabase: false,
  operations: {},
  calls: [cart, catalog, gateway, inventory, orders, payments, pricing, shipping],
  watches: [
    hear(ProductCreated, forgetPages),
    hear(ProductUpdated, forgetPages),
    hear(ProductArchived, forgetPages),
    hear(PricesChanged, forgetPages),
    hear(CategoryChanged, forgetPages),
    hear(CacheFlushed, forgetPages),
    hear(AvailabilityChanged, forgetAvailability),
    hear(MarketChanged, forgetPages),
  ],
  pages: [
    ...shopPage({ method: "GET", path: "/", summary: "The start page", isPublic: true, show: showHome }),
    ...shopPage({ method: "GET", path: "/categories/*", summary: "A category", isPublic: true, show: showCategory }),
    ...shopPage({ method: "GET", path: "/products", summary: "All goods", isPublic: true, show: showCategory }),
    ...shopPage({ method: "GET", path: "/products/:slug", summary: "A product", isPublic: true, show: showProduct }),
    ...shopPage({ method: "GET", path: "/pages/:page", summary: "Words", isPublic: true, show: showText }),
    ...shopPage({ method: "GET", path: "/cart", summary: "The cart", show: showCart }),
    ...shopPage({ method: "POST", path: "/cart/add", summary: "Puts goods into the cart", show: addToCart }),
    ...shopPage({ method: "POST", path: "/cart/change", summary: "Changes the cart", show: changeCart }),
    ...shopPage({ method: "GET", path: "/checkout", summary: "Contact and address", show: showStep("address") }),
    ...shopPage({ method: "POST", path: "/checkout", summary: "Takes contact and address", show: takeAddress }),
    ...shopPage({ method: "GET", path: "/checkout/delivery", summary: "Delivery", show: showStep("delivery") }),
    ...shopPage({ method: "POST", path: "/checkout/delivery", summary: "Takes the delivery", show: takeDelivery }),
    ...shopPage({ method: "GET", path: "/checkout/payment", summary: "Payment", show: showStep("payment") }),
    ...shopPage({ method: "POST", path: "/checkout/payment", summary: "Takes the card", show: takeCard }),
    ...shopPage({ method: "GET", path: "/checkout/review", summary: "Review", show: showStep("review") }),
    ...shopPage({ method: "POST", path: "/checkout/review", summary: "Buys", show: placeOrder }),
    ...shopPage({ method: "GET", path: "/checkout/return", summary: "Back from the bank", show: returnFromBank }),
    ...shopPage({ method: "GET", path: "/orders/:orderId", summary: "An order", show: showOrder }),
    ...shopPage({ method: "GET", path: "/offline", summary: "Without a network", isPublic: true, show: showOffline }),
    ...shopPage({
      method: "GET",
      path: "/manifest.webmanifest",
      summary: "The shop as an app",
      isPublic: true,
      show: showManifest,
    }),
    assetPage,
    workerPage,
    faviconPage,
    maskableIconPage,
    robotsPage,
    llmsPage,
    sitemapPage,
    sitemapPartPage,
    feedPage,
    notFoundPage,
  ],
  settings: [cookieKey, featuredCategory],
});
