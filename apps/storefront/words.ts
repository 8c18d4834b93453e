import { languageOf } from "./places.ts";
import names from "./texts/attribute-names.json" with { type: "json" };

/** What attributes and their values are called, by language: those of the demo's goods. A shop puts its own here. */
type Names = Readonly<Record<string, { readonly names: Words; readonly values: Readonly<Record<string, Words>> }>>;
type Words = Readonly<Record<string, string>>;

/** An attribute's name for people: the shop's own word, else the name itself. */
export function nameOfAttribute(locale: string, name: string): string {
  return (names as Names)[name]?.names[languageOf(locale)] ?? asWords(name);
}

/** As `nameOfAttribute`, of what a product is chosen by: `Farbe` of `Colour`, where the shop has a word for it. */
export function nameOfOption(locale: string, name: string): string {
  return (names as Names)[name.toLowerCase()]?.names[languageOf(locale)] ?? name;
}

export function valueOfAttribute(locale: string, name: string, value: string): string {
  return (names as Names)[name]?.values[value]?.[languageOf(locale)] ?? asWords(value);
}

/** `Polka dot` of `polka-dot`. */
function asWords(slug: string): string {
  const words = slug.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
