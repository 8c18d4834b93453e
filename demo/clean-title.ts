import { colourWords } from "./attribute-words.ts";
import { attributive, fixedCase, leadingHeads, smallWords, titleFixes, wordFixes } from "./title-words.ts";

/** Turns one raw description of the wholesaler's list ("S/4 IVORY MINI ROSE CANDLE IN BOWL") into a shop title
 *  ("Set of 4 Ivory Mini Rose Candle in Bowl"). Pure; cleaning a clean title changes nothing but its word order at most.
 *  A description listed in words/title-fixes.json gets the title written there. */
export function cleanTitle(description: string): string {
  const raw = description.toUpperCase().replace(/\s+/g, " ").trim();
  const fixed = titleFixes[raw];
  if (fixed !== undefined) return fixed;
  const counted = writeCounts(spaceOut(raw));
  const worded = fixWords(counted);
  const { lead, rest } = splitLead(worded);
  return toTitleCase(`${lead}${moveHeadLast(moveTrailingAdjectiveFirst(rest))}`);
}

const sizes = ["EXTRA LARGE", "LARGE", "MEDIUM", "SMALL", "MINI", "GIANT"];
const colours = Object.keys(colourWords)
  .map((word) => word.toUpperCase())
  .toSorted((a, b) => b.length - a.length);
const colourPattern = `(?:(?:LIGHT|DARK|PALE|HOT|BABY|DUSTY|MINT) )?(?:${colours.join("|")})`;
const trailingAdjective = new RegExp(
  `^(.+?),? (${colourPattern}(?: (?:AND|&) ${colourPattern})?|${sizes.join("|")}|ASSORTED(?: COLOURS?| DESIGNS?)?)$`,
);
const commaColour = new RegExp(`^(.+?), ?(${colourPattern})$`);
const colourSlash = new RegExp(`\\b(${colourPattern}) ?/ ?(${colourPattern})\\b`, "g");
const colourBeforeSize = new RegExp(`^(${colourPattern}) (${sizes.join("|")})\\b`);
const joiner = /(?:&|\+|\/|,|\b(?:AND|OR|OF|IN|ON|WITH|FOR|THE|EAU DE|OF THE))$/;

function spaceOut(raw: string): string {
  return raw
    .replace(/^\*/, "")
    .replace(/[.,;]+$/, "")
    .replace(/\bW\/(?=CHIME)/g, "WIND")
    .replace(/\bW\/ ?/g, "WITH ")
    .replace(/ W (?=[A-Z0-9])/g, " WITH ")
    .replace(/\bTEA LIGHT/g, "T-LIGHT")
    .replace(/\bKIDS(?= )/g, "KIDS'")
    .replace(/\b(\d0)'S\b/g, "$1S")
    .replace(/(?<!GIFT|ROLL) WRAP$/, " GIFT WRAP")
    .replace(/\bMORRIS BOX CANDLE/, "MORRIS BOXED CANDLE")
    .replace(/\bSKULLS (?=TAPE|WRITING|DESIGN)/, "SKULL ")
    .replace(/(?<=TUBE )SKULLS$/, "SKULL")
    .replace(/^(\d+) PENCILS? (?:(SMALL|TALL) )?TUBE (.+)$/, "$3 PENCILS IN $2 TUBE, PACK OF $1")
    .replace(/ ?\+ ?/g, " & ")
    .replace(/ ?& ?/g, " & ")
    .replace(/ ?, ?/g, ", ")
    .replace(/\( ?/g, " (")
    .replace(/(?<=[A-Z]) ?! ?/g, "! ")
    .replace(colourSlash, "$1 & $2")
    .replace(/\bART FLOWER/g, "ARTIFICIAL FLOWER")
    .replace(/\bMARIE-? ANTOINETTE/g, "MARIE ANTOINETTE")
    .replace(/\bRETRO ?SPOT/g, "RETROSPOT")
    .replace(/\bLOVE ?BIRD/g, "LOVEBIRD")
    .replace(/\s+/g, " ")
    .trim();
}

function writeCounts(text: string): string {
  return text
    .replace(/\bS(?:ET)?\/ ?(\d+)/g, "SET OF $1")
    .replace(/\bSET ?(?:OF)? ?(\d+)(?= )/g, "SET OF $1")
    .replace(/\b(PACK|BOX)(?:\/| )(\d+)(?= |$)/g, "$1 OF $2")
    .replace(/\bSET OF THREE\b/g, "SET OF 3")
    .replace(/\b(\d+) ?(?:PC|PIECE)S?\b/g, "$1-PIECE")
    .replace(/\b(\d+) POINT\b/g, "$1-POINT")
    .replace(/\b(\d+) (TIER|STRAND|WICK|DRAWER|FRAME|DOOR)\b/g, "$1-$2")
    .replace(/\b(\d+) ?CM ?X ?(\d+) ?CM\b/g, "$1 × $2 CM")
    .replace(
      /\b(\d+)X(\d+)(?:X(\d+))? ?CM\b/g,
      (_, a: string, b: string, c?: string) => `${[a, b, c].filter(Boolean).join(" × ")} CM`,
    )
    .replace(/\b(\d+) ?CM\b/g, "$1 CM")
    .replace(/\b([\d.]+)G\b/g, "$1 G")
    .replace(/\b(\d+)" ?/g, "$1-INCH ")
    .replace(/\b(\d+) ?LIGHTS?$/g, "$1 LIGHTS")
    .trim();
}

function fixWords(text: string): string {
  return text
    .split(" ")
    .map((word) => {
      const comma = word.endsWith(",") ? "," : "";
      const bare = comma === "" ? word : word.slice(0, -1);
      const parts = bare.split("/").map((part) => wordFixes[part] ?? part);
      return (wordFixes[bare] ?? joinParts(parts)) + comma;
    })
    .join(" ");
}

function joinParts(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} & ${parts.at(-1)}`;
}

/** "SET OF 4 ", "PACK OF 6 " and a bare number stay in front whatever moves behind them. */
function splitLead(text: string): { lead: string; rest: string } {
  const match = /^(?:SET OF \d+|PACK OF \d+|BOX OF \d+|PAIR OF|BUNDLE OF \d+|\d+) (?=.* )/.exec(text);
  const lead = match?.[0] ?? "";
  return { lead, rest: text.slice(lead.length) };
}

function moveTrailingAdjectiveFirst(text: string): string {
  const match = commaColour.exec(text) ?? trailingAdjective.exec(text);
  const [, body, adjective] = match ?? [];
  if (body === undefined || adjective === undefined || joiner.test(body) || / (?:IN|WITH|ON|OF|AND|&) \S+$/.test(body))
    return text;
  return moveTrailingAdjectiveFirst(`${adjective.replace(/ (?:COLOUR|DESIGN)S?$/, "")} ${body}`).replace(
    colourBeforeSize,
    "$2 $1",
  );
}

const headsLongestFirst = leadingHeads.toSorted((a, b) => b.length - a.length);
const inFront = new RegExp(`^((?:(?:${[...sizes, "ASSORTED", ...colours].join("|")}) )*)(.+)$`);

function moveHeadLast(text: string): string {
  const [, adjectives = "", body = ""] = inFront.exec(text) ?? [];
  const words = adjectives.split(" ").filter((word) => word !== "");
  for (let kept = 0; kept <= words.length; kept++) {
    const front = words
      .slice(0, kept)
      .map((word) => `${word} `)
      .join("");
    const moved = moveHead(front, [...words.slice(kept), body].join(" "));
    if (moved !== undefined) return moved;
  }
  return text;
}

function moveHead(adjectives: string, body: string): string | undefined {
  const head = headsLongestFirst.find(
    (candidate) => body.startsWith(`${candidate} `) || body.startsWith(`${candidate}, `),
  );
  if (head === undefined) return undefined;
  const tail = body
    .slice(head.length)
    .replace(/^, ?/, "")
    .replace(/ DESIGN$/, "")
    .trim();
  if (tail === "" || keepsItsPlace.test(tail)) return undefined;
  const called = head === "WRAP" ? "GIFT WRAP" : head;
  if (tail.endsWith(called) || tail.endsWith(` ${head}`)) return adjectives + tail;
  return `${adjectives}${tail.replace(/\S+$/, (last) => attributive[last] ?? last)} ${called}`;
}

const keepsItsPlace = /^(?:WITH|IN|FOR|ON|AND|&|HOLDER|SET|BOX|KIT|STAND|IS|OF|BY|\d(?! )|COVER|CASE|RACK)\b/;

function toTitleCase(text: string): string {
  const words = text.replace(/\s+/g, " ").replace(/ ,/g, ",").trim().toLowerCase().split(" ");
  return words.map((word, index) => caseWord(word, index === 0 || index === words.length - 1)).join(" ");
}

function caseWord(word: string, isEdge: boolean): string {
  const [, open = "", bare = "", close = ""] = /^([("']*)(.*?)([)",!]*)$/.exec(word) ?? [];
  if (/^"[a-z]"$/.test(word)) return bare.toUpperCase();
  const fixed = fixedCase[bare];
  if (fixed !== undefined) return open + fixed + close;
  if (smallWords.has(bare) && !(isEdge && !/^(?:cm|kg|g)$/.test(bare))) return open + bare + close;
  const capital = bare.replace(/^[a-z]|(?<=-)[a-z]/g, (letter) => letter.toUpperCase());
  return `${open}${capital}${close}`.replaceAll('"', "");
}
