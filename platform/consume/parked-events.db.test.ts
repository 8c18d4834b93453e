import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Envelope } from "#kernel/event";
import { refuse } from "#kernel/refusal";
import { messageOf } from "../bus.ts";
import { claimDueKeys, deleteEmptyParkedKey, deleteParkedEvents, lockClaim, park } from "./store.ts";
import { sql } from "../sql.ts";
import { eventAbout, until } from "../testing-events.ts";
import { openTestListener, type TestListener } from "../testing-listener.ts";

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let mail: TestListener;
beforeEach(async () => {
  mail = await openTestListener();
});
afterEach(() => mail.close());

describe("an event that fails", () => {
  test("holds up only the subject of an event that fails, and goes on in order when it works", async () => {
    let isBroken = true;
    const consumer = mail.start({
      handle: async (event) => {
        if (event.subject === "a" && event.data === 2 && isBroken) throw new Error("planned");
        mail.note(event);
      },
    });
    await mail.publish(["a", 1], ["a", 2], ["b", 1], ["a", 3]);
    await until("b is heard", () => mail.heard.includes("b:1"));
    await mail.publish(["a", 4], ["b", 2]);
    await until("b is heard again", () => mail.heard.includes("b:2"));
    await until("a waits", async () => (await consumer.lag()) === 3);
    expect(mail.heardOf("a")).toEqual(["a:1"]);
    isBroken = false;
    await consumer.settled();
    expect(mail.heardOf("a")).toEqual(["a:1", "a:2", "a:3", "a:4"]);
  });

  test("keeps what is parked over a restart", async () => {
    let isBroken = true;
    const handle = async (event: Envelope) => {
      if (isBroken) throw new Error("planned");
      mail.note(event);
    };
    const first = mail.start({ handle });
    await mail.publish(["a", 1], ["a", 2], ["b", 1]);
    await until("all wait", async () => (await mail.countParked()) === 3);
    await first.stop();
    isBroken = false;
    await mail.start({ handle }).settled();
    expect(mail.heardOf("a")).toEqual(["a:1", "a:2"]);
    expect(mail.heardOf("b")).toEqual(["b:1"]);
  });

  test("waits longer after each failure, by the clock it is given", async () => {
    const triedAtMs: number[] = [];
    const frozenAtMs = Date.now();
    const consumer = mail.start({
      now: () => new Date(frozenAtMs + mail.clockOffsetMs),
      retry: { firstMs: 1_000, longestMs: 4_000 },
      handle: async () => {
        triedAtMs.push(mail.clockOffsetMs);
        throw new Error("planned");
      },
    });
    await mail.publish(["a", 1]);
    await until("it was tried", async () => (await mail.countParked()) === 1);
    // Waits are 50–100 % of 1 s, 2 s, 4 s, 4 s.
    for (const [index, waitMs] of [1_000, 2_000, 4_000, 4_000].entries()) {
      mail.clockOffsetMs += waitMs / 2 - 1;
      const early = consumer.settled(60);
      await expect(early).rejects.toThrow(
        "still has 1 events to handle. One of orders about a fails with: Error: planned",
      );
      expect(triedAtMs).toHaveLength(index + 1);
      mail.clockOffsetMs += waitMs / 2 + 1;
      await until("it was tried again and waits", async () => {
        await consumer.settled(0).catch(() => {});
        return triedAtMs.length === index + 2 && (await mail.attemptsOf("a")) === index + 2;
      });
    }
  });

  test("counts a handler that does not end as failed", async () => {
    let isFirst = true;
    const consumer = mail.start({
      handlerTimeoutMs: 50,
      handle: (event) => {
        if (!isFirst) return Promise.resolve(mail.note(event));
        isFirst = false;
        return new Promise(() => {});
      },
    });
    await mail.publish(["a", 1], ["a", 2]);
    await consumer.settled();
    expect(mail.heard).toEqual(["a:1", "a:2"]);
  });
});

describe("dead letters", () => {
  const brokenOn = (broken: Set<unknown>) => async (event: Envelope) => {
    if (broken.has(event.data)) throw new Error(`cannot take ${String(event.data)}`);
    mail.note(event);
  };

  test("take an event after its last try, and the later ones of its subject go on", async () => {
    const consumer = mail.start({
      retry: { attempts: 3, firstMs: 1, longestMs: 2 },
      handle: brokenOn(new Set([2, 4])),
    });
    await mail.publish(["a", 1], ["a", 2], ["a", 3], ["a", 4], ["a", 5]);
    await consumer.settled();
    expect(mail.heard).toEqual(["a:1", "a:3", "a:5"]);
    const letters = await consumer.deadLetters.list();
    expect(letters.map((letter) => [letter.topic, letter.key, letter.error])).toEqual([
      ["orders", "a", "Error: cannot take 2"],
      ["orders", "a", "Error: cannot take 4"],
    ]);
    expect(mail.events.logged.filter((line) => line.includes("An event was given up"))).toHaveLength(2);
  });

  test("are replayed, or discarded for good", async () => {
    const broken = new Set<unknown>([1, 2, 3]);
    const consumer = mail.start({ retry: { attempts: 2, firstMs: 1, longestMs: 2 }, handle: brokenOn(broken) });
    await mail.publish(["a", 1], ["b", 2], ["c", 3], ["a", 4]);
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
    expect(mail.heard.toSorted()).toEqual(["a:1", "a:4", "c:3"]);
    expect(await consumer.deadLetters.list()).toEqual([]);
  });

  test("do not take what fails because something is not available, until that lasts a day", async () => {
    let tries = 0;
    const consumer = mail.start({
      retry: { attempts: 2, firstMs: 1, longestMs: 5 },
      handle: async () => {
        tries += 1;
        throw refuse.SERVICE_UNAVAILABLE({ service: "shipping", detail: "It does not answer." });
      },
    });
    await mail.publish(["a", 1]);
    await until("it was tried more often than other failures", () => tries > 6);
    expect(await consumer.deadLetters.list()).toEqual([]);
    mail.clockOffsetMs += 25 * 3_600_000;
    await consumer.settled();
    expect(await consumer.deadLetters.list()).toHaveLength(1);
  });
});

describe("parked keys", () => {
  test("belong to the latest claim: an earlier one has nothing more to say", async () => {
    const message = messageOf(eventAbout("a", 1));
    const now = new Date();
    await mail.db.transaction((tx) => park(tx, { topic: "orders", messages: [message], failures: new Map(), now }));
    const later = (ms: number) => new Date(now.getTime() + ms);
    const [early] = await claimDueKeys(mail.db, { now, until: later(1_000), limit: 8 });
    expect(await claimDueKeys(mail.db, { now: later(999), until: later(2_000), limit: 8 })).toEqual([]);
    const [late] = await claimDueKeys(mail.db, { now: later(1_000), until: later(2_000), limit: 8 });
    expect(await mail.db.transaction((tx) => lockClaim(tx, early!))).toBe(false);
    expect(await mail.db.transaction((tx) => lockClaim(tx, late!))).toBe(true);
  });

  test("are not let go while another event of theirs is being parked", async () => {
    const [first, second] = [messageOf(eventAbout("a", 1)), messageOf(eventAbout("a", 2))];
    const parked = { topic: "orders", failures: new Map(), now: new Date() };
    await mail.db.transaction((tx) => park(tx, { ...parked, messages: [first] }));
    const [claim] = await claimDueKeys(mail.db, {
      now: parked.now,
      until: new Date(parked.now.getTime() + 1_000),
      limit: 1,
    });
    let letGo = () => {};
    let isParked = false;
    const parking = mail.db.transaction(async (tx) => {
      await park(tx, { ...parked, messages: [second] });
      isParked = true;
      await new Promise<void>((resolve) => (letGo = resolve));
    });
    await until("the second is parked, not committed", () => isParked);
    let isEnded = false;
    const ending = mail.db
      .transaction(async (tx) => {
        await lockClaim(tx, claim!);
        await deleteParkedEvents(tx, [first.id]);
        return deleteEmptyParkedKey(tx, claim!);
      })
      .finally(() => (isEnded = true));
    await until("the end of the first waits, or did not care", async () => isEnded || (await waitingForLocks()) > 0);
    letGo();
    await parking;
    expect(await ending).toBe(false);
    expect(await mail.attemptsOf("a")).toBe(0);
  });

  test("lose no event that comes while the last one before it succeeds", async () => {
    // Each event fails once, so that parking and unparking of the one subject meet again and again.
    const failed = new Set<string>();
    const consumer = mail.start({
      retry: { firstMs: 1, longestMs: 1 },
      handle: async (event) => {
        if (!failed.has(event.id) && failed.add(event.id)) throw new Error("planned");
        mail.note(event);
      },
    });
    for (let data = 0; data < 60; data++) await mail.publish(["a", data]);
    await consumer.settled();
    expect(mail.heard).toEqual(Array.from({ length: 60 }, (_, data) => `a:${data}`));
  });
});

async function waitingForLocks(): Promise<number> {
  return mail.db.run(sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
}
