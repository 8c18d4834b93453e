import { languageOf } from "./places.ts";

/** What goods have in several languages, as the shop shows it: in the locale, its language, the shop's own language, or any; undefined where
 *  there is nothing. */
export function inLocale<Value>(
  values: Readonly<Record<string, Value>>,
  { locale, home }: { readonly locale: string; readonly home: string },
): Value | undefined {
  const wanted = [locale, languageOf(locale), home, languageOf(home)];
  const found = wanted.find((one) => Object.hasOwn(values, one)) ?? Object.keys(values).toSorted()[0];
  return found === undefined ? undefined : values[found];
}
