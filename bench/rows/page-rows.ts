import { loadOf, type Bench, type Row } from "../bench.ts";
import type { Measured } from "../load/drive.ts";
import { BROWSER_HEADERS } from "../load/flows.ts";
import { settle } from "../observe.ts";
import type { Bar, Sample } from "../sample.ts";
import { besideBare, httpRow } from "./http-row.ts";

const CONNECTIONS = 32;

const pagesOf = ({ goods }: Bench, isNew: boolean) => ({ paths: goods.pages, isNew, headers: BROWSER_HEADERS });

function target(perSecond: number, { peak, [`p99At${CONNECTIONS}`]: p99 }: Sample): readonly Bar[] {
  return [
    { what: "pages", unit: "pages/s", kind: "at least", bar: perSecond, measured: peak!, isDeciding: false },
    { what: "p99", unit: "ms", kind: "at most", bar: 100, measured: p99!, isDeciding: false },
  ];
}

const ready = besideBare({
  name: "page",
  what: "a page of the storefront, any of 200 products, lists and the start page, that lies ready",
  unit: "pages/s",
  connections: [CONNECTIONS],
  data: (bench) => pagesOf(bench, false),
  bars: (sample) => [
    { what: "of bare Fastify", unit: "×", kind: "at least", bar: 0.5, measured: sample["ratio"]!, isDeciding: true },
    ...target(10_000, sample),
  ],
});

const made = httpRow({
  name: "page-anew",
  what: "the same pages, made anew for each request, of goods that the services have in memory",
  unit: "pages/s",
  flow: "read",
  connections: [CONNECTIONS],
  data: (bench) => pagesOf(bench, true),
  bars: (sample) => target(1_000, sample),
});

const cart = httpRow({
  name: "page-of-cart",
  what: "the page of a cart with three goods, a guest on each connection",
  unit: "pages/s",
  flow: "cart-page",
  connections: [CONNECTIONS],
  data: ({ goods }) => ({ skus: goods.skus.slice(0, 3) }),
  bars: (sample) => target(600, sample),
});

const BUYERS = 16;
const SHARE_OF_PEAK = 0.5;

/** The purchase while pages are read at half of what the storefront can. */
const browsed: Row = {
  name: "purchase-browsed",
  what: "the purchase, 16 at once, while pages that lie ready are read at half of their peak",
  unit: "orders/s",
  // Both cost the machine the same: what the first is slower is the price of the one event loop.
  limit: "the same while bare Fastify, another process, is asked for the same pages as often",
  measure: async (bench) => {
    const pages = await startReading(bench, false);
    const { bought: alone } = await buyWhile(bench);
    const here = await buyWhile(bench, () => pages.read(bench.stage.url));
    const url = await bench.bareUrl();
    const there = await buyWhile(bench, () => pages.read(url));
    return {
      ...toldBrowsed(here, alone),
      limit: there.bought.perSecond,
      ratio: here.bought.perSecond / there.bought.perSecond,
      pagesPerSecondElsewhere: there.browsed!.perSecond,
      pageP99Elsewhere: there.browsed!.roundMs.p99,
      purchaseP99Elsewhere: there.bought.roundMs.p99,
      loopDelayP99Elsewhere: there.loopMs,
    };
  },
  bars: () => [],
};

const browsedAnew: Row = {
  name: "purchase-browsed-anew",
  what: "the purchase, 16 at once, while pages are made anew at half of their peak",
  unit: "orders/s",
  limit: "the same while nobody reads a page",
  measure: async (bench) => {
    const pages = await startReading(bench, true);
    const { bought: alone } = await buyWhile(bench);
    const here = await buyWhile(bench, () => pages.read(bench.stage.url));
    return {
      ...toldBrowsed(here, alone),
      limit: alone.perSecond,
      ratio: here.bought.perSecond / alone.perSecond,
    };
  },
  bars: () => [],
};

/** Finds the peak, and reads pages at half of it from then on. */
async function startReading(bench: Bench, isNew: boolean): Promise<{ read(url: string): Promise<Measured> }> {
  const [data, load] = [pagesOf(bench, isNew), loadOf(bench, CONNECTIONS)];
  const peak = await bench.generator.run({ flow: "read", url: bench.stage.url, data, load });
  const half = { ...load, ratePerSecond: SHARE_OF_PEAK * peak.perSecond };
  const reader = await bench.second();
  return { read: (url) => reader.run({ flow: "read", url, data, load: half }) };
}

type Bought = { readonly bought: Measured; readonly browsed: Measured | undefined; readonly loopMs: number };

async function buyWhile(
  { stage, goods, generator, seconds }: Bench,
  browse?: () => Promise<Measured>,
): Promise<Bought> {
  await settle(stage);
  await stage.loopDelayMs();
  const load = loadOf({ seconds }, BUYERS);
  const [bought, browsed] = await Promise.all([
    generator.run({ flow: "purchase", url: stage.url, data: { skus: goods.skus }, load }),
    browse?.(),
  ]);
  const loop = await stage.loopDelayMs();
  return { bought, browsed, loopMs: loop?.p99 ?? Number.NaN };
}

function toldBrowsed({ bought, browsed: pages, loopMs }: Bought, alone: Measured): Sample {
  return {
    value: bought.perSecond,
    alone: alone.perSecond,
    pagesPerSecond: pages!.perSecond,
    pageP99: pages!.roundMs.p99,
    purchaseP99: bought.roundMs.p99,
    purchaseP99Alone: alone.roundMs.p99,
    loopDelayP99: loopMs,
  };
}

export const pageRows: readonly Row[] = [ready, made, cart, browsed, browsedAnew];
