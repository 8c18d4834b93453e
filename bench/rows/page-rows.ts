import { loadOf, type Bench, type Row } from "../bench.ts";
import type { Measured } from "../load/drive.ts";
import { BROWSER_HEADERS } from "../load/flows.ts";
import { settle } from "../observe.ts";
import type { Bar, Sample } from "../sample.ts";
import { httpRow } from "./http-row.ts";

const CONNECTIONS = 32;

const pagesOf = ({ goods }: Bench, isNew: boolean) => ({ paths: goods.pages, isNew, headers: BROWSER_HEADERS });

function target(perSecond: number, { peak, [`p99At${CONNECTIONS}`]: p99 }: Sample): readonly Bar[] {
  return [
    { what: "pages", unit: "pages/s", kind: "at least", bar: perSecond, measured: peak!, isDeciding: false },
    { what: "p99", unit: "ms", kind: "at most", bar: 100, measured: p99!, isDeciding: false },
  ];
}

const ready = httpRow({
  name: "page",
  what: "a page of the storefront, any of 200 products, lists and the start page, that lies ready",
  unit: "pages/s",
  limit: "bare Fastify, the same bytes and headers",
  flow: "read",
  connections: [CONNECTIONS],
  data: (bench) => pagesOf(bench, false),
  measureLimit: async (bench, load) =>
    bench.generator.run({ flow: "read", url: await bench.bareUrl(), data: pagesOf(bench, false), load }),
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

/** The purchase while pages are read at half of what the storefront can, from the shop itself and, in turn, from another process on the same machine:
 *  both cost the machine the same, so what the first is slower is the price of the one event loop. */
function browsedRow(name: string, isNew: boolean, elsewhere: (bench: Bench) => Promise<string>): Row {
  return {
    name,
    what: `the purchase, 16 at once, while pages ${isNew ? "are made anew" : "that lie ready are read"} at half of their peak`,
    unit: "orders/s",
    limit: "the same while another process is asked for them, as fast",
    measure: async (bench) => {
      const { stage, goods, generator } = bench;
      const pages = pagesOf(bench, isNew);
      const other = await elsewhere(bench);
      const buy = () =>
        generator.run({ flow: "purchase", url: stage.url, data: { skus: goods.skus }, load: loadOf(bench, BUYERS) });
      const load = loadOf(bench, CONNECTIONS);
      const peak = await generator.run({ flow: "read", url: stage.url, data: pages, load });
      const ratePerSecond = SHARE_OF_PEAK * peak.perSecond;
      const browse = async (url: string) =>
        (await bench.second()).run({ flow: "read", url, data: pages, load: { ...load, ratePerSecond } });
      const buyWhile = async (url: string): Promise<{ bought: Measured; browsed: Measured; loopMs: number }> => {
        await stage.loopDelayMs();
        const [bought, browsed] = await Promise.all([buy(), browse(url)]);
        const loop = await stage.loopDelayMs();
        await settle(stage);
        return { bought, browsed, loopMs: loop?.p99 ?? Number.NaN };
      };
      await settle(stage);
      const alone = await buy();
      await settle(stage);
      const here = await buyWhile(stage.url);
      const there = await buyWhile(other);
      return {
        value: here.bought.perSecond,
        limit: there.bought.perSecond,
        ratio: here.bought.perSecond / there.bought.perSecond,
        alone: alone.perSecond,
        pagesPerSecond: here.browsed.perSecond,
        pagesPerSecondElsewhere: there.browsed.perSecond,
        pageP99: here.browsed.roundMs.p99,
        pageP99Elsewhere: there.browsed.roundMs.p99,
        purchaseP99: here.bought.roundMs.p99,
        purchaseP99Elsewhere: there.bought.roundMs.p99,
        purchaseP99Alone: alone.roundMs.p99,
        loopDelayP99: here.loopMs,
        loopDelayP99Elsewhere: there.loopMs,
      };
    },
    bars: () => [],
  };
}

export const pageRows: readonly Row[] = [
  ready,
  made,
  cart,
  browsedRow("purchase-browsed", false, (bench) => bench.bareUrl()),
  browsedRow("purchase-browsed-anew", true, async (bench) => (await bench.oneProcess()).stage.url),
];
