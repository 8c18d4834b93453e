import { readFileSync } from "node:fs";
import type { Gender } from "./german-grammar.ts";

/** A noun of words/german-nouns.tsv. `adjectives` are stems that always stand before it, `behind` stands right behind it.
 *  `plural` is undefined for what is not counted (Geschenkpapier). */
export type Noun = {
  readonly gender: Gender;
  readonly adjectives: readonly string[];
  readonly singular: string;
  readonly plural: string | undefined;
  readonly behind: string;
};

/** What a word of a title says in German: kind and text of every part, as words/german-looks.tsv writes them (`mit:Perlen`). */
export type LookPart = { readonly kind: LookKind; readonly text: string };
export type LookKind = "a" | "c" | "k" | "n" | "aus" | "stil" | "form" | "mit" | "post" | "size";

const kinds: readonly string[] = ["a", "c", "k", "n", "aus", "stil", "form", "mit", "post", "size"];

/** Nouns by the phrase of words/goods-types.tsv that names a thing, or by `type:` and its slug. */
const nouns: ReadonlyMap<string, Noun> = new Map(
  readTable("german-nouns").map(([english = "", gender = "", singular = "", plural = "", behind = ""]) => {
    if (!/^[mfnp]$/.test(gender) || singular === "")
      throw new Error(`words/german-nouns.tsv: malformed row: ${english}`);
    const [, adjective, noun = ""] = /^(?:~(\S+) )?(.+)$/.exec(singular) ?? [];
    const adjectives = adjective === undefined ? [] : [adjective];
    return [
      english,
      {
        gender: gender as Gender,
        adjectives,
        singular: noun,
        plural: plural === "-" ? undefined : plural === "=" ? noun : plural,
        behind,
      },
    ];
  }),
);

/** Parts by the English words, without commas; a row may hold for one type only (`candle-holder/bird`). */
const looks: ReadonlyMap<string, readonly LookPart[]> = new Map(
  readTable("german-looks").map(([english = "", german = ""]) => [english, readParts(english, german)]),
);

/** The most words that a row of the table has. */
export const longestLook = Math.max(...[...looks.keys()].map((words) => words.split(" ").length));

/** What these words (lower case, no commas) say of a thing of this type; undefined when the table does not know them. */
export function findLook(words: string, type: string | undefined): readonly LookPart[] | undefined {
  return looks.get(`${type}/${words}`) ?? looks.get(words);
}

/** The noun of a thing: that of the phrase that names it, else that of its type. Throws for a type without a noun. */
export function germanNoun(type: string | undefined, phrase?: string): Noun {
  const noun = (phrase === undefined ? undefined : nouns.get(phrase)) ?? nouns.get(`type:${type ?? "none"}`);
  if (noun === undefined) throw new Error(`words/german-nouns.tsv has no row type:${type}`);
  return noun;
}

function readTable(name: string): readonly (readonly string[])[] {
  const text = readFileSync(new URL(`words/${name}.tsv`, import.meta.url), "utf8");
  const [, ...rows] = text.trimEnd().split("\n");
  return rows.map((row) => row.split("\t"));
}

function readParts(english: string, german: string): readonly LookPart[] {
  if (german === "-") return [];
  return german.split(";").map((part) => {
    const [, kind = "", text = ""] = /^([a-z]+):(.+)$/.exec(part) ?? [];
    if (!kinds.includes(kind)) throw new Error(`words/german-looks.tsv: malformed row: ${english}`);
    return { kind: kind as LookKind, text };
  });
}
