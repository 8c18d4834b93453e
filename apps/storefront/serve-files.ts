import { processSettings } from "#platform/process-settings";
import type { WebPage } from "#platform/service";
import { mark, maskableMark } from "./marks.ts";

const DAY = { "cache-control": "public, max-age=86400" };

export const faviconPage: WebPage = {
  method: "GET",
  path: "/favicon.svg",
  port: "public",
  summary: "The shop's mark",
  handle: async () => ({ contentType: "image/svg+xml", headers: DAY, body: mark() }),
};

export const maskableIconPage: WebPage = {
  method: "GET",
  path: "/icon-maskable.svg",
  port: "public",
  summary: "The shop's mark on a home screen",
  handle: async () => ({ contentType: "image/svg+xml", headers: DAY, body: maskableMark }),
};

export const robotsPage: WebPage = {
  method: "GET",
  path: "/robots.txt",
  port: "public",
  summary: "What search engines may read",
  handle: async (_, ctx) => ({
    contentType: "text/plain; charset=utf-8",
    headers: DAY,
    body: `${ROBOTS}\nSitemap: ${ctx.setting(processSettings.publicUrl)}/sitemap.xml\n`,
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
