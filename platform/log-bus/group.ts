import type { Subscription, SubscribeOptions } from "../bus.ts";
import { LogMembership } from "./membership.ts";
import type { LogBusParts } from "./parts.ts";
import { runsOf, type LogRun } from "./run.ts";
import { commitPlaces, createPositions, findEnds, isGroupPast, readForGroup } from "./store.ts";
import { jittered, pause, startLoop, type Loop } from "../loop.ts";

const POLL_MS = 2_000;
const GAP_MS = 25;
const IDLE_MS = 60_000;
const BATCH = 500;
const ROWS_PER_READ = 2_000;
const LONGEST_BACK_OFF_MS = 5_000;

/** Reads the log for one group: every partition on its own, one batch of it in hand at a time, offsets committed after. */
export class LogGroupReader implements Subscription {
  readonly ready: Promise<void>;
  readonly #parts: LogBusParts;
  readonly #options: SubscribeOptions;
  readonly #limitPerPartition: number;
  /** Partition number by `topic/partition` of what is being handled, committed, or rests after a failure. */
  readonly #inHand = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #rests = new Set<NodeJS.Timeout>();
  readonly #deliveries = new Set<Promise<void>>();
  readonly #membership: LogMembership;
  readonly #reading: Loop;
  readonly #committing: Loop;
  readonly #offGrowth: () => void;
  #done: LogRun[] = [];
  #hasSkipped = false;

  constructor(parts: LogBusParts, options: SubscribeOptions) {
    this.#parts = parts;
    this.#options = options;
    const partitions = options.topics.length * parts.partitions;
    this.#limitPerPartition = Math.min(BATCH, Math.max(16, Math.floor(ROWS_PER_READ / partitions)));
    this.#membership = new LogMembership(parts, options.group, {
      prepare: async () => {
        await parts.prepare(options.topics);
        await createPositions(parts.db, options.group, options.topics, options.from);
      },
      isBusy: (slot) => [...this.#inHand.values()].includes(slot),
      onGain: () => this.#reading.wake(),
    });
    this.ready = this.#membership.ready;
    const loop = (name: string, pass: () => Promise<number>, minimumGapMs = 0) =>
      startLoop({ name: `${name} ${options.group}`, log: parts.log, pass, minimumGapMs });
    this.#reading = loop("bus reader", () => this.#read(), GAP_MS);
    this.#committing = loop("bus commit", () => this.#commit());
    this.#offGrowth = parts.onGrowth(options.topics, () => this.#reading.wake());
  }

  async caughtUp(limitMs: number): Promise<boolean> {
    const limitAtMs = performance.now() + limitMs;
    const { db } = this.#parts;
    while (!this.#membership.isReady && performance.now() < limitAtMs) await pause(5);
    const ends = await findEnds(db, this.#options.topics);
    for (;;) {
      if (this.#membership.isReady && (await isGroupPast(db, this.#options.group, ends))) return true;
      if (performance.now() > limitAtMs) return false;
      this.#reading.wake();
      await pause(5);
    }
  }

  async stop(): Promise<void> {
    this.#offGrowth();
    await this.#reading.stop();
    await Promise.all(this.#deliveries);
    for (const rest of this.#rests) clearTimeout(rest);
    await this.#committing.stop();
    await this.#commit().catch(() => {}); // it comes again
    await this.#membership.stop();
  }

  async #read(): Promise<number> {
    const slots = this.#membership.slots();
    if (slots.length === 0) return POLL_MS;
    this.#hasSkipped = this.#inHand.size > 0;
    const rows = await readForGroup(this.#parts.db, {
      group: this.#options.group,
      topics: this.#options.topics,
      types: this.#options.types,
      slots,
      inHand: [...this.#inHand.keys()],
      limitPerPartition: this.#limitPerPartition,
    });
    for (const run of runsOf(rows)) {
      const signal = this.#membership.signalOf(run.from.partition);
      if (signal === undefined) continue; // given up or lost during the read
      this.#warnOfGap(run);
      this.#inHand.set(keyOf(run), run.from.partition);
      const delivery = this.#deliver(run, signal).finally(() => this.#deliveries.delete(delivery));
      this.#deliveries.add(delivery);
    }
    return jittered(POLL_MS);
  }

  async #deliver(run: LogRun, signal: AbortSignal): Promise<void> {
    const { topic, partition } = run.from;
    try {
      if (run.messages.length > 0) {
        await this.#options.onBatch({ topic, partition, messages: run.messages, signal });
      }
      this.#failures.delete(keyOf(run));
      this.#done.push(run);
      this.#committing.wake();
    } catch (cause) {
      if (!signal.aborted) return this.#restAfter(run, cause);
      this.#failures.delete(keyOf(run)); // lost: another replica reads it again
      this.#inHand.delete(keyOf(run));
    }
  }

  /** Leaves the partition alone for a while; its batch is read again then. */
  #restAfter(run: LogRun, cause: unknown): void {
    const key = keyOf(run);
    const isNews = this.#failures.size === 0; // most often all partitions fail for one reason
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const fields = { group: this.#options.group, topic: run.from.topic, partition: run.from.partition, cause };
    if (isNews) this.#parts.log.warn(fields, "A batch of events could not be handled and will come again");
    const rest = setTimeout(
      () => {
        this.#rests.delete(rest);
        this.#inHand.delete(key);
        this.#reading.wake();
      },
      jittered(Math.min(LONGEST_BACK_OFF_MS, 100 * 2 ** Math.min(failures - 1, 20))),
    );
    this.#rests.add(rest);
  }

  async #commit(): Promise<number> {
    const done = this.#done;
    if (done.length === 0) return IDLE_MS;
    this.#done = [];
    try {
      const moved = await commitPlaces(this.#parts.db, this.#options.group, done);
      const hasMore = done.some((run) => run.length === this.#limitPerPartition);
      for (const run of done) this.#inHand.delete(keyOf(run));
      if (hasMore || this.#hasSkipped || moved < done.length) this.#reading.wake();
    } catch (cause) {
      this.#done = [...done, ...this.#done];
      throw cause;
    }
    return this.#done.length > 0 ? 0 : IDLE_MS;
  }

  #warnOfGap(run: LogRun): void {
    const missed = run.firstOffset - run.from.nextOffset;
    if (missed === 0 || run.from.nextOffset === 0) return; // 0: a group that was set back to the oldest there is
    const { topic, partition } = run.from;
    const fields = { group: this.#options.group, topic, partition, missed };
    this.#parts.log.error(fields, "A group missed events that were deleted before it read them");
  }
}

function keyOf(run: LogRun): string {
  return `${run.from.topic}/${run.from.partition}`;
}
