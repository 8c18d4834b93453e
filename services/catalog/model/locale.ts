/** Locales to try, the best first: `de-AT` → `de-AT`, `de`, then the shop's default. */
export function localeChain(locale: string, defaultLocale: string): readonly string[] {
  const language = locale.split("-")[0]!;
  return [...new Set([locale, language, defaultLocale])];
}

/** The value in the first locale of the chain that has one; else of the alphabetically first locale. */
export function inLocale<Value>(values: Readonly<Record<string, Value>>, chain: readonly string[]): Value | undefined {
  const locale = chain.find((one) => Object.hasOwn(values, one)) ?? Object.keys(values).toSorted()[0];
  return locale === undefined ? undefined : values[locale];
}
