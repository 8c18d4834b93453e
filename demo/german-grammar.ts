/** Masculine, feminine, neuter; plural for words and phrases in the plural. */
export type Gender = "m" | "f" | "n" | "p";

const endings: Readonly<Record<Gender, string>> = { m: "er", f: "e", n: "es", p: "e" };

/** Adjectives that never change; they stand as they are. */
const unchanging = new Set(["rosa", "lila"]);

/** An adjective before a noun in the nominative, without an article or after "ein": `weiß` → `weißer Teller`, `weiße Tasse`,
 *  `weißes Glas`, `weiße Gläser`. `stem` is what the ending is put on (`hoh` for "hoch"). */
export function inflect(stem: string, gender: Gender): string {
  return unchanging.has(stem) ? stem : stem + endings[gender];
}

/** `ein`, `eine` or, in the plural, nothing. */
export function indefiniteArticle(gender: Gender): string {
  return { m: "ein", f: "eine", n: "ein", p: "" }[gender];
}

/** A longer noun is set off with a hyphen: "Kinder-Gartenhandschuhe". */
const longestTail = 12;

/** One compound of prefixes and a noun: `Kinder` + `Tasse` → `Kindertasse`, `Vintage-` + `Karte` → `Vintage-Karte`. A prefix that
 *  the noun has already is left out. */
export function compound(prefixes: readonly string[], noun: string): string {
  const hyphenatedFirst = [...new Set(prefixes)].toSorted((a, b) => Number(b.endsWith("-")) - Number(a.endsWith("-")));
  return hyphenatedFirst.reduceRight((whole, prefix) => {
    if (whole.toLowerCase().includes(prefix.replace(/-$/, "").toLowerCase())) return whole;
    if (prefix.endsWith("-")) return prefix + whole;
    if (whole.length > longestTail || /^(?:[A-ZÄÖÜ]{2}|\d|\p{L}+-)/u.test(whole)) return `${prefix}-${whole}`;
    return prefix + whole.charAt(0).toLowerCase() + whole.slice(1);
  }, noun);
}

/** `Rot, Weiß und Blau`. */
export function listWithAnd(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} und ${words.at(-1)}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
