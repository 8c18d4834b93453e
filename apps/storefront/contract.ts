import { defineContract, definePublicPages, type PublicPage } from "#kernel/contract";

/** The shop's web pages. It has no operations: browsers are its only callers. */
export const storefront = defineContract("storefront", {});

/** Pages of the shop. Each is there once for the home market, and once below a place: `/de/cart`. */
const shopPages: readonly PublicPage[] = [
  { method: "GET", path: "/" },
  { method: "GET", path: "/categories/*" },
  { method: "GET", path: "/products" },
  { method: "GET", path: "/products/:slug" },
  { method: "GET", path: "/pages/:page" },
  { method: "GET", path: "/cart" },
  { method: "POST", path: "/cart/add" },
  { method: "POST", path: "/cart/change" },
  { method: "GET", path: "/checkout" },
  { method: "POST", path: "/checkout" },
  { method: "GET", path: "/checkout/delivery" },
  { method: "POST", path: "/checkout/delivery" },
  { method: "GET", path: "/checkout/payment" },
  { method: "POST", path: "/checkout/payment" },
  { method: "GET", path: "/checkout/review" },
  { method: "POST", path: "/checkout/review" },
  { method: "GET", path: "/checkout/return" },
  { method: "GET", path: "/orders/:orderId" },
  { method: "GET", path: "/offline" },
  { method: "GET", path: "/manifest.webmanifest" },
];

/** The path of a shop page in any other market or language. */
export function belowPlace(path: string): string {
  return path === "/" ? "/:place" : `/:place${path}`;
}

definePublicPages(storefront, [
  ...shopPages,
  ...shopPages.map(({ method, path }) => ({ method, path: belowPlace(path) })),
  { method: "GET", path: "/assets/:file" },
  { method: "GET", path: "/service-worker.js" },
  { method: "GET", path: "/favicon.svg" },
  { method: "GET", path: "/icon-maskable.svg" },
  { method: "GET", path: "/robots.txt" },
  { method: "GET", path: "/llms.txt" },
  { method: "GET", path: "/sitemap.xml" },
  { method: "GET", path: "/sitemaps/:file" },
  { method: "GET", path: "/feeds/:file" },
  { method: "GET", path: "/*" },
]);
