import { readFileSync } from "node:fs";
import type { Facts } from "./classify.ts";
import { colourStem, describeColours } from "./german-colours.ts";
import { capitalised, compound, inflect, listWithAnd } from "./german-grammar.ts";
import type { Gender } from "./german-grammar.ts";
import { readLook } from "./german-look.ts";
import type { Look } from "./german-look.ts";
import { germanNoun } from "./german-words.ts";
import type { Noun } from "./german-words.ts";

/** Titles that the grammar cannot make, by their English title. */
const fixes = JSON.parse(readFileSync(new URL("words/german-fixes.json", import.meta.url), "utf8")) as Record<
  string,
  string
>;

/** The German title of a product, made of its English one ("Weiße Tortenplatte mit Spitze"). Pure. Throws when a word of it is not in
 *  words/german-looks.tsv. */
export function germanTitle(title: string, facts: Facts): string {
  return (
    fixes[title] ?? capitalised(composePhrase(germanNoun(facts.type, facts.named?.phrase), readLook(title, facts)))
  );
}

/** A noun with what is said of it, in the nominative and without an article: `weiße Tortenplatte mit Spitze`. */
export function composePhrase(noun: Noun, look: Look): string {
  const { count, isPlural } = look;
  const isMany = (count !== undefined || isPlural) && noun.plural !== undefined;
  const gender: Gender = isMany ? "p" : noun.gender;
  const packed =
    count === undefined ? "" : `${count.of}${count.isSet ? "er-Set" : noun.plural === undefined ? " Stück" : ""}`;
  const thing = joinNames(compound(look.prefixes, isMany ? (noun.plural ?? noun.singular) : noun.singular), look.names);
  const ownColours = noun.adjectives.flatMap((stem) => stem.split("-"));
  const newColours = look.colours.filter((value) => !ownColours.includes(colourStem(value)));
  const colours = describeColours(newColours, gender);
  const adjectives = [...new Set([...look.adjectives, ...noun.adjectives])].map((stem) => inflect(stem, gender));
  const front = [noun.plural === undefined ? "" : packed, ...adjectives, colours.before, thing, colours.behind];
  const text = [...front, ...tailOf(thing, noun, look)].filter((part) => part !== "").join(" ");
  const notes = [...look.sizes, noun.plural === undefined ? packed : "", look.isAssorted ? "sortiert" : ""];
  return [text, ...notes].filter((note) => note !== "").join(", ");
}

function joinNames(noun: string, names: readonly string[]): string {
  if (names.length === 0) return noun;
  const [, before = noun, own, behind = ""] = /^(.*)„(.+)“(.*)$/.exec(noun) ?? [];
  return own === undefined ? `${noun} „${names.join(" ")}“` : `${before}„${[own, ...names].join(" – ")}“${behind}`;
}

/** What stands behind the noun, in the order that German likes: form, material, style, additions, purpose. */
function tailOf(thing: string, noun: Noun, look: Look): readonly string[] {
  const [, material = "", addition = ""] = /^(?:aus (.+?))?(?: ?mit (.+))?$/.exec(noun.behind) ?? [];
  const isPurpose = /^(?:zum|für|als) /.test(noun.behind);
  const isPlace = noun.behind !== "" && material === "" && addition === "" && !isPurpose;
  const materials = new Set([material, ...look.materials].filter((word) => word !== "" && !isIn(thing, word)));
  const additions = new Set([addition, ...look.with].filter((word) => word !== ""));
  return [
    isPlace ? noun.behind : "",
    ...look.forms,
    materials.size === 0 ? "" : `aus ${listWithAnd([...materials])}`,
    look.styles.length === 0 ? "" : `im ${look.styles.join(" und ")}`,
    additions.size === 0 ? "" : `mit ${listWithAnd([...additions])}`,
    ...new Set([...look.behind, isPurpose ? noun.behind : ""]),
  ];
}

function isIn(thing: string, material: string): boolean {
  return thing.toLowerCase().includes(material.toLowerCase());
}
