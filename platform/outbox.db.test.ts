import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Envelope } from "#kernel/event";
import { messageOf } from "./bus.ts";
import { openDatabase, type Tx } from "./database.ts";
import { openLogBus, type LogBus } from "./log-bus.ts";
import { pause } from "./loop.ts";
import { addToOutbox, MAXIMUM_ENVELOPE_BYTES, startRelay, type Relay } from "./outbox.ts";
import { createRelayLease, outboxInsert, readAsRelay } from "./outbox-store.ts";
import { sql } from "./sql.ts";
import { eventAbout, openTestEvents, until, type TestEvents } from "./testing-events.ts";

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let events: TestEvents;
let bus: LogBus;
let relays: Relay[];

beforeEach(async () => {
  events = await openTestEvents();
  bus = events.openBus();
  relays = [];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await events.close();
});

describe("the outbox", () => {
  test("brings the events of a committed transaction to the bus in their order, and none of another", async () => {
    const relay = start();
    await publish(eventAbout("a", 1), eventAbout("a", 2), eventAbout("b", 3));
    const rolledBack = events.db.transaction(async (tx) => {
      addToOutbox(tx, eventAbout("a", "never"));
      throw new Error("planned");
    });
    await expect(rolledBack).rejects.toThrow("planned");
    await publish(eventAbout("a", 4));
    await relay.drained();
    expect(await keptOf("a")).toEqual([1, 2, 4]);
    expect(await keptOf("b")).toEqual([3]);
    expect(relay.relayedCount()).toBe(4);
    expect(relay.lagMs()).toBe(0);
  });

  test("writes all events of a transaction at its end, after what the caller does", async () => {
    await events.db.transaction(async (tx) => {
      addToOutbox(tx, eventAbout("a", 1));
      addToOutbox(tx, eventAbout("a", 2));
      expect(await countIn(tx)).toBe(0);
    });
    expect(await countIn(events.db)).toBe(2);
  });

  test("orders by the key it is given, else by the subject", async () => {
    await events.db.transaction(async (tx) => addToOutbox(tx, eventAbout("a", 1), "customer-1"));
    await publish(eventAbout("a", 2));
    const rows = await events.db.rows(sql<{ key: string }>`select key from outbox order by seq`);
    expect(rows.map((row) => row.key)).toEqual(["customer-1", "a"]);
  });

  test("refuses an event that is larger than engines carry", async () => {
    const large = eventAbout("a", "x".repeat(MAXIMUM_ENVELOPE_BYTES));
    await expect(publish(large)).rejects.toThrow(RangeError);
    await expect(publish(eventAbout("a".repeat(600)))).rejects.toThrow("longer than 512");
  });
});

describe("the relay", () => {
  test("lets a transaction that stays open delay no other event, and brings its event after its commit", async () => {
    const relay = start();
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let isWritten = false;
    const open = events.db.transaction(async (tx) => {
      // Written now instead of just before the commit: the transaction holds the lowest number and stays open.
      await tx.run(outboxInsert([messageOf(eventAbout("slow", "slow"))]));
      isWritten = true;
      await gate;
    });
    await until("the open transaction has written its event", () => isWritten);
    for (let data = 0; data < 50; data++) await publish(eventAbout("quick", data));
    await relay.drained();
    expect(await keptOf("quick")).toHaveLength(50);
    expect(await keptOf("slow")).toEqual([]);
    letGo();
    await open;
    await relay.drained();
    expect(await keptOf("slow")).toEqual(["slow"]);
  });

  test("adds no second copy after a crash between the append and the delete", async () => {
    const event = eventAbout("a", 1);
    await publish(event, eventAbout("a", 2));
    await bus.append("orders", [messageOf(event)]); // as the crashed relay did
    await start().drained();
    expect(await keptOf("a")).toEqual([1, 2]);
  });

  test("goes on when a relay that holds the lease died", async () => {
    await createRelayLease(events.db);
    await publish(eventAbout("a", 1));
    const died = await readAsRelay(events.db, { replica: "died", ttlMs: 300, limit: 500 });
    expect(died).toHaveLength(1);
    expect(await readAsRelay(events.db, { replica: "two", ttlMs: 300, limit: 500 })).toBeUndefined();
    await start("two").drained();
    expect(await keptOf("a")).toEqual([1]);
  });

  test("loses and doubles nothing when replicas relay, write and stop side by side", async () => {
    const services = ["one", "two", "three"];
    services.map((replica) => start(replica));
    const write = async (writer: number) => {
      for (let data = 0; data < 60; data++) {
        await publish(eventAbout(`subject-${writer}`, data));
        if (writer === 0 && data === 30) await relays[1]!.stop();
      }
    };
    await Promise.all([0, 1, 2, 3].map(write));
    await relays[0]!.drained();
    for (const writer of [0, 1, 2, 3]) {
      expect(await keptOf(`subject-${writer}`)).toEqual(Array.from({ length: 60 }, (_, data) => data));
    }
  });

  test("brings a backlog of many batches", async () => {
    await publish(...Array.from({ length: 1_700 }, (_, index) => eventAbout(`a-${index % 7}`, index)));
    const relay = start();
    await relay.drained();
    expect(relay.relayedCount()).toBe(1_700);
    expect(await keptOf("a-3")).toEqual(Array.from({ length: 243 }, (_, index) => 3 + 7 * index));
  });

  test("keeps events while the bus is away, tells how old they are, and brings them when it is back", async () => {
    const away = openLogBus({ url: events.busUrl, log: events.log });
    await away.close();
    let isAway = true;
    const append: LogBus["append"] = (topic, messages) => (isAway ? away : bus).append(topic, messages);
    const relay = start("one", { ...bus, append });
    await publish(eventAbout("a", 1));
    await until("its age is seen", () => relay.lagMs() > 100);
    await publish(eventAbout("a", 2));
    await expect(relay.drained(50)).rejects.toThrow("The outbox of orders was not empty after 50 ms.");
    expect(await countIn(events.db)).toBe(2);
    isAway = false;
    await relay.drained();
    expect(await keptOf("a")).toEqual([1, 2]);
    expect(events.logged.filter((line) => line.includes("A loop fails"))).toHaveLength(1);
    expect(events.logged.filter((line) => line.includes("A loop works again"))).toHaveLength(1);
  });

  test("goes on after its database ended all connections", async () => {
    const relay = start();
    await publish(eventAbout("a", 1));
    await relay.drained();
    const admin = openDatabase({ url: events.adminUrl, applicationName: "test", poolSize: 1 });
    const name = new URL(events.db.url).pathname.slice(1);
    await admin.run(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`);
    await admin.close();
    await until("it can be written again", () =>
      publish(eventAbout("a", 2)).then(
        () => true,
        () => false,
      ),
    );
    await until("the event is on the bus", async () => (await keptOf("a")).includes(2));
  });

  test("finds what another process wrote without a wake-up", async () => {
    start();
    await pause(50); // the first pass is over; the next is the poll
    await events.db.transaction(async (tx) => {
      const { id, type, envelope } = messageOf(eventAbout("a", 1));
      await tx.run(sql`insert into outbox (event_id, type, key, envelope) values (${id}, ${type}, 'a', ${envelope})`);
    });
    await until("it is on the bus", async () => (await keptOf("a")).length === 1);
  });
});

function start(replica = "one", on: LogBus = bus): Relay {
  const relay = startRelay({ service: "orders", db: events.db, bus: on, log: events.log, replica });
  relays.push(relay);
  return relay;
}

async function publish(...envelopes: Envelope[]): Promise<void> {
  await events.db.transaction(async (tx) => {
    for (const envelope of envelopes) addToOutbox(tx, envelope);
  });
}

async function countIn(db: Pick<Tx, "get">): Promise<number> {
  return (await db.get(sql<{ count: number }>`select count(*) as count from outbox`)).count;
}

/** Data of what the bus keeps about a subject, in its order. */
async function keptOf(subject: string): Promise<unknown[]> {
  const kept: unknown[] = [];
  for (let partition = 0; partition < bus.partitions; partition++) {
    for (const { envelope } of await bus.read("orders", partition, 0, 5_000)) {
      if (envelope.subject === subject) kept.push(envelope.data);
    }
  }
  return kept;
}
