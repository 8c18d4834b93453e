import { colourWords } from "./attribute-words.ts";

/** A good with its clean title, before it is known which product it belongs to. */
export type TitledGood = { readonly sku: string; readonly title: string; readonly pricePence: number };

/** One product: its title without the words that tell the variants apart, and each variant's value of the option.
 *  A product of one good has no option. Members are ordered by SKU. */
export type VariantGroup = {
  readonly title: string;
  readonly option: string | undefined;
  readonly members: readonly { readonly sku: string; readonly value: string | undefined }[];
};

/** Puts goods together that are one product. Only two cases count, both strict:
 *  stock codes with one number and different letter suffixes whose titles differ in exactly one word group of one axis
 *  (colour, scent, size, letter; none at all = "Design A, B …"), and runs of neighbouring numbers whose titles differ
 *  in exactly one colour, size or number. The biggest such set wins; everything else stays a product of its own. */
export function groupVariants(goods: readonly TitledGood[]): VariantGroup[] {
  const taken = new Set<string>();
  const groups: VariantGroup[] = [];
  for (const candidate of listCandidates(goods)) {
    const free = candidate.members.filter(({ good }) => !taken.has(good.sku));
    const members = candidate.axis === "Colour" || candidate.axis === "Scent" ? withAlikePrices(free) : free;
    if (members.length < 2) continue;
    for (const { good } of members) taken.add(good.sku);
    groups.push({
      title: candidate.title,
      option: candidate.axis,
      members: members.map(({ good, value }, index) => ({
        sku: good.sku,
        value: candidate.axis === "Design" ? `Design ${index + 1}` : value,
      })),
    });
  }
  for (const good of goods) {
    if (!taken.has(good.sku))
      groups.push({ title: good.title, option: undefined, members: [{ sku: good.sku, value: undefined }] });
  }
  return groups.toSorted((a, b) => ((a.members[0]?.sku ?? "") < (b.members[0]?.sku ?? "") ? -1 : 1));
}

type Member = { readonly good: TitledGood; readonly value: string };
type Candidate = { readonly axis: string; readonly title: string; readonly members: readonly Member[] };

const colourText = Object.keys(colourWords)
  .concat("rose", "topaz", "opal white", "light rose", "black diamond", "diamond", "oriental red")
  .toSorted((a, b) => b.length - a.length)
  .join("|");
const oneColour = `(?:(?:light|dark|pale|hot|baby|dusty|soft|sky|midnight|jet|antique) )?(?:${colourText})`;
const axes: readonly {
  readonly name: string;
  readonly pattern: RegExp;
  readonly alsoNeighbours: boolean;
  readonly onlyIn?: RegExp;
  readonly notIn?: RegExp;
}[] = [
  {
    name: "Scent",
    onlyIn: /candle|incense|t-light|wick|votive|scent/i,
    pattern:
      /\b(?:vanilla|jasmine|lavender|rose|opium|sandalwood|cinnamon|orange|strawberry|ocean|gardenia|white chocolate|chocolate)\b/gi,
    alsoNeighbours: false,
  },
  {
    name: "Colour",
    notIn: /botanical/i,
    pattern: new RegExp(`\\b${oneColour}(?:(?:,| &| and) ${oneColour})*\\b`, "gi"),
    alsoNeighbours: true,
  },
  {
    name: "Size",
    pattern: /\b(?:extra large|large|medium|small|mini|giant|\d+(?: × \d+)? cm|A[4-7]|\d+ g)(?!\w)/gi,
    alsoNeighbours: true,
  },
  { name: "Letter", pattern: /(?<=\bLetter )[A-Z]\b/g, alsoNeighbours: false },
  { name: "Number", pattern: /(?<=(?:Sign|Font|Garden) )(?:\d|No)\b/g, alsoNeighbours: true },
];

function listCandidates(goods: readonly TitledGood[]): Candidate[] {
  const buckets = new Map<string, { axis: string; title: string; members: Member[]; near: boolean }>();
  for (const good of goods) {
    for (const { axis, value, rest, near } of readAxes(good)) {
      const key = `${near ? "near" : good.sku.slice(0, 5)}|${axis}|${rest.toLowerCase()}`;
      const bucket = buckets.get(key) ?? { axis, title: withoutMark(rest), members: [], near };
      bucket.members.push({ good, value });
      buckets.set(key, bucket);
    }
  }
  return [...buckets.values()]
    .flatMap((bucket) => (bucket.near ? splitRuns(bucket) : [bucket]))
    .map((bucket) => ({ ...bucket, members: withDistinctValues(bucket.members) }))
    .filter(({ members }) => members.length >= 2)
    .toSorted((a, b) => b.members.length - a.members.length);
}

function* readAxes(good: TitledGood) {
  const hasSuffix = /^\d{5}[A-Z]+$/.test(good.sku);
  const hasNumber = /^\d{5}$/.test(good.sku);
  for (const { name, pattern, alsoNeighbours, onlyIn, notIn } of axes) {
    if (onlyIn?.test(good.title) === false || notIn?.test(good.title) === true) continue;
    if (!hasSuffix && !(alsoNeighbours && hasNumber)) continue;
    for (const match of good.title.matchAll(pattern)) {
      const rest = `${good.title.slice(0, match.index)}#${good.title.slice(match.index + match[0].length)}`;
      const isTooShort =
        rest
          .replace(/[^A-Za-z ]/g, " ")
          .trim()
          .split(/\s+/).length < 2;
      if (!isTooShort) yield { axis: name, value: capitalise(match[0]), rest, near: !hasSuffix };
    }
  }
  if (hasSuffix) yield { axis: "Design", value: good.sku.slice(5), rest: good.title, near: false };
}

function withoutMark(text: string): string {
  const bare = text.replace("#", "").replace(/\s+/g, " ").replace(/ ,/g, ",").trim();
  return bare.replace(/^(?:&|and|with) /, "").replace(/,$/, "");
}

function splitRuns<T extends { readonly members: readonly Member[] }>(bucket: T): T[] {
  const sorted = bucket.members.toSorted((a, b) => Number(a.good.sku) - Number(b.good.sku));
  const runs: Member[][] = [];
  for (const member of sorted) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && Number(member.good.sku) - Number(last.good.sku) <= 3) runs.at(-1)?.push(member);
    else runs.push([member]);
  }
  return runs.map((members) => ({ ...bucket, members }));
}

function withDistinctValues(members: readonly Member[]): Member[] {
  const byValue = new Map<string, Member>();
  for (const member of members) if (!byValue.has(member.value)) byValue.set(member.value, member);
  return [...byValue.values()];
}

// Colours of one article cost about the same; a larger gap means another article that shares the name.
function withAlikePrices(members: readonly Member[]): Member[] {
  const prices = members.map(({ good }) => good.pricePence).toSorted((a, b) => a - b);
  const median = prices[Math.floor(prices.length / 2)] ?? 0;
  return members.filter(({ good }) => good.pricePence <= median * 2 && good.pricePence * 2 >= median);
}

function capitalise(text: string): string {
  return text
    .split(" ")
    .map((word) =>
      word === "and" || word === "de" || word === "cm" || word === "g"
        ? word
        : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(" ");
}
