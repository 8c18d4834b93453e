import { inflect, listWithAnd } from "./german-grammar.ts";
import type { Gender } from "./german-grammar.ts";

/** A colour's name, its adjective stem, and its form in front of another (`rot-weiß`). */
type Colour = { readonly noun: string; readonly stem: string; readonly first: string };

const colours: Readonly<Record<string, Colour>> = {
  red: { noun: "Rot", stem: "rot", first: "rot" },
  pink: { noun: "Rosa", stem: "rosa", first: "rosa" },
  orange: { noun: "Orange", stem: "orangefarben", first: "orange" },
  yellow: { noun: "Gelb", stem: "gelb", first: "gelb" },
  green: { noun: "Grün", stem: "grün", first: "grün" },
  mint: { noun: "Mintgrün", stem: "mintgrün", first: "mintgrün" },
  blue: { noun: "Blau", stem: "blau", first: "blau" },
  "light-blue": { noun: "Hellblau", stem: "hellblau", first: "hellblau" },
  turquoise: { noun: "Türkis", stem: "türkisfarben", first: "türkis" },
  purple: { noun: "Violett", stem: "violett", first: "violett" },
  lilac: { noun: "Flieder", stem: "fliederfarben", first: "flieder" },
  black: { noun: "Schwarz", stem: "schwarz", first: "schwarz" },
  white: { noun: "Weiß", stem: "weiß", first: "weiß" },
  ivory: { noun: "Elfenbein", stem: "elfenbeinfarben", first: "elfenbein" },
  cream: { noun: "Creme", stem: "cremefarben", first: "creme" },
  grey: { noun: "Grau", stem: "grau", first: "grau" },
  brown: { noun: "Braun", stem: "braun", first: "braun" },
  natural: { noun: "Natur", stem: "naturfarben", first: "natur" },
  silver: { noun: "Silber", stem: "silberfarben", first: "silber" },
  gold: { noun: "Gold", stem: "goldfarben", first: "gold" },
  copper: { noun: "Kupfer", stem: "kupferfarben", first: "kupfer" },
  clear: { noun: "Transparent", stem: "transparent", first: "transparent" },
  multicolour: { noun: "Bunt", stem: "bunt", first: "bunt" },
};

/** The colour's name in German. Throws for a value that the colour facet does not have. */
export function germanColour(value: string): string {
  return colourOf(value).noun;
}

/** The stem of the colour's adjective (`elfenbeinfarben`). */
export function colourStem(value: string): string {
  return colourOf(value).stem;
}

/** What one or two colours say before a noun (`rot`, `rosa-weiß`, `gold- und silberfarben`), inflected; with more, what stands
 *  behind it (`in Blau, Rot und Weiß`). */
export function describeColours(
  values: readonly string[],
  gender: Gender,
): { readonly before: string; readonly behind: string } {
  const known = values.filter((value) => value !== "multicolour").map(colourOf);
  const isBunt = values.includes("multicolour");
  if (isBunt && known.length !== 1) return { before: inflect("bunt", gender), behind: "" };
  if (known.length > 2) return { before: "", behind: `in ${listWithAnd(known.map(({ noun }) => noun))}` };
  const bunt = isBunt ? `${inflect("bunt", gender)} ` : "";
  const [one, two] = known;
  if (one === undefined) return { before: "", behind: "" };
  return { before: bunt + (two === undefined ? inflect(one.stem, gender) : joinTwo(one, two, gender)), behind: "" };
}

// "rosa" does not change and "-farben" is long: the one goes first, the other last.
function joinTwo(one: Colour, two: Colour, gender: Gender): string {
  const isLong = ({ stem }: Colour) => stem.endsWith("farben");
  if (isLong(one) && isLong(two)) return `${one.first}- und ${inflect(two.stem, gender)}`;
  const [first, last] = two.stem === "rosa" || (isLong(one) && one.stem !== "rosa") ? [two, one] : [one, two];
  return `${first.first}-${inflect(last.stem, gender)}`;
}

function colourOf(value: string): Colour {
  const colour = colours[value];
  if (colour === undefined) throw new Error(`german-colours.ts has no word for the colour ${value}`);
  return colour;
}
