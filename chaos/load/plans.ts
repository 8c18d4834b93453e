import { randomOf } from "../random.ts";

/** What a shopper is up to. */
export type Kind =
  | "buy"
  | "hot"
  | "declined"
  | "accept"
  | "refuse"
  | "abandon"
  | "lost-answer"
  | "lost-request"
  | "slow"
  | "noisy"
  | "cancel"
  | "refund"
  | "dispatch"
  | "race"
  | "supply";

export type Plan = {
  readonly kind: Kind;
  readonly card: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  /** Sends the same checkout again after it was answered, as an impatient finger does. */
  readonly repeats: boolean;
  /** Puts another piece of the same goods into the cart as soon as the order is confirmed. */
  readonly addsMore: boolean;
  /** Of its total that is given back, in percent. */
  readonly refundPercent: number;
};

const CARDS = {
  succeeds: ["4242424242424242", "5555555555554444", "378282246310005"],
  declined: ["4000000000009995", "4000000000000002", "4000000000009979", "4000000000000069"],
  challenge: ["4000000000003220"],
  "lost-answer": ["4000000000000259"],
  "lost-request": ["4000000000000341"],
  slow: ["4000000000000077"],
  noisy: ["4000000000007726"],
} as const;

const CARD_OF: Readonly<Partial<Record<Kind, keyof typeof CARDS>>> = {
  declined: "declined",
  accept: "challenge",
  refuse: "challenge",
  abandon: "challenge",
  "lost-answer": "lost-answer",
  "lost-request": "lost-request",
  slow: "slow",
  noisy: "noisy",
};

const WEIGHTS: Readonly<Record<Kind, number>> = {
  buy: 34,
  hot: 12,
  declined: 8,
  accept: 7,
  refuse: 3,
  abandon: 2,
  "lost-answer": 2,
  "lost-request": 1,
  slow: 2,
  noisy: 5,
  cancel: 8,
  refund: 6,
  dispatch: 6,
  race: 4,
  supply: 2,
};

/** Goods of which there is always enough, and goods that sell out; the shelves' contents at the opening. */
export type Shelves = { readonly plenty: readonly string[]; readonly hot: readonly string[] };

export const PLENTY = 1_000_000;
export const HOT = 12;
/** A new hot SKU every so many shoppers, so that some are always about to sell out. */
const SHOPPERS_PER_HOT = 120;

export function shelvesFor(kills: number): Shelves {
  const named = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name}-${at + 1}`);
  return { plenty: named("PLENTY", 12), hot: named("HOT", 4 + Math.ceil(kills / 2)) };
}

/** What the seed decides for a shopper. */
export function randomPlan(seed: number, shopper: number, shelves: Shelves): Plan {
  return planOf(randomOf(seed, "shopper", shopper).weighted(WEIGHTS), { seed, shopper, shelves });
}

/** A plan of a kind that is given; the seed decides the rest. */
export function planOf(
  kind: Kind,
  { seed, shopper, shelves }: { readonly seed: number; readonly shopper: number; readonly shelves: Shelves },
): Plan {
  const random = randomOf(seed, "plan", shopper);
  const goods = random.shuffled(shelves.plenty).slice(0, random.between(1, 3));
  const hot = shelves.hot[Math.floor(shopper / SHOPPERS_PER_HOT) % shelves.hot.length]!;
  const lines = goods.map((sku) => ({ sku, quantity: random.between(1, 3) }));
  return {
    kind,
    card: random.pick(CARDS[CARD_OF[kind] ?? "succeeds"]),
    lines: kind === "hot" ? [{ sku: hot, quantity: random.between(1, 2) }, ...lines.slice(1)] : lines,
    repeats: random.next() < 0.25,
    addsMore: random.next() < 0.25,
    refundPercent: random.pick([10, 50, 100]),
  };
}
