import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch, Bus, Message, SubscribeOptions, Subscription } from "./bus.ts";
import { messageOf } from "./bus.ts";
import { pause } from "./loop.ts";
import { eventAbout, until } from "./testing-events.ts";

/** One engine, fresh for one test. */
export type Engine = {
  /** Another replica of it. */
  open(): Bus;
  close(): Promise<void>;
};

const TOPIC = "orders";
const TYPE = "orders.OrderNoted.v1";

/** What every bus engine must do; call it from a test file of the engine. */
export function describeBus(name: string, openEngine: () => Promise<Engine>): void {
  describe(name, () => {
    describeReading(openEngine);
    describeBeginning(openEngine);
    describeWatching(openEngine);
  });
}

/** Opens the engine for each test; what tests use of it. */
function useEngine(openEngine: () => Promise<Engine>) {
  let engine: Engine;
  let bus: Bus;
  beforeEach(async () => {
    engine = await openEngine();
    bus = engine.open();
  });
  afterEach(() => engine.close());
  return {
    bus: () => bus,
    another: () => engine.open(),
    lagOf: async (group: string) => (await bus.lag(group)).reduce((sum, one) => sum + one.behind, 0),
  };
}

function describeReading(openEngine: () => Promise<Engine>): void {
  describe("reading as a group", () => {
    const { bus, another, lagOf } = useEngine(openEngine);
    test("brings every message once, those of a key in the order they were appended", async () => {
      const sent = some(1_200, 40);
      for (let begin = 0; begin < sent.length; begin += 300) await bus().append(TOPIC, sent.slice(begin, begin + 300));
      const { messages, subscription } = collect(bus());
      expect(await subscription.caughtUp(8_000)).toBe(true);
      expect(messages).toHaveLength(sent.length);
      expect(idsByKey(messages)).toEqual(idsByKey(sent));
    });

    test("brings batches of one partition, of at most 500 messages", async () => {
      const sent = some(1_100, 1);
      await bus().append(TOPIC, sent.slice(0, 600));
      await bus().append(TOPIC, sent.slice(600));
      const batches: Batch[] = [];
      const { messages, subscription } = collect(bus(), { onBatch: async (batch) => void batches.push(batch) });
      expect(await subscription.caughtUp(8_000)).toBe(true);
      expect(ids(messages)).toEqual(ids(sent));
      expect(new Set(batches.map((batch) => batch.partition)).size).toBe(1);
      expect(Math.max(...batches.map((batch) => batch.messages.length))).toBeLessThanOrEqual(500);
    });

    test("brings the envelope's text unchanged", async () => {
      const sent = messageOf(eventAbout("order-1", { text: 'ä "quoted" \\ {a,b} 🛒\n\u0000', none: null }));
      await bus().append(TOPIC, [sent]);
      const { messages, subscription } = collect(bus());
      await subscription.caughtUp(8_000);
      expect(messages).toEqual([sent]);
    });

    test("brings a batch again, whole, when its handling failed, and other partitions meanwhile", async () => {
      const sent = some(64, 64);
      const failing = sent[0]!.id;
      let failures = 0;
      const onBatch = async (batch: Batch) => {
        if (batch.messages.some((message) => message.id === failing) && ++failures <= 3) throw new Error("planned");
      };
      const { messages, subscription } = collect(bus(), { onBatch });
      await bus().append(TOPIC, sent);
      expect(await subscription.caughtUp(8_000)).toBe(true);
      expect(failures).toBe(4);
      expect(ids(messages).toSorted()).toEqual(ids(sent).toSorted());
      expect(messages.findIndex((message) => message.id === failing)).toBeGreaterThan(0);
    });

    test("does not bring again what was committed before a restart", async () => {
      const first = collect(bus());
      await bus().append(TOPIC, some(50, 10));
      await first.subscription.caughtUp(8_000);
      await first.subscription.stop();
      const later = some(5, 5);
      await bus().append(TOPIC, later);
      const second = collect(another());
      expect(await second.subscription.caughtUp(8_000)).toBe(true);
      expect(ids(second.messages).toSorted()).toEqual(ids(later).toSorted());
    });

    test("finishes and commits the batch in hand before it stops", async () => {
      let isBegun = false;
      const onBatch = async () => {
        isBegun = true;
        await pause(150); // much longer than a stop takes that does not wait
      };
      const { messages, subscription } = collect(bus(), { onBatch });
      await bus().append(TOPIC, some(1, 1));
      await until("the batch is in hand", () => isBegun);
      await subscription.stop();
      expect(messages).toHaveLength(1);
      expect(await lagOf("mail")).toBe(0);
    });

    test("shares the partitions among replicas and gives them to those that stay", async () => {
      const one = collect(bus());
      const other = collect(another());
      let sent = 0;
      await until("both replicas get messages", async () => {
        const more = some(64, 64);
        await bus().append(TOPIC, more);
        sent += more.length;
        expect(await one.subscription.caughtUp(8_000)).toBe(true);
        return one.messages.length > 0 && other.messages.length > 0;
      });
      await other.subscription.stop();
      const before = other.messages.length;
      await bus().append(TOPIC, some(64, 64));
      expect(await one.subscription.caughtUp(8_000)).toBe(true);
      expect(new Set(ids([...one.messages, ...other.messages])).size).toBe(sent + 64);
      expect(other.messages).toHaveLength(before);
    });

    test("tells how far a group is behind", async () => {
      await bus().createGroup("mail", [TOPIC], "start");
      await bus().append(TOPIC, some(30, 6));
      expect(await lagOf("mail")).toBe(30);
      await collect(bus()).subscription.caughtUp(8_000);
      expect(await lagOf("mail")).toBe(0);
    });
  });
}

function describeBeginning(openEngine: () => Promise<Engine>): void {
  describe("beginning", () => {
    const { bus } = useEngine(openEngine);
    test("begins a new group at the start or at the end, as it is told", async () => {
      await bus().append(TOPIC, some(10, 3));
      const fromStart = collect(bus(), { group: "old", from: "start" });
      const fromNow = collect(bus(), { group: "new", from: "now" });
      await fromNow.subscription.ready;
      const later = some(4, 2);
      await bus().append(TOPIC, later);
      expect(await fromStart.subscription.caughtUp(8_000)).toBe(true);
      expect(await fromNow.subscription.caughtUp(8_000)).toBe(true);
      expect(fromStart.messages).toHaveLength(14);
      expect(ids(fromNow.messages).toSorted()).toEqual(ids(later).toSorted());
    });

    test("keeps the place of a group that was created before it reads", async () => {
      await bus().append(TOPIC, some(10, 3));
      await bus().createGroup("mail", [TOPIC], "now");
      const between = some(6, 3);
      await bus().append(TOPIC, between);
      const { messages, subscription } = collect(bus(), { from: "start" });
      expect(await subscription.caughtUp(8_000)).toBe(true);
      expect(ids(messages).toSorted()).toEqual(ids(between).toSorted());
    });

    test("brings everything again to a group that is set back", async () => {
      const { messages, subscription } = collect(bus());
      await bus().append(TOPIC, some(40, 7));
      await subscription.caughtUp(8_000);
      await bus().rewind("mail");
      expect(await subscription.caughtUp(8_000)).toBe(true);
      expect(messages).toHaveLength(80);
      expect(ids(messages.slice(0, 40)).toSorted()).toEqual(ids(messages.slice(40)).toSorted());
    });
  });
}

function describeWatching(openEngine: () => Promise<Engine>): void {
  describe("watching and looking", () => {
    const { bus, another } = useEngine(openEngine);
    test("brings every watcher each message from its start on, in order per key", async () => {
      await bus().append(TOPIC, some(10, 3));
      const seen: Message[][] = [[], []];
      const watch = (on: Bus, into: Message[]) =>
        on.watch({ topics: [TOPIC], types: [TYPE], onBatch: async (batch) => void into.push(...batch.messages) });
      const watchers = [watch(bus(), seen[0]!), watch(another(), seen[1]!)];
      await Promise.all(watchers.map((watcher) => watcher.ready));
      const later = some(200, 9);
      await bus().append(TOPIC, later);
      for (const watcher of watchers) expect(await watcher.caughtUp(8_000)).toBe(true);
      for (const messages of seen) expect(idsByKey(messages)).toEqual(idsByKey(later));
      await Promise.all(watchers.map((watcher) => watcher.stop()));
    });

    test("shows what it keeps of a partition from an offset on", async () => {
      const sent = some(20, 1);
      await bus().append(TOPIC, sent);
      const all = await Promise.all(
        Array.from({ length: bus().partitions }, (_, partition) => bus().read(TOPIC, partition, 0, 100)),
      );
      expect(all.flat().map((kept) => kept.envelope.id)).toEqual(ids(sent));
      const partition = all.findIndex((kept) => kept.length > 0);
      const offset = all[partition]![12]!.offset;
      expect((await bus().read(TOPIC, partition, offset, 3)).map((kept) => kept.envelope.id)).toEqual(
        ids(sent.slice(12, 15)),
      );
    });
  });
}

type Collected = { readonly messages: Message[]; readonly subscription: Subscription };

/** Subscribes and keeps what came; `onBatch` may fail or wait first. */
function collect(bus: Bus, options: Partial<SubscribeOptions> = {}): Collected {
  const messages: Message[] = [];
  const onBatch = async (batch: Batch) => {
    await options.onBatch?.(batch);
    messages.push(...batch.messages);
  };
  const defaults = { group: "mail", topics: [TOPIC], types: [TYPE], from: "start" } as const;
  return { messages, subscription: bus.subscribe({ ...defaults, ...options, onBatch }) };
}

function some(count: number, keys: number): Message[] {
  return Array.from({ length: count }, (_, index) => messageOf(eventAbout(`order-${index % keys}`, { index })));
}

function ids(messages: readonly Message[]): string[] {
  return messages.map((message) => message.id);
}

function idsByKey(messages: readonly Message[]): Record<string, string[]> {
  const byKey = Map.groupBy(messages, (message) => message.key);
  return Object.fromEntries([...byKey].map(([key, ofKey]) => [key, ids(ofKey)]));
}
