import type { Money } from "#kernel/money";
import { decimalPrice } from "./decimal-price.ts";
import { xmlElement, xmlText } from "./xml.ts";

/** One thing that can be bought, as merchants' feeds tell of it. */
export type FeedItem = {
  readonly id: string;
  /** What the variants of a product have in common; undefined for the only one. */
  readonly group: string | undefined;
  readonly title: string;
  readonly description: string;
  readonly link: string;
  readonly images: readonly string[];
  readonly price: Money;
  readonly isInStock: boolean;
  /** The category from the top down. */
  readonly type: readonly string[];
};

export type FeedHead = {
  readonly title: string;
  readonly description: string;
  readonly link: string;
  readonly self: string;
  /** Where the rest is. */
  readonly next: string | undefined;
};

// What the format takes at most.
const MOST_TITLE = 150;
const MOST_DESCRIPTION = 5_000;
const MOST_IMAGES = 11;

/** https://support.google.com/merchants/answer/7052112 */
export function feedHead({ title, description, link, self, next }: FeedHead): string {
  return [
    `<?xml version="1.0" encoding="UTF-8"?>\n`,
    `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>\n`,
    `${xmlElement("title", title)}${xmlElement("link", link)}${xmlElement("description", description)}\n`,
    `<atom:link rel="self" type="application/rss+xml" href="${xmlText(self)}"/>\n`,
    next === undefined ? "" : `<atom:link rel="next" type="application/rss+xml" href="${xmlText(next)}"/>\n`,
  ].join("");
}
export const FEED_END = "</channel></rss>\n";

export function feedItem(item: FeedItem): string {
  const { id, group, link, price, isInStock, type } = item;
  const [first, ...others] = item.images.slice(0, MOST_IMAGES);
  const title = cut(item.title, MOST_TITLE);
  const parts = [
    xmlElement("g:id", id),
    group === undefined ? "" : xmlElement("g:item_group_id", group),
    xmlElement("title", title),
    xmlElement("description", cut(item.description, MOST_DESCRIPTION) || title),
    xmlElement("link", link),
    first === undefined ? "" : xmlElement("g:image_link", first),
    ...others.map((image) => xmlElement("g:additional_image_link", image)),
    xmlElement("g:price", `${decimalPrice(price)} ${price.currency}`),
    xmlElement("g:availability", isInStock ? "in_stock" : "out_of_stock"),
    xmlElement("g:condition", "new"),
    // Goods without a brand or a number of the trade say so.
    xmlElement("g:identifier_exists", "no"),
    type.length === 0 ? "" : xmlElement("g:product_type", type.join(" > ")),
  ];
  return `<item>${parts.join("")}</item>\n`;
}

/** By letters: a cut within one leaves half of a surrogate pair. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : [...text].slice(0, most).join("");
}
