import type { Bench, Row } from "../bench.ts";
import type { Goods } from "../goods.ts";
import type { Bar, Sample } from "../sample.ts";
import { besideBare, guestHeaders, httpRow } from "./http-row.ts";

const nearBare = ({ ratio }: Sample): Bar[] => [
  { what: "of bare Fastify", unit: "×", kind: "at least", bar: 0.8, measured: ratio!, isDeciding: true },
];
const uncachedBar = ({ peak }: Sample): Bar[] => [
  { what: "uncached", unit: "requests/s", kind: "at least", bar: 3_000, measured: peak!, isDeciding: false },
];

function cachedRow(name: string, what: string, pathsOf: (bench: Bench) => readonly string[]): Row {
  return besideBare({
    name,
    what,
    unit: "requests/s",
    data: (bench) => ({ paths: pathsOf(bench) }),
    bars: nearBare,
  });
}

function uncachedRow(name: string, what: string, pathsOf: (goods: Goods) => readonly string[]): Row {
  return httpRow({
    name,
    what,
    unit: "requests/s",
    flow: "read",
    url: async (bench) => (await bench.uncached()).stage.url,
    data: async (bench) => {
      const { stage, goods } = await bench.uncached();
      return { paths: pathsOf(goods), isInOrder: true, headers: await guestHeaders(stage.url) };
    },
    bars: uncachedBar,
  });
}

export const catalogRows: readonly Row[] = [
  cachedRow("detail", "product detail, any of 200, from memory", ({ goods }) => goods.details),
  cachedRow("list", "list of 20 products, from memory", ({ goods }) => goods.lists),
  uncachedRow(
    "detail-uncached",
    "product detail, every product in turn, nothing in memory",
    (goods) => goods.allDetails,
  ),
  uncachedRow("list-uncached", "list of 20 products, page after page, nothing in memory", (goods) => goods.allLists),
];
