import type { Bench, Row, Shop } from "../bench.ts";
import { chooseGoods } from "../goods.ts";
import { startInside, type StartedInside } from "../inside/start-inside.ts";
import { startGenerator } from "../load/start-generator.ts";
import { lookAround } from "../machine.ts";
import { settle } from "../observe.ts";
import { UNCACHED } from "../open-bench.ts";
import type { Options } from "../options.ts";
import type { RowResult } from "../result.ts";
import { measureRounds, resultOf, tell } from "../run-bench.ts";
import { openGround, type Ground, type Stage } from "../stage.ts";
import { growCatalog, growOrders, mustReadAlike } from "./generate.ts";
import { cachedRows, insideRowsBeside, uncachedRows, type Sized } from "./growth-rows.ts";
import { oneShopper, visit, type OneShopper } from "./visit.ts";

/** Measures the same rows as the shop grows: at each size of the catalogue, then with many orders, each beside a shop that stays at
 *  the first size. */
export async function runGrowth(options: Options): Promise<boolean> {
  const [firstSize, ...sizes] = options.sizes;
  if (firstSize === undefined || sizes.length === 0) throw new Error("Growth takes two sizes or more.");
  const grounds = { small: await openGround(), growing: await openGround() };
  const generator = startGenerator();
  const remove = () => Promise.all(Object.values(grounds).map((ground) => ground.remove()));
  const leave = () => void remove().then(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);
  const grown = { copies: 0, products: 0 };
  const all: RowResult[] = [];
  const measure = async (told: string, shopper: OneShopper | undefined) => {
    const seen = await on(grounds, {}, async (both) => {
      const sized = { small: await look(both.small), growing: await look(both.growing, shopper) };
      const rows = cachedRows(sized.growing.visit, sized.small);
      return { sized, results: await measureAt(sized.growing.shop, { rows, options, generator }) };
    });
    const uncached = await on(grounds, UNCACHED, ({ small, growing }) => {
      const first = { shop: { ...seen.sized.small.shop, stage: small }, visit: seen.sized.small.visit };
      const rows = uncachedRows(seen.sized.growing.visit, first);
      return measureAt({ ...seen.sized.growing.shop, stage: growing }, { rows, options, generator });
    });
    const inside = await onWithin(grounds, ({ small, growing }) =>
      measureAt(seen.sized.growing.shop, {
        rows: insideRowsBeside(small.ask),
        options,
        generator,
        inside: growing.ask,
      }),
    );
    all.push(...[...seen.results, ...uncached, ...inside].map((row) => ({ ...row, name: `${row.name}, ${told}` })));
  };
  try {
    const around = await onOne(grounds.small, {}, async ({ postgres }) => {
      await growCatalog(postgres, { copies: 0, products: 0 }, firstSize);
      return lookAround(postgres);
    });
    for (const size of sizes) {
      await onOne(grounds.growing, {}, ({ postgres }) => growCatalog(postgres, grown, size));
      await onOne(grounds.growing, {}, mustReadAlike);
      await measure(`${grown.products.toLocaleString("en-GB")} products`, undefined);
    }
    const shopper = await onOne(grounds.growing, {}, async (stage) => {
      await placePattern(stage, generator);
      const one = await oneShopper(stage);
      await growOrders(stage.postgres, options.orders, one.id);
      return one;
    });
    await measure(`${options.orders.toLocaleString("en-GB")} orders besides`, shopper);
    return await tell({ ...resultOf(options), ...around, rows: all }, options);
  } finally {
    generator.stop();
    await remove();
  }
}

async function look(stage: Stage, shopper?: OneShopper): Promise<Sized> {
  const goods = await chooseGoods(stage);
  return { shop: { stage, goods }, visit: await visit(stage, goods, shopper) };
}

/** Buys something, so that there is an order to copy. */
async function placePattern(stage: Stage, generator: Bench["generator"]): Promise<void> {
  const { skus } = await chooseGoods(stage);
  const load = { connections: 1, warmUpMs: 0, durationMs: 1 };
  await generator.run({ flow: "purchase", url: stage.url, data: { skus }, load });
  await settle(stage);
}

/** Starts a shop for some work; a new start remembers nothing of before. */
async function onOne<Result>(
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

type Two<Kind> = { readonly small: Kind; readonly growing: Kind };

function on<Result>(
  grounds: Two<Ground>,
  settings: Readonly<Record<string, string>>,
  work: (stages: Two<Stage>) => Promise<Result>,
): Promise<Result> {
  return onOne(grounds.small, settings, (small) =>
    onOne(grounds.growing, settings, (growing) => work({ small, growing })),
  );
}

/** As `on`, without the shops: services from within, on their data. Those write: what stays at the first size is a copy. */
async function onWithin<Result>(
  grounds: Two<Ground>,
  work: (within: Two<StartedInside>) => Promise<Result>,
): Promise<Result> {
  const copy = await grounds.small.copy();
  const within = { small: startInside(copy.dataDir), growing: startInside(grounds.growing.dataDir) };
  try {
    return await work(within);
  } finally {
    await Promise.all(Object.values(within).map((one) => one.stop()));
    await copy.remove();
  }
}

type At = {
  readonly rows: readonly Row[];
  readonly options: Options;
  readonly generator: Bench["generator"];
  readonly inside?: Bench["inside"];
};

async function measureAt({ stage, goods }: Shop, at: At): Promise<readonly RowResult[]> {
  const { rows, options, generator, inside } = at;
  const none = async () => Promise.reject(new Error("Rows of growth have only the first size beside them."));
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
    second: none,
    inside: inside ?? none,
    sql: none,
  };
  const wanted = rows.filter(({ name }) => options.rows?.includes(name) ?? true);
  return measureRounds(wanted, bench, options.rounds);
}
