import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { Connection } from "./connection.ts";

/** What one shopper does again and again. Resolves when one round of it is done; throws when an answer was not the expected one. */
export type Act = () => Promise<void>;

/** Times one request under the name of its kind. */
export type Ask = (kind: string, request: string, expected: number) => Promise<Buffer>;

export type Load = {
  readonly url: string;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Rounds a second that begin whether or not earlier ones have ended (open loop); without it, each connection begins the next
   *  when the last has ended (closed loop). */
  readonly ratePerSecond?: number;
  /** Ends after so many rounds, if that is sooner; the speed is then that of all of them. */
  readonly roundsAtMost?: number;
  /** The acts open what they need themselves. */
  readonly isWithoutHttp?: boolean;
};

/** Milliseconds. */
export type Latency = { readonly p50: number; readonly p99: number; readonly max: number };

export type Measured = {
  /** Rounds. */
  readonly perSecond: number;
  readonly rounds: number;
  readonly latencyMs: Readonly<Record<string, Latency>>;
  /** Of whole rounds; in an open loop from when they were due. */
  readonly roundMs: Latency;
};

/** Lets every connection do its act again and again and measures what happens after the warm-up. */
export async function drive(load: Load, actOf: (ask: Ask, index: number) => Act): Promise<Measured> {
  const histograms = new Map<string, RecordableHistogram>();
  const rounds = createHistogram();
  const count = { length: load.connections };
  const connections =
    load.isWithoutHttp === true ? [] : await Promise.all(Array.from(count, () => Connection.open(load.url)));
  const startedMs = performance.now();
  const measureFromMs = startedMs + load.warmUpMs;
  const endMs = measureFromMs + load.durationMs;
  const roundsAtMost = load.roundsAtMost ?? Number.POSITIVE_INFINITY;
  let done = 0;
  let begun = 0;
  const note = (sinceMs: number, histogram: RecordableHistogram) => {
    const nowMs = performance.now();
    if (nowMs >= measureFromMs && nowMs < endMs) histogram.record(Math.max(1, Math.round((nowMs - sinceMs) * 1e6)));
  };
  const askOn =
    (connection: Connection): Ask =>
    async (kind, request, expected) => {
      const sentMs = performance.now();
      const { status, body } = await connection.ask(request);
      if (status !== expected) throw new Error(`${kind}: ${status} ${body.toString()}\n${request}`);
      let histogram = histograms.get(kind);
      if (histogram === undefined) histograms.set(kind, (histogram = createHistogram()));
      note(sentMs, histogram);
      return body;
    };
  const round = async (act: Act, sinceMs: number) => {
    await act();
    const nowMs = performance.now();
    if (nowMs >= measureFromMs && nowMs < endMs) done += 1;
    note(sinceMs, rounds);
  };
  const unasked: Ask = () => Promise.reject(new Error("There is nobody to ask by HTTP."));
  const acts = Array.from(count, (_, index) => {
    const connection = connections[index];
    return actOf(connection === undefined ? unasked : askOn(connection), index);
  });
  const mayGoOn = () => performance.now() < endMs && (begun += 1) <= roundsAtMost;
  try {
    if (load.ratePerSecond === undefined) await closedLoop(acts, round, mayGoOn);
    else await openLoop(acts, round, { startedMs, endMs, gapMs: 1_000 / load.ratePerSecond });
  } finally {
    for (const connection of connections) connection.close();
  }
  const tookMs = Math.min(performance.now() - measureFromMs, load.durationMs);
  const latencyMs = Object.fromEntries([...histograms].map(([kind, histogram]) => [kind, latencyOf(histogram)]));
  return { perSecond: done / (tookMs / 1_000), rounds: done, latencyMs, roundMs: latencyOf(rounds) };
}

type Round = (act: Act, sinceMs: number) => Promise<void>;

async function closedLoop(acts: readonly Act[], round: Round, mayGoOn: () => boolean): Promise<void> {
  await Promise.all(
    acts.map(async (act) => {
      while (mayGoOn()) await round(act, performance.now());
    }),
  );
}

type Schedule = { readonly startedMs: number; readonly endMs: number; readonly gapMs: number };

/** Rounds begin on time by a clock; one that finds no free connection waits, and its waiting counts (no coordinated omission). */
async function openLoop(acts: readonly Act[], round: Round, { startedMs, endMs, gapMs }: Schedule): Promise<void> {
  const free = [...acts];
  const due: number[] = [];
  const running = new Set<Promise<void>>();
  let failure: unknown;
  const begin = () => {
    while (due.length > 0 && free.length > 0) {
      const act = free.pop()!;
      const run: Promise<void> = round(act, due.shift()!)
        .catch((error: unknown) => void (failure ??= error))
        .finally(() => {
          free.push(act);
          running.delete(run);
          begin();
        });
      running.add(run);
    }
  };
  for (let nextMs = startedMs; performance.now() < endMs && failure === undefined;) {
    for (const nowMs = performance.now(); nextMs <= nowMs; nextMs += gapMs) due.push(nextMs);
    begin();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  due.length = 0;
  await Promise.all(running);
  if (failure !== undefined) throw failure;
}

function latencyOf(histogram: RecordableHistogram): Latency {
  if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
  const ms = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100;
  return { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) };
}
