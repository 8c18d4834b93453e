import { createHistogram } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { Envelope } from "#kernel/event";
import { createLog } from "#platform/log";
import { openLogBus } from "#platform/log-bus";
import { rowsOf, withDatabase } from "../chaos/ask-database.ts";
import { untilQuiet } from "../chaos/settle.ts";
import { topology } from "../topology.ts";
import type { Bench } from "./bench.ts";
import type { Measured } from "./load/drive.ts";
import { quantileBetween, readMetrics, sumOf } from "./metrics.ts";
import type { Sample } from "./sample.ts";
import type { Stage } from "./stage.ts";

const SETTLE_LIMIT_MS = 120_000;
const DELAY = "tradepost_event_delay_seconds";

/** Waits until all events have gone everywhere; how long it took, milliseconds. */
export async function settle(stage: Stage): Promise<number> {
  const startedMs = performance.now();
  await untilQuiet({ databaseUrl: (database) => stage.postgres.url(database) }, SETTLE_LIMIT_MS);
  return performance.now() - startedMs;
}

/** Looks at the whole server while `work` goes on and until what it left to do is done. */
export async function observe(
  { stage }: Bench,
  work: () => Promise<Measured>,
): Promise<{ measured: Measured; more: Sample }> {
  await settle(stage);
  const idle = await idleCommits(stage);
  const before = await readMetrics(stage.desks);
  const watch = hasDelays(before) ? undefined : await watchEvents(stage);
  await stage.loopDelayMs();
  const begun = { commits: await findCommits(stage), ms: performance.now() };
  const measured = await work();
  const loop = await stage.loopDelayMs();
  const after = await readMetrics(stage.desks);
  const heard = watch === undefined ? delaysBetween(before, after) : await watch.stop();
  const settleMs = await settle(stage);
  const tookMs = performance.now() - begun.ms;
  const commits = (await findCommits(stage)) - begun.commits - (idle * tookMs) / 1_000;
  return {
    measured,
    more: {
      commitsPerRound: commits / measured.allRounds,
      idleCommitsPerSecond: idle,
      ...heard,
      eventsBehindAtEnd: sumOf(after, "tradepost_event_lag"),
      settleMs,
      settledPerSecond: measured.allRounds / (tookMs / 1_000),
      rssMib: residentMib(after),
      ...(loop === undefined ? {} : { loopDelayP99: loop.p99, loopDelayMax: loop.max }),
    },
  };
}

export function residentMib(metrics: ReadonlyMap<string, number>): number {
  return sumOf(metrics, "process_resident_memory_bytes") / 2 ** 20;
}

/** CPU that the shop has used since its start, without PostgreSQL; milliseconds. */
export function cpuMs(metrics: ReadonlyMap<string, number>): number {
  return sumOf(metrics, "process_cpu_seconds_total") * 1_000;
}

function hasDelays(metrics: ReadonlyMap<string, number>): boolean {
  return [...metrics.keys()].some((series) => series.startsWith(`${DELAY}_bucket`));
}

function delaysBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Sample {
  const at = (quantile: number) => (quantileBetween(before, after, { name: DELAY, quantile }) ?? Number.NaN) * 1_000;
  return { hearP50: at(0.5), hearP99: at(0.99), hearIsFromShop: 1 };
}

/** Transactions that wrote, of the whole server. */
async function findCommits(stage: Stage): Promise<number> {
  const text = "select pg_current_xact_id()::text::float8 as count";
  return withDatabase(
    stage.postgres.url("postgres"),
    async (client) => (await rowsOf<{ count: number }>(client, text))[0]!.count,
  );
}

const IDLE_MS = 2_000;

/** What the shop writes while nobody asks for anything: leases, polls. */
async function idleCommits(stage: Stage): Promise<number> {
  const before = await findCommits(stage);
  await pause(IDLE_MS);
  return ((await findCommits(stage)) - before) / (IDLE_MS / 1_000);
}

/** Listens as another process would. Measures from the time in the envelope, which is when the operation that published began: more
 *  than the way of the event. */
async function watchEvents(stage: Stage): Promise<{ stop(): Promise<Sample> }> {
  const bus = openLogBus({ url: stage.postgres.url("bus"), log: createLog({ level: "error" }) });
  const delays = createHistogram();
  const watching = bus.watch({
    topics: topology.map(({ name }) => name),
    types: [...HEARD_TYPES],
    onBatch: async ({ messages }) => {
      for (const { envelope } of messages)
        delays.record(Math.max(1, Date.now() - Date.parse((JSON.parse(envelope) as Envelope).time)));
    },
  });
  await watching.ready;
  return {
    stop: async () => {
      await watching.stop();
      await bus.close();
      return { hearP50: delays.percentile(50), hearP99: delays.percentile(99), hearIsFromShop: 0 };
    },
  };
}

/** The events of a purchase that somebody waits for. */
const HEARD_TYPES = [
  "orders.OrderPlaced.v1",
  "orders.OrderConfirmed.v1",
  "payments.PaymentAuthorised.v1",
  "payments.PaymentCaptured.v1",
  "payment-simulator.ProviderEventSent.v1",
  "shipping.ShipmentCreated.v1",
];
