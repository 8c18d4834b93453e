import { ambiguousColourWords, colourWords, materialWords, themeWords } from "./attribute-words.ts";
import { fallbackLeaf } from "./category-tree.ts";
import { goodsTypes } from "./goods-types.ts";

/** What a title tells: `type` is a key of goodsTypes or undefined; the lists are sorted, without repeats, and hold facet values. */
export type Facts = {
  readonly type: string | undefined;
  /** What the thing is called in a sentence ("herb marker"), as near to the title as the word lists allow. */
  readonly noun: string;
  /** The words of the list that named it and where they stand in the title; they may be plural there. */
  readonly named: { readonly phrase: string; readonly start: number; readonly end: number } | undefined;
  readonly colours: readonly string[];
  readonly materials: readonly string[];
  readonly themes: readonly string[];
  readonly setSize: number | undefined;
};

/** Reads the facts out of a clean title. Pure. Nothing is guessed: a colour that is not in the title is not in the facts. */
export function classify(title: string): Facts {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9&'+-]+/g, " ")
    .trim();
  const named = findType(title.toLowerCase());
  const type = named?.type;
  return {
    type,
    noun: chooseNoun(named),
    named: named && { phrase: named.text, start: named.start, end: named.end },
    colours: readColours(words, type),
    materials: readMaterials(headOf(words), type),
    themes: matchFacet(words, themeWords),
    setSize: readSetSize(title),
  };
}

/** The leaves a product belongs to, its own kind first; seasonal and wedding goods are listed there too. */
export function chooseCategories(facts: Facts): string[] {
  const own = facts.type === undefined ? fallbackLeaf : (goodsTypes[facts.type]?.leaf ?? fallbackLeaf);
  const leaves = [own];
  if (facts.themes.includes("christmas")) leaves.push("seasonal/christmas");
  if (facts.themes.includes("easter")) leaves.push("seasonal/easter");
  if (facts.themes.includes("valentine") || facts.themes.includes("wedding")) leaves.push("seasonal/love-and-weddings");
  return [...new Set(leaves)];
}

type Named = Phrase & { readonly start: number; readonly end: number };
type Phrase = { readonly type: string; readonly text: string; readonly pattern: RegExp };

const phrases: readonly Phrase[] = Object.entries(goodsTypes).flatMap(([type, { phrases: texts }]) =>
  texts.map((text) => ({ type, text, pattern: wholeWords(text) })),
);

/** English puts the thing named last: "Heart T-Light Holder" is a holder. So the phrase that ends last in the head of the
 *  title (before "with", "in", "for", a comma …) wins, and of those that end together the longest. */
function findType(title: string): Named | undefined {
  const head = headOf(title);
  return (
    lastPhrase(title, (phrase) => / (?:with|in|for|on) /.test(phrase.text)) ?? lastPhrase(head) ?? lastPhrase(title)
  );
}

// The matched words are nearer to the title than the type's name, unless they are plural or only make sense in their place.
function chooseNoun(named: Named | undefined): string {
  if (named === undefined) return "find";
  const noun = goodsTypes[named.type]?.noun ?? "find";
  const isAwkward =
    /s$|\d|\b(?:of|with|in|and|for|on)\b|&/.test(named.text) || / of /.test(noun) || named.text.split(" ").length > 3;
  return isAwkward ? noun : named.text;
}

function headOf(text: string): string {
  return text.split(/, (?![^,]*&)| with | in | for | on /)[0] ?? text;
}

function lastPhrase(text: string, isAllowed: (phrase: Phrase) => boolean = () => true): Named | undefined {
  let best: Named | undefined;
  for (const phrase of phrases) {
    if (!isAllowed(phrase)) continue;
    for (const match of text.matchAll(phrase.pattern)) {
      const end = match.index + match[0].length;
      const isBetter =
        best === undefined || end > best.end || (end === best.end && match[0].length > best.end - best.start);
      if (isBetter) best = { ...phrase, start: match.index, end };
    }
  }
  return best;
}

function wholeWords(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![a-z0-9'-])${escaped}(?:s|es)?(?![a-z0-9'-])`, "g");
}

// "Candle" and "card" tell the material only of the thing itself, not of what holds it.
function readMaterials(words: string, type: string | undefined): string[] {
  const holdsIt = /^(?:candle-holder|candlestick|card-holder|purse|game|chandelier|lantern|jar|tin|box)$/.test(
    type ?? "",
  );
  return matchFacet(words, materialWords).filter(
    (value) => !(holdsIt && (value === "wax" || value === "paper") && !words.includes("paper")),
  );
}

const colourPatterns = Object.keys(colourWords)
  .toSorted((a, b) => b.length - a.length)
  .map((word) => ({ word, value: colourWords[word] ?? word, pattern: new RegExp(`\\b${word}s?\\b`, "g") }));

function readColours(words: string, type: string | undefined): string[] {
  const found = new Set<string>();
  let rest = words.replaceAll("ice cream", "");
  for (const { word, value, pattern } of colourPatterns) {
    if (ambiguousColourWords.has(word) && !isJewellery(type)) continue;
    if ((word === "orange" || word === "mint") && isScentedOrHerb(type)) continue;
    if (!pattern.test(rest)) continue;
    found.add(value);
    rest = rest.replace(pattern, "#");
  }
  return [...found].toSorted();
}

function isJewellery(type: string | undefined): boolean {
  return type !== undefined && /^(?:necklace|bracelet|earrings|ring|brooch|hair-accessory|key-ring)$/.test(type);
}

function isScentedOrHerb(type: string | undefined): boolean {
  return type !== undefined && /candle|incense|fragrance|garden-marker|wreath/.test(type);
}

const facetPatterns = new Map(
  [materialWords, themeWords].map((table) => [
    table,
    Object.entries(table).map(([value, texts]) => ({ value, patterns: texts.map(wholeWords) })),
  ]),
);

function matchFacet(words: string, table: Readonly<Record<string, readonly string[]>>): string[] {
  const rows = facetPatterns.get(table) ?? [];
  return rows
    .filter(({ patterns }) => patterns.some((pattern) => words.search(pattern) >= 0))
    .map(({ value }) => value);
}

function readSetSize(title: string): number | undefined {
  const match = /\b(?:Set|Pack|Box|Bundle) of (\d+)\b/.exec(title) ?? /^(\d+) (?=[A-Z])/.exec(title);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
