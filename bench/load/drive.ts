import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { Connection } from "./connection.ts";

/** What one shopper does again and again. Resolves when one round of it is done, to `nothing-left` when there was nothing to do any
 *  more; throws when an answer was not the expected one. */
export type Act = () => Promise<"nothing-left" | undefined>;

/** Times one request under the name of its kind; throws when it is answered with another status than the expected ones. */
export type Ask = (kind: string, request: string, expected: readonly number[]) => Promise<Buffer>;

/** Times a piece of work under the name of its kind. */
export type Timed = <Result>(kind: string, work: () => Promise<Result>) => Promise<Result>;

export type Load = {
  readonly connections: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Rounds a second that begin whether or not earlier ones have ended (open loop); without it, each connection begins the next
   *  when the last has ended (closed loop). */
  readonly ratePerSecond?: number;
};

/** Milliseconds. */
export type Latency = { readonly p50: number; readonly p99: number; readonly max: number };

export type Measured = {
  /** Rounds. */
  readonly perSecond: number;
  readonly rounds: number;
  /** With those of the warm-up and after the end. */
  readonly allRounds: number;
  /** All rounds by the time until what they left to do was done, too; where that is known. */
  readonly settledPerSecond?: number;
  readonly latencyMs: Readonly<Record<string, Latency>>;
  /** Of whole rounds; in an open loop from when they were due. */
  readonly roundMs: Latency;
};

/** Lets every connection do its act again and again and measures what happens after the warm-up. */
export async function drive(url: string, load: Load, actOf: (ask: Ask, index: number) => Act): Promise<Measured> {
  const connections = await Promise.all(Array.from({ length: load.connections }, () => Connection.open(url)));
  const askOn =
    (connection: Connection, timed: Timed): Ask =>
    (kind, request, expected) =>
      timed(kind, async () => {
        const { status, body } = await connection.ask(request);
        if (!expected.includes(status)) throw new Error(`${kind}: ${status} ${body.toString()}\n${request}`);
        return body;
      });
  try {
    return await measure(load, (timed, index) => actOf(askOn(connections[index]!, timed), index));
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** As `drive`, of work that is no request to one address. */
export async function measure(load: Load, actOf: (timed: Timed, index: number) => Act): Promise<Measured> {
  const histograms = new Map<string, RecordableHistogram>();
  const rounds = createHistogram();
  const startedMs = performance.now();
  const measureFromMs = startedMs + load.warmUpMs;
  const endMs = measureFromMs + load.durationMs;
  let done = 0;
  let all = 0;
  let emptyMs: number | undefined;
  const isCounted = (nowMs: number) => nowMs >= measureFromMs && nowMs < endMs;
  const note = (sinceMs: number, histogram: RecordableHistogram) => {
    const nowMs = performance.now();
    if (isCounted(nowMs)) histogram.record(Math.max(1, Math.round((nowMs - sinceMs) * 1e6)));
  };
  const timed: Timed = async (kind, work) => {
    const sentMs = performance.now();
    const result = await work();
    let histogram = histograms.get(kind);
    if (histogram === undefined) histograms.set(kind, (histogram = createHistogram()));
    note(sentMs, histogram);
    return result;
  };
  const round = async (act: Act, sinceMs: number) => {
    if ((await act()) === "nothing-left") {
      emptyMs ??= performance.now();
      return false;
    }
    all += 1;
    if (isCounted(performance.now())) done += 1;
    note(sinceMs, rounds);
    return true;
  };
  const acts = Array.from({ length: load.connections }, (_, index) => actOf(timed, index));
  if (load.ratePerSecond === undefined) await closedLoop(acts, round, endMs);
  else await openLoop(acts, round, { startedMs, endMs, gapMs: 1_000 / load.ratePerSecond });
  const latencyMs = Object.fromEntries([...histograms].map(([kind, histogram]) => [kind, latencyOf(histogram)]));
  const measuredMs = Math.max(1, Math.min(endMs, emptyMs ?? endMs) - measureFromMs);
  const perSecond = done / (measuredMs / 1_000);
  return { perSecond, rounds: done, allRounds: all, latencyMs, roundMs: latencyOf(rounds) };
}

/** False when there was nothing left to do. */
type Round = (act: Act, sinceMs: number) => Promise<boolean>;

async function closedLoop(acts: readonly Act[], round: Round, endMs: number): Promise<void> {
  await Promise.all(
    acts.map(async (act) => {
      while (performance.now() < endMs && (await round(act, performance.now())));
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
        .then((hasMore) => void (hasMore && free.push(act)))
        .catch((error: unknown) => void (failure ??= error))
        .finally(() => {
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
