import { de } from "./texts/de.ts";
import { en, type Texts } from "./texts/en.ts";
import { languageOf } from "./places.ts";

export type { Texts };

const languages: Readonly<Record<string, Texts>> = { en, de };

/** The shop's own words for a locale; English where there are none of its language. */
export function textsIn(locale: string): Texts {
  return languages[languageOf(locale)] ?? en;
}
