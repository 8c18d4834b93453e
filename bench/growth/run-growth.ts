import type { Bench, Row } from "../bench.ts";
import { chooseGoods, type Goods } from "../goods.ts";
import { startGenerator } from "../load/start-generator.ts";
import { lookAround, type Surroundings } from "../machine.ts";
import { settle } from "../observe.ts";
import { UNCACHED } from "../open-bench.ts";
import type { Options } from "../options.ts";
import type { RowResult } from "../result.ts";
import { measureRounds, resultOf, tell } from "../run-bench.ts";
import { openGround, type Ground, type Stage } from "../stage.ts";
import { growCatalog, growOrders, mustReadAlike } from "./generate.ts";
import { cachedRows, uncachedRows } from "./growth-rows.ts";
import { oneShopper, visit, type OneShopper } from "./visit.ts";

/** Measures the same rows as the shop grows: at each size of the catalogue, then with many orders. */
export async function runGrowth(options: Options): Promise<boolean> {
  const ground = await openGround();
  const generator = startGenerator();
  const leave = () => void ground.remove().then(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);
  const grown = { copies: 0, products: 0 };
  const all: RowResult[] = [];
  let around: Surroundings | undefined;
  const measure = async (told: string, shopper: OneShopper | undefined) => {
    const first = await on(ground, {}, async (stage) => {
      const goods = await chooseGoods(stage);
      const seen = await visit(stage, goods, shopper);
      return { goods, seen, results: await measureAt(stage, { rows: cachedRows(seen), goods, options, generator }) };
    });
    const { goods, seen } = first;
    const uncached = await on(ground, UNCACHED, (stage) =>
      measureAt(stage, { rows: uncachedRows(seen), goods, options, generator }),
    );
    const results = [...first.results, ...uncached];
    all.push(...results.map((row) => grownRow(row, told, all)));
  };
  try {
    for (const size of options.sizes) {
      await on(ground, {}, async (stage) => {
        around ??= await lookAround(stage.postgres);
        await growCatalog(stage.postgres, grown, size);
      });
      if (grown.copies > 0) await on(ground, {}, mustReadAlike);
      await measure(`${grown.products.toLocaleString("en-GB")} products`, undefined);
    }
    const shopper = await on(ground, {}, async (stage) => {
      await placePattern(stage, generator);
      const one = await oneShopper(stage);
      await growOrders(stage.postgres, options.orders, one.id);
      return one;
    });
    await measure(`${options.orders.toLocaleString("en-GB")} orders besides`, shopper);
    return await tell({ ...resultOf(options), ...around!, rows: all }, options);
  } finally {
    generator.stop();
    await ground.remove();
  }
}

/** Buys something, so that there is an order to copy. */
async function placePattern(stage: Stage, generator: Bench["generator"]): Promise<void> {
  const { skus } = await chooseGoods(stage);
  const load = { connections: 1, warmUpMs: 0, durationMs: 1 };
  await generator.run({ flow: "purchase", url: stage.url, data: { skus }, load });
  await settle(stage);
}

/** Starts the shop for some work; a new start remembers nothing of before. */
async function on<Result>(
  ground: Ground,
  settings: Readonly<Record<string, string>>,
  work: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const stage = await ground.start(settings);
  try {
    return await work(stage);
  } finally {
    await stage.end();
  }
}

type At = {
  readonly rows: readonly Row[];
  readonly goods: Goods;
  readonly options: Options;
  readonly generator: Bench["generator"];
};

async function measureAt(stage: Stage, { rows, goods, options, generator }: At): Promise<readonly RowResult[]> {
  const none = async () => Promise.reject(new Error("Rows of growth have no limit beside them."));
  const bench: Bench = {
    stage,
    goods,
    generator,
    seconds: options.seconds,
    connections: [1, 64],
    idleMib: 0,
    bareUrl: none,
    uncached: none,
    oneProcess: none,
    another: none,
    inside: none,
    sql: none,
  };
  const wanted = rows.filter(({ name }) => options.rows?.includes(name) ?? true);
  return measureRounds(wanted, bench, options.rounds);
}

/** How much slower a row may be than at the first size. */
const SLOWER_AT_MOST = 1.5;

/** A row with its size in its name, held against the same row at the first size. */
function grownRow(row: RowResult, told: string, earlier: readonly RowResult[]): RowResult {
  const first = earlier.find(({ name }) => name.startsWith(`${row.name}, `));
  const named = { ...row, name: `${row.name}, ${told}` };
  const [before, now] = [first?.numbers["peak"], row.numbers["peak"]];
  if (before === undefined || now === undefined) return named;
  const bar = {
    what: "of the first size",
    unit: "×",
    kind: "at least",
    bar: 1 / SLOWER_AT_MOST,
    measured: now / before,
    isDeciding: true,
  } as const;
  return {
    ...named,
    limit: "the same at the first size",
    numbers: { ...row.numbers, ratio: now / before, limit: before },
    bars: [bar],
  };
}
