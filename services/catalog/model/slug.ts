const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  "&": " and ",
};
const MAXIMUM_LENGTH = 200;

/** A text as part of an address: lower case ASCII words joined by hyphens; "" when nothing of it is left. */
export function slugOf(text: string): string {
  const spelled = text.toLowerCase().replaceAll(/[ßæœøđðþł&]/g, (letter) => LETTERS[letter]!);
  const ascii = spelled.normalize("NFKD").replaceAll(/[\u0300-\u036f'’]/g, "");
  const words = ascii.split(/[^a-z0-9]+/).filter((word) => word !== "");
  return words.join("-").slice(0, MAXIMUM_LENGTH).replace(/-$/, "");
}

/** Addresses for a new product without one, the nicest first; the last carries the SKU, which nobody else has. */
export function slugCandidates(title: string, sku: string): readonly string[] {
  const bySku = slugOf(sku) || "product";
  const byTitle = slugOf(title);
  return byTitle === "" ? [bySku, `product-${bySku}`] : [byTitle, `${byTitle}-${bySku}`];
}

export const SORTED_LETTERS = 60;

/** What titles are sorted by, byte by byte: case and accents folded; cut, so that it fits into a cursor. */
export function sortKey(title: string): string {
  const folded = title.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return [...folded].slice(0, SORTED_LETTERS).join("");
}

/** A name for a category that came as a slug only: `candle-holders` → `Candle holders`. */
export function nameOfSlug(slug: string): string {
  const words = slug.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
