import { goodsTypes } from "./goods-types.ts";
import type { Facts } from "./classify.ts";
import { pick, seedOf } from "./seed.ts";

/** Which drawing shows a product: the drawn thing, its main colour and the pattern on it. `name` is its file in data/art. */
export type ImageChoice = {
  readonly name: string;
  readonly art: string;
  readonly tone: string;
  readonly motif: string;
};

/** Patterns that can be drawn on a surface, by theme; the first theme that has one decides. */
const motifs: readonly (readonly [theme: string, motif: string])[] = [
  ["retrospot", "dots"],
  ["polka-dot", "dots"],
  ["union-jack", "union"],
  ["gingham", "check"],
  ["stripes", "stripes"],
  ["skulls", "skulls"],
  ["hearts", "hearts"],
  ["valentine", "hearts"],
  ["stars", "stars"],
  ["floral", "flowers"],
  ["paisley", "flowers"],
  ["leaves", "leaves"],
  ["woodland", "leaves"],
];

/** Things that are drawn differently when a theme says what they show. */
const artByTheme: Readonly<Record<string, readonly (readonly [theme: string, art: string])[]>> = {
  "hanging-decoration": [
    ["birds", "hanging-bird"],
    ["hearts", "heart-decoration"],
    ["valentine", "heart-decoration"],
    ["stars", "star-decoration"],
  ],
  ornament: [["birds", "bird"]],
  "soft-toy": [
    ["birds", "owl-toy"],
    ["rabbits", "rabbit-toy"],
  ],
  bauble: [
    ["hearts", "heart-decoration"],
    ["stars", "star-decoration"],
  ],
  "easter-egg": [["rabbits", "rabbit-toy"]],
};

/** Things too small or too bare to carry a pattern. */
const unpatterned = new Set([
  "necklace",
  "bracelet",
  "earrings",
  "ring",
  "brooch",
  "cutlery",
  "spoon",
  "glass",
  "jar",
  "bottle",
  "basket",
  "chandelier",
  "lantern",
  "candlestick",
  "string-lights",
  "hook",
  "coat-rack",
  "wreath",
  "scissors",
  "pan",
  "whisk",
  "shelf",
  "organiser",
  "garden-tool",
  "incense",
  "christmas-tree",
  "key-ring",
  "flower",
  "seedling",
  "chair",
  "doll",
  "mobile",
  "letters",
  "card-holder",
  "clock",
  "mirror",
  "pocket-mirror",
  "sunglasses",
  "salt-pepper",
  "dinner-candle",
  "heart-decoration",
  "star-decoration",
  "matches",
  "puzzle",
  "skittles",
  "hair-clip",
  "picnic-basket",
  "recipe-box",
  "scales",
  "doily",
  "letters",
  "garland",
  "string-lights",
  "tape",
  "calendar",
  "stickers",
  "raincoat",
  "hammock",
  "fan",
  "paper-lantern",
  "toy-box",
  "tray",
  "suitcase",
  "spoon",
  "watering-can",
  "cookie-cutter",
  "hanging-bird",
  "toadstool",
  "helicopter",
  "frame",
  "chalkboard",
  "cake-stand",
  "party-hat",
  "seedling",
  "trinket-box",
  "sewing",
  "pencil",
  "craft-kit",
  "gift-tag",
  "napkin-ring",
  "wall-art",
  "hairband",
  "t-light",
  "bauble",
  "lamp",
  "lampshade",
  "paperweight",
  "card",
  "ornament",
  "hanging-decoration",
  "magnet",
  "bird",
  "soft-toy",
  "mould",
  "soap-dish",
  "gnome",
  "thermometer",
  "garden-marker",
  "whisk",
  "cosy",
  "pen",
  "birdhouse",
  "ribbon",
  "cabinet",
  "curtain",
  "album",
  "stocking",
  "easter-egg",
  "balloon",
  "bread-bin",
]);

/** Colours that a small drawing cannot tell apart. */
const paintedAlike: Readonly<Record<string, string>> = { ivory: "cream", copper: "brown", grey: "silver" };

const calmTones = ["blue", "mint", "pink", "cream", "green", "light-blue", "lilac", "yellow", "red", "white"];
const woodenTones = ["natural", "brown"];
const metalTones = ["silver", "cream"];

/** The drawing for a product (or for one of its colours). When the title names no colour a calm one is chosen by the
 *  product's own name, so that a page of goods is varied and stays the same from run to run. */
export function chooseImage(title: string, facts: Facts, colour: string | undefined): ImageChoice {
  const plainArt = facts.type === undefined ? "gift-box" : (goodsTypes[facts.type]?.art ?? "gift-box");
  const art = artByTheme[plainArt]?.find(([theme]) => facts.themes.includes(theme))?.[1] ?? plainArt;
  const named = colour ?? facts.colours[0] ?? toneFor(art, title, facts);
  const tone = paintedAlike[named] ?? named;
  const motif = unpatterned.has(art)
    ? "plain"
    : (motifs.find(([theme]) => facts.themes.includes(theme))?.[1] ?? "plain");
  return { name: `${art}-${tone}${motif === "plain" ? "" : `-${motif}`}.svg`, art, tone, motif };
}

/** An honest text for a drawn picture. */
export function altFor(facts: Facts, colour: string | undefined): string {
  const shown = colour ?? facts.colours[0];
  const thing = [shown?.replace("-", " "), facts.noun].filter(Boolean).join(" ");
  return `Drawing: ${thing}`;
}

function toneFor(art: string, title: string, facts: Facts): string {
  const named: Readonly<Record<string, string>> = {
    retrospot: "red",
    "union-jack": "blue",
    strawberry: "red",
    christmas: pick(["red", "green", "red", "white"], title),
    pantry: "cream",
    circus: "red",
    spaceboy: "blue",
    "dolly-girl": "pink",
  };
  const theme = facts.themes.find((value) => named[value] !== undefined);
  if (theme !== undefined && !/necklace|bracelet|earrings/.test(art)) return named[theme] ?? "red";
  const { materials } = facts;
  if (materials.includes("wicker") || materials.includes("bamboo")) return "natural";
  if (materials.includes("wood")) return pick(woodenTones, title);
  if (materials.includes("zinc")) return "silver";
  if (materials.includes("glass")) return "clear";
  if (materials.includes("metal")) return pick(metalTones, title);
  if (materials.includes("enamel") || materials.includes("porcelain")) return pick(["cream", "white"], title);
  if (materials.includes("slate")) return "grey";
  return pick(tonesOf(art), title);
}

// A few tones per kind of thing keep a page of them calm and the number of files small.
function tonesOf(art: string): string[] {
  const start = Math.floor(seedOf(art) * calmTones.length);
  return [0, 3, 7].map((step) => calmTones[(start + step) % calmTones.length] ?? "blue");
}
