import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { defineEvent, type Envelope } from "#kernel/event";
import { refuse } from "#kernel/refusal";
import Type from "typebox";
import { messageOf } from "./bus.ts";
import { applyOnce, startConsumer, startWatcher, type Consumer, type ConsumerOptions } from "./consume.ts";
import { claimDueKeys, lockClaim, park } from "./consume-store.ts";
import type { Ctx } from "./ctx.ts";
import type { Database } from "./database.ts";
import type { LogBus } from "./log-bus.ts";
import { hear, type Hearing } from "./service.ts";
import { sql } from "./sql.ts";
import { eventAbout, openTestEvents, until, type TestEvents } from "./testing-events.ts";

const OrderNoted = defineEvent({
  service: "orders",
  name: "OrderNoted",
  version: 1,
  subject: "orderId",
  summary: "Something happened to an order.",
  data: Type.Object({}),
});

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let events: TestEvents;
let bus: LogBus;
let db: Database;
let consumers: { stop(): Promise<void> }[];
let clockOffsetMs: number;
/** `subject:data` of every event handled to its end. */
let heard: string[];

beforeEach(async () => {
  events = await openTestEvents();
  bus = events.openBus();
  db = events.db;
  consumers = [];
  clockOffsetMs = 0;
  heard = [];
});
afterEach(async () => {
  await Promise.all(consumers.map((one) => one.stop()));
  await events.close();
});

describe("applyOnce", () => {
  test("does its work once, however often and at the same time an event comes", async () => {
    const event = eventAbout("order-1");
    const answers = await Promise.all(Array.from({ length: 6 }, () => applyOnce({ db }, event, note)));
    expect(answers.filter((isFirst) => isFirst)).toHaveLength(1);
    expect(heard).toHaveLength(1);
  });

  test("does not know an event whose work failed", async () => {
    const event = eventAbout("order-1");
    const failing = applyOnce({ db }, event, async () => {
      throw new Error("planned");
    });
    await expect(failing).rejects.toThrow("planned");
    expect(await applyOnce({ db }, event, note)).toBe(true);
  });

  async function note(): Promise<void> {
    heard.push("once");
  }
});

describe("a consumer", () => {
  test("handles the events it listens to in order per subject, and passes over others", async () => {
    const consumer = start();
    await publish(["a", 1], ["b", 1], ["a", 2], ["a", 3], ["b", 2]);
    await bus.append("orders", [messageOf(eventAbout("a", 9, "orders.SomethingElse.v1"))]);
    await consumer.settled();
    expect(heardOf("a")).toEqual(["a:1", "a:2", "a:3"]);
    expect(heardOf("b")).toEqual(["b:1", "b:2"]);
    expect(await consumer.lag()).toBe(0);
  });

  test("holds up only the subject of an event that fails, and goes on in order when it works", async () => {
    let isBroken = true;
    const consumer = start({
      handle: async (event) => {
        if (event.subject === "a" && event.data === 2 && isBroken) throw new Error("planned");
        note(event);
      },
    });
    await publish(["a", 1], ["a", 2], ["b", 1], ["a", 3]);
    await until("b is heard", () => heard.includes("b:1"));
    await publish(["a", 4], ["b", 2]);
    await until("b is heard again", () => heard.includes("b:2"));
    await until("a waits", async () => (await consumer.lag()) === 3);
    expect(heardOf("a")).toEqual(["a:1"]);
    isBroken = false;
    await consumer.settled();
    expect(heardOf("a")).toEqual(["a:1", "a:2", "a:3", "a:4"]);
  });

  test("keeps what is parked over a restart", async () => {
    let isBroken = true;
    const handle = async (event: Envelope) => {
      if (isBroken) throw new Error("planned");
      note(event);
    };
    const first = start({ handle });
    await publish(["a", 1], ["a", 2], ["b", 1]);
    await until("all wait", async () => (await countOf("parked_event")) === 3);
    await first.stop();
    isBroken = false;
    await start({ handle }).settled();
    expect(heardOf("a")).toEqual(["a:1", "a:2"]);
    expect(heardOf("b")).toEqual(["b:1"]);
  });

  test("waits longer after each failure, by the clock it is given", async () => {
    const triedAtMs: number[] = [];
    const frozenAtMs = Date.now();
    const consumer = start({
      now: () => new Date(frozenAtMs + clockOffsetMs),
      retry: { firstMs: 1_000, longestMs: 4_000 },
      handle: async () => {
        triedAtMs.push(clockOffsetMs);
        throw new Error("planned");
      },
    });
    await publish(["a", 1]);
    await until("it was tried", async () => (await countOf("parked_event")) === 1);
    // Waits are 50–100 % of 1 s, 2 s, 4 s, 4 s.
    for (const [index, waitMs] of [1_000, 2_000, 4_000, 4_000].entries()) {
      clockOffsetMs += waitMs / 2 - 1;
      const early = consumer.settled(60);
      await expect(early).rejects.toThrow(
        "still has 1 events to handle. One of orders about a fails with: Error: planned",
      );
      expect(triedAtMs).toHaveLength(index + 1);
      clockOffsetMs += waitMs / 2 + 1;
      await until("it was tried again and waits", async () => {
        await consumer.settled(0).catch(() => {});
        return triedAtMs.length === index + 2 && (await attemptsOf("a")) === index + 2;
      });
    }
  });

  test("counts a handler that does not end as failed", async () => {
    let isFirst = true;
    const consumer = start({
      handlerTimeoutMs: 50,
      handle: (event) => {
        if (!isFirst) return Promise.resolve(note(event));
        isFirst = false;
        return new Promise(() => {});
      },
    });
    await publish(["a", 1], ["a", 2]);
    await consumer.settled();
    expect(heard).toEqual(["a:1", "a:2"]);
  });

  test("gives each event to one of its replicas", async () => {
    const replicas = [start(), start({ bus: events.openBus(), replica: "two" })];
    await Promise.all(replicas.map((one) => one.ready));
    const sent = Array.from({ length: 200 }, (_, index): [string, number] => [`order-${index % 20}`, index]);
    for (let begin = 0; begin < sent.length; begin += 20) await publish(...sent.slice(begin, begin + 20));
    await Promise.all(replicas.map((one) => one.settled()));
    expect(heard.toSorted()).toEqual(sent.map(([subject, data]) => `${subject}:${data}`).toSorted());
    expect(heardOf("order-7")).toEqual(Array.from({ length: 10 }, (_, index) => `order-7:${7 + 20 * index}`));
  });

  test("handles at most eight events at a time, of different subjects", async () => {
    let running = 0;
    let most = 0;
    const consumer = start({
      handle: async (event) => {
        most = Math.max(most, ++running);
        await db.run(sql`select pg_sleep(0.01)`);
        running -= 1;
        note(event);
      },
    });
    await publish(...Array.from({ length: 60 }, (_, index): [string, number] => [`order-${index}`, index]));
    await consumer.settled();
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
    expect(heard).toHaveLength(60);
  });

  test("refuses two handlers of one kind of event", () => {
    const hears = [hear(OrderNoted, async () => {}), hear(OrderNoted, async () => {})];
    expect(() => start({ hears })).toThrow("mail listens to orders.OrderNoted.v1 twice");
  });
});

describe("dead letters", () => {
  const brokenOn = (broken: Set<unknown>) => async (event: Envelope) => {
    if (broken.has(event.data)) throw new Error(`cannot take ${String(event.data)}`);
    note(event);
  };

  test("take an event after its last try, and the later ones of its subject go on", async () => {
    const consumer = start({ retry: { attempts: 3, firstMs: 1, longestMs: 2 }, handle: brokenOn(new Set([2, 4])) });
    await publish(["a", 1], ["a", 2], ["a", 3], ["a", 4], ["a", 5]);
    await consumer.settled();
    expect(heard).toEqual(["a:1", "a:3", "a:5"]);
    const letters = await consumer.deadLetters.list();
    expect(letters.map((letter) => [letter.topic, letter.key, letter.error])).toEqual([
      ["orders", "a", "Error: cannot take 2"],
      ["orders", "a", "Error: cannot take 4"],
    ]);
    expect(events.logged.filter((line) => line.includes("An event was given up"))).toHaveLength(2);
  });

  test("are replayed, or discarded for good", async () => {
    const broken = new Set<unknown>([1, 2, 3]);
    const consumer = start({ retry: { attempts: 2, firstMs: 1, longestMs: 2 }, handle: brokenOn(broken) });
    await publish(["a", 1], ["b", 2], ["c", 3], ["a", 4]);
    await consumer.settled();
    const [first, second] = await consumer.deadLetters.list({ limit: 2 });
    const [third] = await consumer.deadLetters.list({ limit: 2, after: second!.eventId });
    broken.clear();
    expect(await consumer.deadLetters.replay(first!.eventId)).toBe(true);
    expect(await consumer.deadLetters.replay(first!.eventId)).toBe(false);
    expect(await consumer.deadLetters.discard(second!.eventId)).toBe(true);
    expect(await consumer.deadLetters.discard("no id")).toBe(false);
    await consumer.settled();
    expect((await consumer.deadLetters.list()).map((letter) => letter.eventId)).toEqual([third!.eventId]);
    expect(await consumer.deadLetters.replayAll()).toBe(1);
    await consumer.settled();
    expect(heard.toSorted()).toEqual(["a:1", "a:4", "c:3"]);
    expect(await consumer.deadLetters.list()).toEqual([]);
  });

  test("do not take what fails because something is not available, until that lasts a day", async () => {
    let tries = 0;
    const consumer = start({
      retry: { attempts: 2, firstMs: 1, longestMs: 5 },
      handle: async () => {
        tries += 1;
        throw refuse.SERVICE_UNAVAILABLE({ service: "shipping", detail: "It does not answer." });
      },
    });
    await publish(["a", 1]);
    await until("it was tried more often than other failures", () => tries > 6);
    expect(await consumer.deadLetters.list()).toEqual([]);
    clockOffsetMs += 25 * 3_600_000;
    await consumer.settled();
    expect(await consumer.deadLetters.list()).toHaveLength(1);
  });
});

describe("beginning anew", () => {
  test("replays from the start without repeating applied effects, unless they are to be forgotten", async () => {
    let runs = 0;
    const consumer = start({
      handle: async (event) => {
        runs += 1;
        await applyOnce({ db }, event, async () => note(event));
      },
    });
    await publish(["a", 1], ["b", 1]);
    await consumer.settled();
    await consumer.replayFromStart();
    await consumer.settled();
    expect(runs).toBe(4);
    expect(heard).toHaveLength(2);
    await consumer.replayFromStart({ forgetsHeard: true });
    await consumer.settled();
    expect(heard.toSorted()).toEqual(["a:1", "a:1", "b:1", "b:1"]);
  });

  test("takes over a publisher's state first and misses nothing that changes meanwhile", async () => {
    await publish(["a", 1], ["b", 1]);
    let exports = 0;
    const run = async () => {
      exports += 1;
      heard.push("export a:1", "export b:1");
      await publish(["a", 2]);
      if (exports === 1) throw new Error("planned");
    };
    const bootstraps = [{ topic: "orders", run }];
    const consumer = start({ bootstraps });
    await consumer.settled();
    expect(heard).toEqual(["export a:1", "export b:1", "export a:1", "export b:1", "a:2", "a:2"]);
    await consumer.stop();
    await publish(["b", 2]);
    await start({ bootstraps }).settled();
    expect(exports).toBe(2);
    expect(heard.at(-1)).toBe("b:2");
  });

  test("is done by one of the replicas", async () => {
    let exports = 0;
    const bootstraps = [
      {
        topic: "orders",
        run: async () => {
          exports += 1;
          await db.run(sql`select pg_sleep(0.1)`);
        },
      },
    ];
    const replicas = [start({ bootstraps }), start({ bootstraps, bus: events.openBus(), replica: "two" })];
    await Promise.all(replicas.map((one) => one.settled()));
    expect(exports).toBe(1);
  });
});

describe("parked keys", () => {
  test("belong to the latest claim: an earlier one has nothing more to say", async () => {
    const message = messageOf(eventAbout("a", 1));
    const now = new Date();
    await db.transaction((tx) => park(tx, { topic: "orders", messages: [message], failures: new Map(), now }));
    const later = (ms: number) => new Date(now.getTime() + ms);
    const [early] = await claimDueKeys(db, { now, until: later(1_000), limit: 8 });
    expect(await claimDueKeys(db, { now: later(999), until: later(2_000), limit: 8 })).toEqual([]);
    const [late] = await claimDueKeys(db, { now: later(1_000), until: later(2_000), limit: 8 });
    expect(await db.transaction((tx) => lockClaim(tx, early!))).toBe(false);
    expect(await db.transaction((tx) => lockClaim(tx, late!))).toBe(true);
  });

  test("lose no event that comes while the last one before it succeeds", async () => {
    // Each event fails once, so that parking and unparking of the one subject meet again and again.
    const failed = new Set<string>();
    const consumer = start({
      retry: { firstMs: 1, longestMs: 1 },
      handle: async (event) => {
        if (!failed.has(event.id) && failed.add(event.id)) throw new Error("planned");
        note(event);
      },
    });
    for (let data = 0; data < 60; data++) await publish(["a", data]);
    await consumer.settled();
    expect(heard).toEqual(Array.from({ length: 60 }, (_, data) => `a:${data}`));
  });
});

describe("a watcher", () => {
  test("hears each event on every replica, and goes on after one that fails", async () => {
    const seen: string[][] = [[], []];
    const watch = (into: string[]) => {
      const handle = async (event: Envelope) => {
        if (event.data === 2) throw new Error("planned");
        into.push(`${event.subject}:${String(event.data)}`);
      };
      const watcher = startWatcher({
        service: "catalog",
        hears: [hearing(handle)],
        bus: events.openBus(),
        log: events.log,
        contextFor,
      });
      consumers.push(watcher);
      return watcher;
    };
    const watchers = seen.map(watch);
    await publish(["early", 0]);
    await Promise.all(watchers.map((one) => one.ready));
    await publish(["a", 1], ["a", 2], ["a", 3]);
    await Promise.all(watchers.map((one) => one.settled()));
    for (const one of seen) expect(one.filter((text) => text !== "early:0")).toEqual(["a:1", "a:3"]);
    expect(events.logged.filter((line) => line.includes("A watched event could not be handled"))).toHaveLength(2);
  });
});

type Started = Partial<ConsumerOptions> & { readonly handle?: (event: Envelope) => Promise<void> };

function start({ handle = async (event) => note(event), ...rest }: Started = {}): Consumer {
  const consumer = startConsumer({
    service: "mail",
    hears: [hearing(handle)],
    db,
    bus,
    log: events.log,
    now: () => new Date(Date.now() + clockOffsetMs),
    replica: "one",
    contextFor,
    retry: { firstMs: 10, longestMs: 100 },
    ...rest,
  });
  consumers.push(consumer);
  return consumer;
}

function hearing(handle: (event: Envelope) => Promise<void>): Hearing {
  return hear(OrderNoted, handle);
}

function contextFor(): Ctx {
  return { db } as Ctx;
}

function note(event: Envelope): void {
  heard.push(`${event.subject}:${String(event.data)}`);
}

function heardOf(subject: string): string[] {
  return heard.filter((text) => text.startsWith(`${subject}:`));
}

async function publish(...facts: [subject: string, data: number][]): Promise<void> {
  await bus.append(
    "orders",
    facts.map(([subject, data]) => messageOf(eventAbout(subject, data))),
  );
}

async function countOf(table: "parked_event"): Promise<number> {
  const counts = { parked_event: sql<{ count: number }>`select count(*) as count from parked_event` };
  return (await db.get(counts[table])).count;
}

async function attemptsOf(key: string): Promise<number | undefined> {
  return (await db.find(sql<{ attempts: number }>`select attempts from parked_key where key = ${key}`))?.attempts;
}
