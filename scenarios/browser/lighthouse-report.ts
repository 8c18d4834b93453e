import type { Result } from "lighthouse";

const NAMES = {
  performance: "performance",
  accessibility: "accessibility",
  "best-practices": "best practices",
  seo: "SEO",
} as const;
type Category = keyof typeof NAMES;
const CATEGORIES = Object.keys(NAMES) as Category[];

/** Least scores. A busy machine spoils single runs: the performance is that of the median, all else holds in every run. */
const DEMANDED: Readonly<Record<Category, number>> = {
  performance: 98,
  accessibility: 100,
  "best-practices": 100,
  seo: 100,
};

/** Skipped for the cart alone. */
export const CRAWLABLE = "is-crawlable";
export const CART_NOTE = `The SEO of the cart is scored WITHOUT Lighthouse's audit \`${CRAWLABLE}\`, which it fails on purpose: a cart is one shopper's own and must not be in
an index, so it says \`noindex\` and robots.txt keeps crawlers out. With that audit its SEO could not be 100.`;

/** A page, measured once. */
export type Run = {
  /** 0 to 100. */
  readonly scores: Readonly<Record<Category, number>>;
  /** What took points, by its title. */
  readonly faults: Readonly<Record<Category, readonly string[]>>;
  readonly fcpMs: number;
  readonly lcpMs: number;
  readonly speedIndexMs: number;
  readonly tbtMs: number;
  /** Cumulative layout shift, without a unit. */
  readonly cls: number;
  /** Over the wire, headers included; as `scriptBytes`. */
  readonly htmlBytes: number;
  readonly scriptBytes: number;
};

/** All runs of a page, one at least. */
export type PageRuns = { readonly page: string; readonly runs: readonly Run[] };

/** A sentence for each demand that a page misses; none when all is well. */
export function missedDemands(pages: readonly PageRuns[]): readonly string[] {
  return pages.flatMap(({ page, runs }) => {
    const lines = CATEGORIES.flatMap((category) => {
      const judged = category === "performance" ? [medianRun(runs)] : runs;
      const worst = judged.toSorted((a, b) => a.scores[category] - b.scores[category])[0]!;
      if (worst.scores[category] >= DEMANDED[category]) return [];
      const faults = worst.faults[category].join("; ");
      return [`${page}: ${NAMES[category]} ${worst.scores[category]}, demanded ${DEMANDED[category]} (${faults})`];
    });
    const shift = Math.max(...runs.map(({ cls }) => cls));
    return shift > 0 ? [...lines, `${page}: cumulative layout shift ${shift}, demanded 0`] : lines;
  });
}

/** The run in the middle when they are sorted by performance score, equal ones by the time of the largest paint; of an even count the worse of the
 *  two in the middle. */
export function medianRun<R extends Run>(runs: readonly R[]): R {
  const worstFirst = runs.toSorted((a, b) => a.scores.performance - b.scores.performance || b.lcpMs - a.lcpMs);
  return worstFirst[Math.floor((runs.length - 1) / 2)]!;
}

type Details = { readonly type: string; readonly items?: unknown };
type Audit = Pick<Result["audits"][string], "title" | "score" | "numericValue"> & {
  readonly details?: Details | undefined;
};

/** What is read of Lighthouse's result. */
export type Measured = {
  readonly categories: Readonly<Record<string, Pick<Result.Category, "score" | "auditRefs">>>;
  readonly audits: Readonly<Record<string, Audit>>;
};

/** Throws when something was not measured. */
export function readRun(measured: Measured): Run {
  const ofEach = <T>(read: (category: Category) => T) =>
    Object.fromEntries(CATEGORIES.map((category) => [category, read(category)])) as Record<Category, T>;
  return {
    scores: ofEach((category) => scoreOf(measured, category)),
    faults: ofEach((category) => faultsOf(measured, category)),
    fcpMs: numberOf(measured, "first-contentful-paint"),
    lcpMs: numberOf(measured, "largest-contentful-paint"),
    speedIndexMs: numberOf(measured, "speed-index"),
    tbtMs: numberOf(measured, "total-blocking-time"),
    cls: numberOf(measured, "cumulative-layout-shift"),
    htmlBytes: bytesOf(measured, "Document"),
    scriptBytes: bytesOf(measured, "Script"),
  };
}

function scoreOf({ categories }: Measured, category: Category): number {
  const score = categories[category]?.score;
  if (typeof score !== "number") throw new Error(`Lighthouse gave no score for ${category}.`);
  return Math.round(score * 100);
}

/** Below 0.9 Lighthouse itself shows an audit as not passed. */
function faultsOf({ categories, audits }: Measured, category: Category): readonly string[] {
  const counted = categories[category]!.auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => audits[id]!);
  return counted.filter(({ score }) => score !== null && score < 0.9).map(({ title }) => title);
}

function numberOf({ audits }: Measured, audit: string): number {
  const value = audits[audit]?.numericValue;
  if (typeof value !== "number") throw new Error(`Lighthouse did not measure ${audit}.`);
  return value;
}

function bytesOf({ audits }: Measured, resourceType: string): number {
  const requests = audits["network-requests"]?.details?.items as
    | readonly { readonly resourceType: string; readonly transferSize: number }[]
    | undefined;
  if (requests === undefined) throw new Error("Lighthouse did not tell the requests.");
  return requests
    .filter((request) => request.resourceType === resourceType)
    .reduce((sum, { transferSize }) => sum + transferSize, 0);
}

/** How it went, in a line; what took points below. */
export function lineOf({ scores, faults, cls }: Run): string {
  const numbers = CATEGORIES.map((category) => `${NAMES[category]} ${scores[category]}`);
  const below = CATEGORIES.flatMap((category) => faults[category]).map((fault) => `\n    ${fault}`);
  return `${numbers.join("  ")}  CLS ${cls}${below.join("")}`;
}

/** In Markdown; all numbers of a page are of its median run, in brackets the performance of its worst and best. */
export function tableOf(pages: readonly PageRuns[]): string {
  const head =
    "| page | performance | accessibility | best practices | SEO | FCP | LCP | speed index | TBT | CLS | HTML | JavaScript |";
  const rows = pages.map(({ page, runs }) => {
    const { scores, fcpMs, lcpMs, speedIndexMs, tbtMs, cls, htmlBytes, scriptBytes } = medianRun(runs);
    const all = runs.map((run) => run.scores.performance);
    const range = `${scores.performance} (${Math.min(...all)}–${Math.max(...all)})`;
    const times = [fcpMs, lcpMs, speedIndexMs].map((ms) => `${(ms / 1_000).toFixed(2)} s`);
    const bytes = [htmlBytes, scriptBytes].map((count) => `${(count / 1_000).toFixed(1)} kB`);
    const cells = [
      range,
      scores.accessibility,
      scores["best-practices"],
      scores.seo,
      ...times,
      `${Math.round(tbtMs)} ms`,
      cls,
    ];
    return `| ${[page, ...cells, ...bytes].join(" | ")} |`;
  });
  return [head, `|---|${"---:|".repeat(11)}`, ...rows].join("\n");
}

export type Surroundings = {
  readonly machine: string;
  readonly lighthouse: string;
  readonly chromium: string;
  /** YYYY-MM-DD. */
  readonly date: string;
};

/** `docs/storefront/lighthouse.md`. */
export function documentOf(pages: readonly PageRuns[], { machine, lighthouse, chromium, date }: Surroundings): string {
  const missed = missedDemands(pages);
  const { performance, ...others } = DEMANDED;
  const rest = Object.entries(others).map(([category, least]) => `${NAMES[category as Category]} ${least}`);
  return `# The storefront on a phone, by Lighthouse

\`npm run lighthouse\` starts the demo shop and measures four pages as Lighthouse does by default: a phone of the middle class on slow 4G,
simulated. Every run has a browser of its own that has seen nothing; that of the cart has the cookies of a shopper who put a lamp into it.

${tableOf(pages)}

${pages[0]!.runs.length} runs of each page. All numbers of a page are of its median run: the middle one when they are sorted by performance score, equal ones by
LCP. In brackets the worst and the best performance: the phone's processor is this machine's, four times slower, so that whatever else runs
here meanwhile lowers single runs. HTML and JavaScript are bytes over the wire, headers included; the service worker
comes after the page and is not among them.

**${CART_NOTE}**

Demanded: performance ${performance} of the median run; ${rest.join(", ")} and no layout shift in every run.
${missed.length === 0 ? "All of it is met." : `MISSED:\n\n${missed.map((line) => `- ${line}`).join("\n")}`}

The pictures of the demo shop are drawings of about 1 kB. A shop with photographs sends them in the width that the phone shows, yet they weigh
more: measure it with its own.

Measured ${date}, Lighthouse ${lighthouse}, Chromium ${chromium}, the shop and the browser on one machine: ${machine}.
`;
}
