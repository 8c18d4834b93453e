import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Envelope } from "#kernel/event";
import { applyOnce, startWatcher } from "./consume.ts";
import { hear } from "./service.ts";
import { sql } from "./sql.ts";
import { messageOf } from "./bus.ts";
import { eventAbout } from "./testing-events.ts";
import { openTestListener, OrderNoted, type TestListener } from "./testing-listener.ts";

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let mail: TestListener;
beforeEach(async () => {
  mail = await openTestListener();
});
afterEach(() => mail.close());

describe("applyOnce", () => {
  test("does its work once, however often and at the same time an event comes", async () => {
    const event = eventAbout("order-1");
    const answers = await Promise.all(Array.from({ length: 6 }, () => applyOnce({ db: mail.db }, event, note)));
    expect(answers.filter((isFirst) => isFirst)).toHaveLength(1);
    expect(mail.heard).toHaveLength(1);
  });

  test("does not know an event whose work failed", async () => {
    const event = eventAbout("order-1");
    const failing = applyOnce({ db: mail.db }, event, async () => {
      throw new Error("planned");
    });
    await expect(failing).rejects.toThrow("planned");
    expect(await applyOnce({ db: mail.db }, event, note)).toBe(true);
  });

  async function note(): Promise<void> {
    mail.heard.push("once");
  }
});

describe("a consumer", () => {
  test("handles the events it listens to in order per subject, and passes over others", async () => {
    const consumer = mail.start();
    await mail.publish(["a", 1], ["b", 1], ["a", 2], ["a", 3], ["b", 2]);
    await mail.bus.append("orders", [messageOf(eventAbout("a", 9, "orders.SomethingElse.v1"))]);
    await consumer.settled();
    expect(mail.heardOf("a")).toEqual(["a:1", "a:2", "a:3"]);
    expect(mail.heardOf("b")).toEqual(["b:1", "b:2"]);
    expect(await consumer.lag()).toBe(0);
  });

  test("gives each event to one of its replicas", async () => {
    const replicas = [mail.start(), mail.start({ bus: mail.events.openBus(), replica: "two" })];
    await Promise.all(replicas.map((one) => one.ready));
    const sent = Array.from({ length: 200 }, (_, index): [string, number] => [`order-${index % 20}`, index]);
    for (let begin = 0; begin < sent.length; begin += 20) await mail.publish(...sent.slice(begin, begin + 20));
    await Promise.all(replicas.map((one) => one.settled()));
    expect(mail.heard.toSorted()).toEqual(sent.map(([subject, data]) => `${subject}:${data}`).toSorted());
    expect(mail.heardOf("order-7")).toEqual(Array.from({ length: 10 }, (_, index) => `order-7:${7 + 20 * index}`));
  });

  test("handles at most 256 events at a time, of different subjects", async () => {
    let running = 0;
    let most = 0;
    const consumer = mail.start({
      handle: async (event) => {
        most = Math.max(most, ++running);
        await mail.db.run(sql`select pg_sleep(0.01)`);
        running -= 1;
        mail.note(event);
      },
    });
    await mail.publish(...Array.from({ length: 600 }, (_, index): [string, number] => [`order-${index}`, index]));
    await consumer.settled();
    expect(most).toBeGreaterThan(100);
    expect(most).toBeLessThanOrEqual(256);
    expect(mail.heard).toHaveLength(600);
  });

  test("refuses two handlers of one kind of event", () => {
    const hears = [hear(OrderNoted, async () => {}), hear(OrderNoted, async () => {})];
    expect(() => mail.start({ hears })).toThrow("mail listens to orders.OrderNoted.v1 twice");
  });
});

describe("beginning anew", () => {
  test("replays from the start without repeating applied effects, unless they are to be forgotten", async () => {
    let runs = 0;
    const consumer = mail.start({
      handle: async (event) => {
        runs += 1;
        await applyOnce({ db: mail.db }, event, async () => mail.note(event));
      },
    });
    await mail.publish(["a", 1], ["b", 1]);
    await consumer.settled();
    await consumer.replayFromStart();
    await consumer.settled();
    expect(runs).toBe(4);
    expect(mail.heard).toHaveLength(2);
    await consumer.replayFromStart({ forgetsHeard: true });
    await consumer.settled();
    expect(mail.heard.toSorted()).toEqual(["a:1", "a:1", "b:1", "b:1"]);
  });

  test("takes over a publisher's state first and misses nothing that changes meanwhile", async () => {
    await mail.publish(["a", 1], ["b", 1]);
    let exports = 0;
    const run = async () => {
      exports += 1;
      mail.heard.push("export a:1", "export b:1");
      await mail.publish(["a", 2]);
      if (exports === 1) throw new Error("planned");
    };
    const bootstraps = [{ topic: "orders", run }];
    const consumer = mail.start({ bootstraps });
    await consumer.settled();
    expect(mail.heard).toEqual(["export a:1", "export b:1", "export a:1", "export b:1", "a:2", "a:2"]);
    await consumer.stop();
    await mail.publish(["b", 2]);
    await mail.start({ bootstraps }).settled();
    expect(exports).toBe(2);
    expect(mail.heard.at(-1)).toBe("b:2");
  });

  test("is done by one of the replicas", async () => {
    let exports = 0;
    const bootstraps = [
      {
        topic: "orders",
        run: async () => {
          exports += 1;
          await mail.db.run(sql`select pg_sleep(0.1)`);
        },
      },
    ];
    const replicas = [
      mail.start({ bootstraps }),
      mail.start({ bootstraps, bus: mail.events.openBus(), replica: "two" }),
    ];
    await Promise.all(replicas.map((one) => one.settled()));
    expect(exports).toBe(1);
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
        hears: [mail.hearing(handle)],
        bus: mail.events.openBus(),
        log: mail.events.log,
        contextFor: mail.contextFor,
      });
      mail.started.push(watcher);
      return watcher;
    };
    const watchers = seen.map(watch);
    await mail.publish(["early", 0]);
    await Promise.all(watchers.map((one) => one.ready));
    await mail.publish(["a", 1], ["a", 2], ["a", 3]);
    await Promise.all(watchers.map((one) => one.settled()));
    for (const one of seen) expect(one.filter((text) => text !== "early:0")).toEqual(["a:1", "a:3"]);
    expect(mail.events.logged.filter((line) => line.includes("A watched event could not be handled"))).toHaveLength(2);
  });
});
