import type { Bench, Row } from "../bench.ts";
import type { Load } from "../load/drive.ts";
import { observe, settle } from "../observe.ts";
import type { Bar } from "../sample.ts";
import { httpRow } from "./http-row.ts";

const PREPARED_PER_SECOND: Readonly<Record<number, number>> = { 1: 250, 16: 900, 64: 900 };
const REQUESTS = ["guest token", "add to cart", "quote", "card", "checkout"];

const target = (what: string, unit: string, bar: number, measured: number): Bar => ({
  what,
  unit,
  bar,
  measured,
  kind: "at least",
  isDeciding: false,
});

const ofSql = (what: string, measured = Number.NaN): Bar => ({
  what,
  unit: "×",
  kind: "at least",
  bar: 0.4,
  measured,
  isDeciding: true,
});

const addToCart = httpRow({
  name: "add-to-cart",
  what: "POST /cart/lines, a guest on each connection",
  unit: "requests/s",
  flow: "add-to-cart",
  data: ({ goods }) => ({ skus: goods.skus }),
  bars: ({ peak }) => [target("add to cart", "requests/s", 3_000, peak!)],
});

const purchase = httpRow({
  name: "purchase",
  what: "guest, cart of two, quote with delivery, card token, POST /checkout, confirmed",
  unit: "orders/s",
  limit: "the essential SQL alone, through pg (bench/limits/checkout-flow-statements.ts)",
  flow: "purchase",
  data: ({ goods }) => ({ skus: goods.skus }),
  observe,
  measureLimit: async (bench, load) => {
    await settle(bench.stage);
    return bench.generator.run({ flow: "purchase-sql", url: "", data: await bench.sql(), load });
  },
  bars: (sample) => [
    ofSql("of the SQL alone", sample["ratio"]),
    ofSql("of the SQL alone, both until all is settled", sample["ratioSettled"]),
    {
      what: "commits an order",
      unit: "",
      kind: "at most",
      bar: 12,
      measured: sample["commitsPerRound"]!,
      isDeciding: true,
    },
    target("orders at 64 connections", "orders/s", 400, sample["at64"]!),
    {
      what: "p99 of the slowest request at 64 connections",
      unit: "ms",
      kind: "at most",
      bar: 150,
      measured: Math.max(...REQUESTS.map((kind) => sample[`p99 of ${kind}`] ?? 0)),
      isDeciding: false,
    },
    {
      what: "p99 from publish to hear",
      unit: "ms",
      kind: "at most",
      bar: 100,
      measured: sample["hearP99"]!,
      isDeciding: false,
    },
  ],
});

const hot = httpRow({
  name: "purchase-hot",
  what: "the same with one hot SKU in every cart",
  unit: "orders/s",
  limit: "the same with goods spread over 200 SKUs",
  flow: "purchase",
  data: ({ goods }) => ({ skus: goods.skus, hot: goods.hot }),
  measureLimit: async (bench, load) => {
    await settle(bench.stage);
    const { url } = bench.stage;
    return bench.generator.run({ flow: "purchase", url, data: { skus: bench.goods.skus }, load });
  },
  bars: ({ ratio }) => [
    { what: "of goods spread", unit: "×", kind: "at least", bar: 0.8, measured: ratio!, isDeciding: true },
  ],
});

const checkout = httpRow({
  name: "checkout",
  what: "POST /checkout alone; carts, quotes and card tokens were made before",
  unit: "orders/s",
  flow: "checkout",
  data: (bench, load) => ({ skus: bench.goods.skus, count: preparedFor(bench, load) }),
  bars: ({ peak }) => [target("POST /checkout", "orders/s", 500, peak!)],
});

const soldOut = httpRow({
  name: "checkout-sold-out",
  what: "POST /checkout of goods that are gone",
  unit: "answers/s",
  flow: "sold-out",
  data: ({ goods }) => ({ sku: goods.soldOut }),
  bars: () => [],
});

function preparedFor({ seconds }: Bench, { connections, ratePerSecond, warmUpMs }: Load): number {
  const perSecond = ratePerSecond ?? PREPARED_PER_SECOND[connections]!;
  return Math.ceil(perSecond * (seconds + warmUpMs / 1_000) * 1.05);
}

export const shoppingRows: readonly Row[] = [addToCart, purchase, checkout, hot, soldOut];
