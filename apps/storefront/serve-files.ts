import type { WebPage } from "#platform/service";
import { originOf } from "./places.ts";

const MARK = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#22695a"/><path d="M9 11h14v3.2h-5.3V24h-3.4v-9.8H9z" fill="#fbfaf7"/></svg>`;
/** Whatever shape a home screen cuts out of it, the mark is inside. */
const MASKABLE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M0 0h32v32H0z" fill="#22695a"/><path d="M10.8 12.3h10.4v2.4h-4v7.4h-2.4v-7.4h-4z" fill="#fbfaf7"/></svg>`;
const DAY = { "cache-control": "public, max-age=86400" };

export const faviconPage: WebPage = {
  method: "GET",
  path: "/favicon.svg",
  port: "public",
  summary: "The shop's mark",
  handle: async () => ({ contentType: "image/svg+xml", headers: DAY, body: MARK }),
};

export const maskableIconPage: WebPage = {
  method: "GET",
  path: "/icon-maskable.svg",
  port: "public",
  summary: "The shop's mark on a home screen",
  handle: async () => ({ contentType: "image/svg+xml", headers: DAY, body: MASKABLE }),
};

export const robotsPage: WebPage = {
  method: "GET",
  path: "/robots.txt",
  port: "public",
  summary: "What search engines may read",
  handle: async (_, ctx) => ({
    contentType: "text/plain; charset=utf-8",
    headers: DAY,
    body: `${ROBOTS}\nSitemap: ${originOf(ctx)}/sitemap.xml\n`,
  }),
};

/** Carts and orders are nobody's to list; sorted and filtered lists are the same goods again. */
const ROBOTS = `User-agent: *
Allow: /api/docs
Allow: /api/openapi.json
Disallow: /api/
Disallow: /cart
Disallow: /*/cart
Disallow: /checkout
Disallow: /*/checkout
Disallow: /orders/
Disallow: /*/orders/
Disallow: /*?*sort=
Disallow: /*?*attributes=
`;
