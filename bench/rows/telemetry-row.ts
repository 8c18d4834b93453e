import { loadOf, type Bench, type Row, type Shop } from "../bench.ts";
import type { Load } from "../load/drive.ts";
import { readMetrics } from "../metrics.ts";
import { cpuMs, settle } from "../observe.ts";
import { medianOf, type Sample } from "../sample.ts";

const CONNECTIONS = 16;
const WARM_UP_CONNECTIONS = 4;
/** Short pairs of turns, of which medians are taken: the machine differs more from one minute to the next than the shops do. */
const PAIRS = 4;

/** Two new shops, which differ in one setting and end with the round: the shop of the other rows has a past. */
export const telemetryRow: Row = {
  name: "telemetry",
  what: "the purchase with telemetry as it is by default: metrics, some traces kept in memory, none exported",
  unit: "orders/s",
  limit: "the same in turns with OTEL_SDK_DISABLED=true: no trace is recorded, metrics stay",
  measure: async (bench) => {
    const traced = await bench.another({});
    const untraced = await bench.another({ OTEL_SDK_DISABLED: "true" });
    try {
      return await compare(bench, { traced, untraced });
    } finally {
      await traced.stage.stop();
      await untraced.stage.stop();
    }
  },
  bars: ({ ratio }) => [
    { what: "with telemetry, of without", unit: "×", kind: "at least", bar: 0.95, measured: ratio!, isDeciding: true },
  ],
};

type Shops = { readonly traced: Shop; readonly untraced: Shop };

async function compare(bench: Bench, shops: Shops): Promise<Sample> {
  const half = { seconds: bench.seconds / 2 };
  // A new process has compiled nothing yet: an order takes many times the CPU, and 16 at once may be too much for it.
  for (const shop of [shops.traced, shops.untraced]) await takeTurn(bench, shop, loadOf(bench, WARM_UP_CONNECTIONS));
  const pairs: Sample[] = [];
  for (let pair = 0; pair < PAIRS; pair++)
    pairs.push(await takePair(bench, shops, { load: loadOf(half, CONNECTIONS), isTracedFirst: pair % 2 === 0 }));
  return medianOf(pairs);
}

/** Who is first changes from pair to pair, so that a machine that becomes slower prefers neither. */
async function takePair(
  bench: Bench,
  { traced, untraced }: Shops,
  { load, isTracedFirst }: { readonly load: Load; readonly isTracedFirst: boolean },
): Promise<Sample> {
  const first = await takeTurn(bench, isTracedFirst ? traced : untraced, load);
  const second = await takeTurn(bench, isTracedFirst ? untraced : traced, load);
  const [own, limit] = isTracedFirst ? [first, second] : [second, first];
  return {
    at16: own.perSecond,
    limitAt16: limit.perSecond,
    peak: own.perSecond,
    ratio: own.perSecond / limit.perSecond,
    cpuMsPerOrder: own.cpuMsPerOrder,
    limitCpuMsPerOrder: limit.cpuMsPerOrder,
    ratioCpu: own.cpuMsPerOrder / limit.cpuMsPerOrder,
  };
}

type Turn = { readonly perSecond: number; readonly cpuMsPerOrder: number };

/** Ends when all is done that the orders cause: its CPU is theirs, and no shop works while the other is measured. */
async function takeTurn({ generator }: Bench, { stage, goods }: Shop, load: Load): Promise<Turn> {
  const beforeMs = cpuMs(await readMetrics(stage.desks));
  const { perSecond, allRounds } = await generator.run({
    flow: "purchase",
    url: stage.url,
    data: { skus: goods.skus },
    load,
  });
  await settle(stage);
  const usedMs = cpuMs(await readMetrics(stage.desks)) - beforeMs;
  return { perSecond, cpuMsPerOrder: usedMs / allRounds };
}
