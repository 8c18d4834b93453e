import { ambiguousColourWords, colourWords } from "./attribute-words.ts";
import type { Facts } from "./classify.ts";
import { findLook, longestLook } from "./german-words.ts";
import type { LookPart } from "./german-words.ts";

/** What a title says about the thing it names, in German words. `with` is in the dative ("mit Perlen"), `styles` stand behind "im",
 *  `names` in quotes. */
export type Look = {
  readonly count: { readonly of: number; readonly isSet: boolean } | undefined;
  readonly isPlural: boolean;
  readonly isAssorted: boolean;
  readonly adjectives: readonly string[];
  readonly colours: readonly string[];
  readonly prefixes: readonly string[];
  readonly names: readonly string[];
  readonly materials: readonly string[];
  readonly styles: readonly string[];
  readonly forms: readonly string[];
  readonly with: readonly string[];
  readonly behind: readonly string[];
  readonly sizes: readonly string[];
};

/** Nothing is said. */
export const plainLook: Look = {
  count: undefined,
  isPlural: false,
  isAssorted: false,
  adjectives: [],
  colours: [],
  prefixes: [],
  names: [],
  materials: [],
  styles: [],
  forms: [],
  with: [],
  behind: [],
  sizes: [],
};

/** Reads the words of a title around the phrase that names the thing. Throws when the tables do not know one of them. */
export function readLook(title: string, facts: Facts): Look {
  const { start, end } = facts.named ?? { start: title.length, end: title.length };
  const { count, isAssorted, before, behind } = takeCount(title.slice(0, start), title.slice(end));
  const isSign = facts.type === "sign" && findLook(plain(`${before} ${behind}`), "sign") === undefined;
  const parts = isSign
    ? readInscription(`${before} ${behind}`)
    : [before, behind].flatMap((text) => readParts(text, facts));
  const textsOf = (kind: LookPart["kind"]) => [
    ...new Set(parts.filter((part) => part.kind === kind).map((part) => part.text)),
  ];
  const motifs = readMotifs(textsOf("mit"), facts.type, textsOf("n").length > 0);
  return {
    count,
    isPlural: isNamedInPlural(title, facts),
    isAssorted,
    adjectives: textsOf("a"),
    colours: textsOf("c"),
    prefixes: textsOf("k"),
    names: [...textsOf("n"), ...motifs.names],
    materials: textsOf("aus"),
    styles: textsOf("stil"),
    forms: textsOf("form"),
    with: motifs.with,
    behind: textsOf("post"),
    sizes: textsOf("size"),
  };
}

/** True where the title has more than one of the thing ("Wooden Letters"), whether or not it counts them. */
export function isNamedInPlural(title: string, facts: Facts): boolean {
  if (facts.named === undefined) return false;
  const words = title.slice(facts.named.start, facts.named.end).toLowerCase();
  return words !== facts.named.phrase && words.endsWith("s");
}

const setWords = /^(?:Set|Bundle)$/;

function takeCount(before: string, behind: string) {
  const isAssorted = /\bAssorted\b/.test(before);
  let rest = before
    .replace(/\bAssorted\b/, "")
    .replace(/\s+/g, " ")
    .trim();
  let tail = behind.trim();
  const packed = /\b(Set|Pack|Box|Bundle|Tub) of (\d+)\b/;
  const match = packed.exec(rest) ?? packed.exec(tail);
  if (match !== null) {
    rest = rest.replace(packed, "").trim();
    tail = tail.replace(packed, "").trim();
    return {
      count: { of: Number(match[2]), isSet: setWords.test(match[1] ?? "") },
      isAssorted,
      before: rest,
      behind: tail,
    };
  }
  if (/^Pair(?: of)?\b/.test(rest))
    return { count: { of: 2, isSet: true }, isAssorted, before: rest.replace(/^Pair(?: of)? ?/, ""), behind: tail };
  const [, bare, others = ""] = /^(\d+)(?: (.*))?$/.exec(rest) ?? [];
  if (bare === undefined || startsWithKnown(rest)) return { count: undefined, isAssorted, before: rest, behind: tail };
  return { count: { of: Number(bare), isSet: false }, isAssorted, before: others, behind: tail };
}

function startsWithKnown(text: string): boolean {
  const words = plain(text).split(" ");
  return words.some((_, index) => index > 0 && findLook(words.slice(0, index + 1).join(" "), undefined) !== undefined);
}

// What is written on a sign stays as it is.
function readInscription(text: string): LookPart[] {
  const words = text.replace(/\s+/g, " ").replace(/ ,/g, ",").trim();
  return words === "" ? [] : [{ kind: "n", text: words }];
}

/** Things that have the shape of what their title shows: an owl as a doorstop, not a doorstop with an owl on it. */
const figures = new Set(
  `doorstop hot-water-bottle hand-warmer candle soft-toy key-ring cookie-cutter cosy watering-can money-box lamp eraser baking-mould
  cushion craft-kit puzzle christmas-decoration easter-decoration hanging-decoration ornament brooch garden-marker fragrance body-care
  magnet card garden-decoration helicopter hook desk-accessory`.split(/\s+/),
);

function readMotifs(texts: readonly string[], type: string | undefined, isNamed: boolean) {
  const isFigure = figures.has(type ?? "") && !isNamed;
  const named = isFigure ? texts.flatMap((text) => text.split("/")[1] ?? []).slice(0, 1) : [];
  const left = named.length === 0 ? texts : texts.filter((text) => text.split("/")[1] !== named[0]);
  return { names: named, with: left.map((text) => text.split("/")[0] ?? text) };
}

function readParts(text: string, facts: Facts): LookPart[] {
  const { rest, parts } = readMeasures(text);
  const words = plain(rest)
    .split(" ")
    .filter((word) => word !== "");
  for (let at = 0; at < words.length;) {
    const found = longestAt(words, at, facts.type);
    if (found === undefined) throw new Error(`words/german-looks.tsv has no row for "${words[at]}" of "${text}"`);
    parts.push(...found.parts);
    at += found.length;
  }
  return parts;
}

const jewellery = /^(?:necklace|bracelet|earrings|ring|brooch|hair-accessory|key-ring)$/;

function longestAt(words: readonly string[], at: number, type: string | undefined) {
  for (let length = Math.min(longestLook, words.length - at); length > 0; length--) {
    const phrase = words.slice(at, at + length).join(" ");
    const parts = findLook(phrase, type) ?? findColour(phrase, type);
    if (parts !== undefined) return { parts, length };
  }
  return undefined;
}

function findColour(words: string, type: string | undefined): readonly LookPart[] | undefined {
  const value = colourWords[words];
  if (value === undefined || (ambiguousColourWords.has(words) && !jewellery.test(type ?? ""))) return undefined;
  return [{ kind: "c", text: value }];
}

const measures: readonly (readonly [pattern: RegExp, read: (found: readonly string[]) => LookPart])[] = [
  [/\b(\d+)-Piece\b/, ([, n]) => ({ kind: "a", text: `${n}-teilig` })],
  [/\b(\d+)-Tier\b/, ([, n]) => ({ kind: "a", text: `${n}-stöckig` })],
  [/\b(\d+)-Point\b/, ([, n]) => ({ kind: "a", text: `${n}-zackig` })],
  [/\b(\d+)-Drawer\b/, ([, n]) => ({ kind: "mit", text: `${n} Schubladen` })],
  [/\b(\d+)-Wick\b/, ([, n]) => ({ kind: "form", text: n === "1" ? "mit einem Docht" : `mit ${n} Dochten` })],
  [/\b(\d+) Hooks?\b/, ([, n]) => ({ kind: "mit", text: n === "1" ? "einem Haken" : `${n} Haken` })],
  [/\b(\d+)-Inch\b/, ([, n]) => ({ kind: "size", text: `${n} Zoll` })],
  [/(?<![\d.])(\d[\d.]*(?: × \d+)* (?:cm|g|W))\b/, ([, size = ""]) => ({ kind: "size", text: size.replace(".", ",") })],
];

function readMeasures(text: string): { rest: string; parts: LookPart[] } {
  let rest = text;
  const parts: LookPart[] = [];
  for (const [pattern, read] of measures) {
    const match = pattern.exec(rest);
    if (match === null) continue;
    parts.push(read(match));
    rest = rest.replace(pattern, "");
  }
  return { rest, parts };
}

function plain(text: string): string {
  return text.toLowerCase().replace(/,/g, " ").replace(/\s+/g, " ").trim();
}
