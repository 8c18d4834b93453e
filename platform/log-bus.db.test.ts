import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { messageOf, PARTITIONS, partitionOf, type Message } from "./bus.ts";
import { describeBus } from "./bus-conformance.ts";
import { openDatabase, type Database } from "./database.ts";
import type { LogBus } from "./log-bus.ts";
import { beat, commitPlaces, releaseSlots, type GroupPlace } from "./log-bus/store.ts";
import { sql } from "./sql.ts";
import { eventAbout, openTestEvents, until, type TestEvents } from "./testing-events.ts";

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describeBus("The log bus", async () => {
  const events = await openTestEvents();
  return { open: () => events.openBus(), close: events.close };
});

let events: TestEvents;
let bus: LogBus;
let db: Database;

describe("the log", () => {
  beforeEach(openAll);
  afterEach(closeAll);

  test("adds nothing when an append is repeated, and only the new when it overlaps", async () => {
    const sent = some(30);
    await bus.append("orders", sent.slice(0, 20));
    await bus.append("orders", sent.slice(0, 20));
    await bus.append("orders", sent.slice(10));
    await bus.append("orders", [sent[0]!, sent[0]!]);
    expect((await kept()).map((row) => row.id).toSorted()).toEqual(sent.map((one) => one.id).toSorted());
  });

  test("gives dense offsets and keeps each message once when replicas append the same at once", async () => {
    const others = [bus, events.openBus(), events.openBus()];
    for (let round = 0; round < 15; round++) {
      const sent = some(40);
      await Promise.all(others.map((one, index) => one.append("orders", index === 1 ? sent.toReversed() : sent)));
    }
    const rows = await kept();
    expect(rows).toHaveLength(600);
    for (const ofPartition of Map.groupBy(rows, (row) => row.partition).values()) {
      expect(ofPartition.map((row) => row.offset)).toEqual(ofPartition.map((_, index) => index));
    }
  });

  test("puts a key into its partition, wherever it was appended", async () => {
    const sent = some(50);
    await bus.append("orders", sent.slice(0, 25));
    await events.openBus().append("orders", sent.slice(25));
    for (const row of await kept()) expect(row.partition).toBe(partitionOf(row.key));
  });

  test("deletes what is older than its retention, in slices, and says what a group missed", async () => {
    await bus.append("orders", manyAbout("order-1", 1_500));
    const reader = bus.subscribe(reading("slow", async () => {}));
    await reader.caughtUp(8_000);
    await reader.stop();
    await bus.append("orders", manyAbout("order-1", 1_200));
    await db.run(sql`update log_entry set appended_at = appended_at - interval '15 days'`);
    const young = manyAbout("order-1", 3);
    await bus.append("orders", young);
    expect(await bus.trim()).toBe(2_700);
    const heard: string[] = [];
    const again = bus.subscribe(
      reading("slow", async ({ messages }) => void heard.push(...messages.map((one) => one.id))),
    );
    expect(await again.caughtUp(8_000)).toBe(true);
    expect(heard).toEqual(young.map((one) => one.id));
    expect(events.logged.join("")).toMatch(/"missed":1200.*A group missed events/);
  });
});

describe("groups on the log", () => {
  beforeEach(openAll);
  afterEach(closeAll);

  test("are not moved by a replica that lost the partition, nor by a batch from before they were set back", async () => {
    await bus.append("orders", manyAbout("order-1", 10));
    await bus.createGroup("mail", ["orders"], "start");
    const place = (nextOffset: number, generation = 0): GroupPlace => {
      return { topic: "orders", partition: partitionOf("order-1"), nextOffset, generation };
    };
    expect(await commitPlaces(db, "mail", [{ from: place(0), until: 6 }])).toBe(1);
    expect(await commitPlaces(db, "mail", [{ from: place(0), until: 10 }])).toBe(0);
    expect(await behind("mail")).toBe(4);
    await bus.rewind("mail");
    expect(await commitPlaces(db, "mail", [{ from: place(0), until: 6 }])).toBe(0);
    expect(await behind("mail")).toBe(10);
  });

  test("get the partitions of a replica that fell silent", async () => {
    await bus.createGroup("mail", ["orders"], "start");
    await db.run(sql`
      update group_slot set holder = 'killed', held_until = clock_timestamp() + interval '700 ms' where group_name = 'mail'`);
    await bus.append("orders", some(64));
    const heard: Message[] = [];
    const reader = bus.subscribe(reading("mail", async ({ messages }) => void heard.push(...messages)));
    await reader.ready;
    expect(heard).toHaveLength(0);
    expect(await reader.caughtUp(8_000)).toBe(true);
    expect(heard).toHaveLength(64);
  });

  test("have their partitions shared fairly: a member takes free ones up to its part", async () => {
    await bus.createGroup("mail", ["orders"], "start");
    const beatOf = (member: string) => beat(db, { group: "mail", member, ttlMs: 60_000 });
    const all = Array.from({ length: PARTITIONS }, (_, slot) => slot);
    expect(await beatOf("one")).toMatchObject({ share: 16, slots: all });
    expect(await beatOf("two")).toEqual({ share: 8, slots: [] });
    await releaseSlots(db, { group: "mail", member: "one", slots: all, isLeaving: false });
    expect(await beatOf("two")).toMatchObject({ share: 8, slots: all.slice(0, 8) });
    expect(await beatOf("three")).toMatchObject({ share: 6, slots: all.slice(8, 14) });
    await releaseSlots(db, { group: "mail", member: "three", slots: all.slice(8, 14), isLeaving: true });
    expect(await beatOf("one")).toMatchObject({ share: 8, slots: all.slice(8) });
  });

  test("abort the batch in hand of a partition that was taken from them", async () => {
    const aborted: number[] = [];
    const reader = bus.subscribe(
      reading("mail", ({ signal, partition }) => {
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            aborted.push(partition);
            reject(new Error("lost"));
          });
        });
      }),
    );
    await bus.append("orders", manyAbout("order-1", 1));
    await reader.ready;
    const slot = partitionOf("order-1");
    await until("the batch is in hand", async () => {
      await db.run(sql`
        update group_slot set holder = 'other', held_until = clock_timestamp() + interval '1 minute'
        where group_name = 'mail' and slot = ${slot}`);
      return aborted.length > 0;
    });
    expect(aborted).toEqual([slot]);
    expect(await behind("mail")).toBe(1);
    await reader.stop();
  });

  test("hear of what another replica appended before the next poll", async () => {
    const heard: Message[] = [];
    const reader = bus.subscribe(reading("mail", async ({ messages }) => void heard.push(...messages)));
    await reader.ready;
    const other = events.openBus();
    for (let round = 1; round <= 5; round++) {
      await other.append("orders", some(1));
      await until("it is heard", () => heard.length === round, 900);
    }
  });

  test("go on after every connection was cut, and say so once per outage", async () => {
    const heard: Message[] = [];
    const reader = bus.subscribe(reading("mail", async ({ messages }) => void heard.push(...messages)));
    await reader.ready;
    const sent = some(64);
    await bus.append("orders", sent.slice(0, 32));
    await cutConnections(1_500);
    await until("the bus can be written again", () =>
      bus.append("orders", sent.slice(32)).then(
        () => true,
        () => false,
      ),
    );
    expect(await reader.caughtUp(8_000)).toBe(true);
    expect(new Set(heard.map((one) => one.id)).size).toBe(64);
    const warnings = events.logged.map((line) => JSON.parse(line) as { loop?: string; msg: string });
    const fails = warnings.filter((line) => line.msg.startsWith("A loop fails")).map((line) => line.loop);
    expect(fails).toContain("bus member mail");
    expect(fails).toContain("listen log");
    expect(new Set(fails).size).toBe(fails.length);
    await until("notices arrive again", () =>
      events.logged.some((line) => line.includes('"loop":"listen log","failures"')),
    );
  });
});

async function openAll(): Promise<void> {
  events = await openTestEvents();
  bus = events.openBus();
  db = openDatabase({ url: events.busUrl, applicationName: "test", poolSize: 2 });
  await bus.createGroup("nobody", ["orders"], "start"); // so that the topic is there
}

async function closeAll(): Promise<void> {
  await db.close();
  await events.close();
}

/** Refuses connections for `ms` and ends those there are. */
async function cutConnections(ms: number): Promise<void> {
  const admin = openDatabase({ url: events.adminUrl, applicationName: "test", poolSize: 1 });
  const name = new URL(events.busUrl).pathname.slice(1);
  await admin.run(sql`update pg_database set datallowconn = false where datname = ${name}`);
  await admin.run(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`);
  await new Promise((resolve) => setTimeout(resolve, ms));
  await admin.run(sql`update pg_database set datallowconn = true where datname = ${name}`);
  await admin.close();
}

function reading(group: string, onBatch: Parameters<LogBus["subscribe"]>[0]["onBatch"]) {
  return { group, topics: ["orders"], types: ["orders.OrderNoted.v1"], from: "start", onBatch } as const;
}

async function behind(group: string): Promise<number> {
  return (await bus.lag(group)).reduce((sum, one) => sum + one.behind, 0);
}

function some(count: number): Message[] {
  return Array.from({ length: count }, (_, index) => messageOf(eventAbout(`order-${index}`)));
}

function manyAbout(subject: string, count: number): Message[] {
  return Array.from({ length: count }, () => messageOf(eventAbout(subject)));
}

function kept(): Promise<{ id: string; key: string; partition: number; offset: number }[]> {
  return db.rows(sql`
    select event_id as id, key, partition, log_offset as "offset" from log_entry order by partition, log_offset`);
}
