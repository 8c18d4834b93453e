import type { Facts } from "./classify.ts";
import { pick } from "./seed.ts";

/** One to three plain sentences about a product, made only of what its facts and variants say. Same input, same text. */
export function describe(product: {
  readonly title: string;
  readonly facts: Facts;
  readonly option: { readonly name: string; readonly values: readonly string[] } | undefined;
}): string {
  const { title, facts, option } = product;
  const sentences = [
    opening(title, facts, option?.name === "Colour"),
    contents(title, facts, option),
    occasion(title, facts),
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

const materialAdjectives: Readonly<Record<string, string>> = {
  wood: "wooden",
  knit: "knitted",
  wool: "woolly",
  wax: "",
  feather: "feather",
  shell: "shell",
  metal: "metal",
  plastic: "plastic",
};

const patterns: Readonly<Record<string, string>> = {
  retrospot: "the Retrospot pattern",
  "polka-dot": "a spotted pattern",
  stripes: "stripes",
  gingham: "a check pattern",
  paisley: "a paisley pattern",
  floral: "a floral design",
  hearts: "a heart motif",
  stars: "a star motif",
  "union-jack": "a Union Jack design",
  skulls: "a skull motif",
  butterflies: "a butterfly motif",
  leaves: "a leaf design",
  dinosaurs: "dinosaurs",
  circus: "a circus design",
  woodland: "a woodland design",
  babushka: "a babushka doll design",
  birds: "a bird motif",
  fruit: "a fruit motif",
  cats: "a cat motif",
  dogs: "a dog motif",
  rabbits: "a rabbit motif",
};

const styles: Readonly<Record<string, string>> = {
  vintage: "vintage",
  french: "French",
  moroccan: "Moroccan",
  scandinavian: "Scandinavian",
  baroque: "baroque",
  regency: "Regency",
  tropical: "tropical",
  nautical: "seaside",
};

function opening(title: string, facts: Facts, hasColours: boolean): string {
  const noun = facts.noun.replace(/\b(?:christmas|easter|tv|led)\b/g, (word) =>
    word.length < 4 ? word.toUpperCase() : upper(word),
  );
  const colour =
    hasColours || facts.colours.length === 0
      ? ""
      : facts.colours
          .filter((value) => value !== "clear")
          .join(" and ")
          .replace("light-blue", "light blue");
  const material =
    facts.materials
      .map((value) => materialAdjectives[value] ?? value)
      .find((value) => value !== "" && !noun.includes(value)) ?? "";
  const style = facts.themes.map((theme) => styles[theme]).find((value) => value !== undefined) ?? "";
  const pattern = facts.themes.map((theme) => patterns[theme]).find((value) => value !== undefined) ?? "";
  const [, measure = "", thing = noun] = /^((?:pack|set|box|pair|string|sheet|roll|piece) of )(.+)$/.exec(noun) ?? [];
  const look = style === "" ? "" : pick([` in ${style} style`, ` with a ${style} look`], `${title}/style`);
  const withPattern = pattern === "" ? "" : look.startsWith(" with") ? ` and ${pattern}` : ` with ${pattern}`;
  const start = article(measure + [colour.includes(" and ") ? "" : colour, material, thing].filter(Boolean).join(" "));
  const coloured = colour.includes(" and ") ? ` in ${colour}` : "";
  const plain = look === "" && withPattern === "" && coloured === "" && material === "" && colour === "";
  if (plain)
    return pick(
      [
        `${upper(article(noun))} to keep or to give.`,
        `${upper(article(noun))} for your home or as a present.`,
        `Just what it says: ${article(noun)}.`,
        `${upper(article(noun))} in its own design.`,
      ],
      title,
    );
  return `${upper(start)}${coloured}${coloured !== "" && look.startsWith(" in") ? look.replace(" in", ", in") : look}${withPattern}.`;
}

function contents(
  title: string,
  facts: Facts,
  option: { readonly name: string; readonly values: readonly string[] } | undefined,
): string {
  if (option !== undefined) {
    const name = option.name.toLowerCase();
    if (option.values.length > 6) return `Comes in ${option.values.length} ${plural(name)} to choose from.`;
    return pick(
      [
        `Comes in ${list(option.values)}.`,
        `Choose your ${name}: ${list(option.values)}.`,
        `Available in ${option.values.length} ${plural(name)}: ${list(option.values)}.`,
      ],
      title,
    );
  }
  if (facts.setSize !== undefined && facts.setSize > 1) {
    return pick(
      [
        `You get ${facts.setSize} in each pack.`,
        `Sold as a set of ${facts.setSize}.`,
        `Each pack holds ${facts.setSize}.`,
      ],
      title,
    );
  }
  if (/\bAssorted\b/.test(title))
    return pick(
      ["Designs are assorted.", "Sent in assorted designs.", "Each one may differ: the designs are assorted."],
      title,
    );
  if (title.endsWith(" in Gift Box")) return "It comes in a gift box, ready to give.";
  return "";
}

const occasions: Readonly<Record<string, readonly string[]>> = {
  christmas: ["For the Christmas season.", "One for the Christmas box.", "Part of our Christmas selection."],
  easter: ["For the Easter table and windows.", "Part of our Easter selection."],
  halloween: ["For Halloween night."],
  birthday: ["For birthdays.", "Made for a birthday."],
  wedding: ["For weddings."],
  valentine: ["A small token of love.", "For someone dear."],
  spaceboy: ["From the space-themed range for children."],
  "dolly-girl": ["From the Dolly Girl range."],
  "home-sweet-home": ["From the Home Sweet Home range."],
  pantry: ["From the Pantry range."],
  baby: ["For the little ones."],
  garden: ["For the garden and those who love it."],
};

function occasion(title: string, facts: Facts): string {
  const theme = facts.themes.find((value) => occasions[value] !== undefined);
  return theme === undefined ? "" : pick(occasions[theme] ?? [""], `${title}/occasion`);
}

function article(text: string): string {
  if (/^(?:home fragrance|incense|gift wrap|wall art|rainwear|jewellery storage|table linen)/.test(text)) return text;
  if (/\b(?:fragrance|incense|wrap|paper|art|rainwear|storage|linen|cutlery|bunting|care)$/.test(text)) return text;
  return /^[aeio]|^un/i.test(text) ? `an ${text}` : `a ${text}`;
}

function list(values: readonly string[]): string {
  const lower = values.map((value) => (/^(?:Design|[A-Z]$|No$)/.test(value) ? value : value.toLowerCase()));
  return lower.length < 2 ? lower.join("") : `${lower.slice(0, -1).join(", ")} or ${lower.at(-1)}`;
}

function plural(name: string): string {
  return `${name}s`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
