import type { ShopPlace } from "./places.ts";
import { xmlText } from "./xml.ts";

/** A page in every place that has it: absolute addresses. */
export type ListedPage = {
  /** Of the page in the place whose sitemap this is. */
  readonly address: string;
  /** RFC 3339. */
  readonly changedAt?: string;
  readonly places: readonly { readonly place: ShopPlace; readonly address: string }[];
};

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>\n`;
const NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9";

export const SITEMAP_HEAD = `${HEAD}<urlset xmlns="${NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n`;
export const SITEMAP_END = "</urlset>\n";

/** https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap: every version names all, itself too. */
export function sitemapEntry({ address, changedAt, places }: ListedPage): string {
  const changed = changedAt === undefined ? "" : `<lastmod>${xmlText(changedAt)}</lastmod>`;
  const alternates = places.map((one) => alternate(one.place.hreflang, one.address));
  const home = places.find(({ place }) => place.code === "");
  const fallback = home === undefined ? [] : [alternate("x-default", home.address)];
  return `<url><loc>${xmlText(address)}</loc>${changed}${[...alternates, ...fallback].join("")}</url>\n`;
}

function alternate(hreflang: string, address: string): string {
  return `<xhtml:link rel="alternate" hreflang="${xmlText(hreflang)}" href="${xmlText(address)}"/>`;
}

export function sitemapIndex(addresses: readonly string[]): string {
  const entries = addresses.map((address) => `<sitemap><loc>${xmlText(address)}</loc></sitemap>\n`);
  return `${HEAD}<sitemapindex xmlns="${NAMESPACE}">\n${entries.join("")}</sitemapindex>\n`;
}
