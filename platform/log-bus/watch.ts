import type { Subscription, WatchOptions } from "../bus.ts";
import type { LogBusParts } from "./parts.ts";
import { runsOf, type LogRun } from "./run.ts";
import { findEnds, readFrom, type Place } from "./store.ts";
import { jittered, pause, startLoop } from "../loop.ts";

const POLL_MS = 2_000;
const GAP_MS = 8;
const LIMIT_PER_PARTITION = 100;

/** Reads the log from its present end on; where it stands is kept in memory only. */
export function watchLog(parts: LogBusParts, options: WatchOptions): Subscription {
  const { db } = parts;
  const { topics, types } = options;
  const places = new Map<string, Place>();
  const stopped = new AbortController();
  let becomeReady = () => {};
  const ready = new Promise<void>((resolve) => (becomeReady = resolve));

  const begin = async () => {
    await parts.prepare(topics);
    for (const end of await findEnds(db, topics)) places.set(keyOf(end), end);
    becomeReady();
  };
  const deliver = async (run: LogRun) => {
    const { topic, partition } = run.from;
    try {
      if (run.messages.length > 0) {
        await options.onBatch({ topic, partition, messages: run.messages, signal: stopped.signal });
      }
    } catch (cause) {
      parts.log.warn({ topic, partition, cause }, "A watched batch of events could not be handled");
    }
    places.set(keyOf(run.from), { topic, partition, nextOffset: run.until });
  };
  const loop = startLoop({
    name: `bus watch ${topics.join(", ")}`,
    log: parts.log,
    minimumGapMs: GAP_MS,
    pass: async () => {
      if (places.size === 0) await begin();
      const rows = await readFrom(db, { places: [...places.values()], types, limitPerPartition: LIMIT_PER_PARTITION });
      const runs = runsOf(rows);
      await Promise.all(runs.map(deliver));
      return runs.some((run) => run.length === LIMIT_PER_PARTITION) ? 0 : jittered(POLL_MS);
    },
  });
  const offGrowth = parts.onGrowth(topics, () => loop.wake());
  return {
    ready,
    caughtUp: async (limitMs) => {
      const limitAtMs = performance.now() + limitMs;
      const ends = await findEnds(db, topics);
      while (ends.some((end) => (places.get(keyOf(end))?.nextOffset ?? -1) < end.nextOffset)) {
        if (performance.now() > limitAtMs) return false;
        loop.wake();
        await pause(5);
      }
      return true;
    },
    stop: async () => {
      offGrowth();
      stopped.abort();
      await loop.stop();
    },
  };
}

function keyOf(place: Place): string {
  return `${place.topic}/${place.partition}`;
}
