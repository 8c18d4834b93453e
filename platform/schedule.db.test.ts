import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Ctx } from "./ctx.ts";
import type { Database } from "./database.ts";
import { endLease, keepLease, takeLease } from "./lease.ts";
import { pause } from "./loop.ts";
import { startSchedule, type Schedule } from "./schedule.ts";
import type { Job } from "./service.ts";
import { sql } from "./sql.ts";
import { openTestEvents, until, type TestEvents } from "./testing-events.ts";

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let events: TestEvents;
let db: Database;
let schedules: Schedule[];
let nowMs: number;

beforeEach(async () => {
  events = await openTestEvents();
  db = events.db;
  schedules = [];
  nowMs = Date.parse("2026-11-20T12:00:00Z");
});
afterEach(async () => {
  await Promise.all(schedules.map((one) => one.stop()));
  await events.close();
});

describe("a lease", () => {
  const taken = (holder: string, more = {}) => takeLease(db, { name: "sweep", holder, ttlMs: 60_000, ...more });

  test("is held by one at a time", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, (_, index) => taken(`replica-${index}`)));
    const held = all.filter((lease) => lease !== undefined);
    expect(held).toHaveLength(1);
    await endLease(db, held[0]!);
    expect(await taken("next")).toMatchObject({ epoch: 2 });
  });

  test("can be taken when its time is over, and its earlier holder has nothing more to say", async () => {
    const lost = await taken("one", { ttlMs: 30 });
    await until("another gets it", async () => (await taken("two")) !== undefined);
    expect(await keepLease(db, lost!, 60_000)).toBe(false);
    expect(await endLease(db, lost!)).toBe(false);
    expect(await taken("three")).toBeUndefined();
  });

  test("is kept beyond its time by its holder", async () => {
    const lease = await taken("one", { ttlMs: 400 });
    expect(await keepLease(db, lease!, 60_000)).toBe(true);
    await pause(450);
    expect(await taken("two")).toBeUndefined();
  });

  test("tells its holder at the end that another wanted it urgently", async () => {
    const lease = await taken("one");
    await taken("two");
    expect(await endLease(db, lease!)).toBe(false);
    const again = await taken("one");
    await taken("two", { isUrgent: true });
    expect(await endLease(db, again!)).toBe(true);
    expect(await endLease(db, (await taken("one"))!)).toBe(false);
  });

  test("is not taken before it is due", async () => {
    const dueBy = (ms: number) => ({ dueBy: new Date(nowMs + ms) });
    await endLease(db, (await taken("one", dueBy(0)))!, { dueAt: new Date(nowMs + 1_000) });
    expect(await taken("one", dueBy(999))).toBeUndefined();
    expect(await taken("one", dueBy(1_000))).toBeDefined();
  });
});

describe("a schedule", () => {
  test("runs a job once per turn, on one of the replicas", async () => {
    let runs = 0;
    const job = { name: "sweep", everyMs: 60, run: async () => void (runs += 1) };
    for (const replica of ["one", "two", "three"]) start([job], replica);
    await until("it ran first", () => runs === 1);
    await pause(200); // several polls, the clock stands still
    expect(runs).toBe(1);
    nowMs += 60;
    await until("it ran at its second turn", () => runs === 2);
    await pause(150);
    expect(runs).toBe(2);
  });

  test("remembers over a restart when a job ran", async () => {
    let runs = 0;
    const job = { name: "sweep", everyMs: 50, run: async () => void (runs += 1) };
    const first = start([job]);
    await until("it ran", () => runs === 1);
    await first.stop();
    start([job]);
    await pause(200);
    expect(runs).toBe(1);
  });

  test("runs a woken job at once, and again when it is woken during a run", async () => {
    let runs = 0;
    let letGo = () => {};
    const run = async () => {
      runs += 1;
      if (runs === 2) await new Promise<void>((resolve) => (letGo = resolve));
    };
    const schedule = start([{ name: "sweep", everyMs: 3_600_000, run }]);
    await until("it ran first", () => runs === 1);
    schedule.wake("sweep");
    await until("it runs again", () => runs === 2);
    schedule.wake("sweep");
    schedule.wake("sweep");
    letGo();
    await until("it runs once more", () => runs === 3);
    await pause(50);
    expect(runs).toBe(3);
  });

  test("runs a job again that another replica was woken for during its run", async () => {
    const runs: string[] = [];
    let letGo = () => {};
    const job = (replica: string): Job => ({
      name: "sweep",
      everyMs: 3_600_000,
      run: async () => {
        if (runs.push(replica) === 1) await new Promise<void>((resolve) => (letGo = resolve));
      },
    });
    start([job("one")], "one");
    await until("it runs", () => runs.length === 1);
    const other = start([job("two")], "two");
    other.wake("sweep");
    await until("the wake-up is noted", async () => {
      return (await db.find(sql`select from lease where name = 'job sweep' and is_wanted`)) !== undefined;
    });
    letGo();
    await until("it runs again where it ran", () => runs.length === 2);
    expect(runs).toEqual(["one", "one"]);
  });

  test("runs a job now, due or not, after a run elsewhere, and throws what it throws", async () => {
    let running = 0;
    let runs = 0;
    const run = async () => {
      expect(++running).toBe(1);
      await pause(30);
      running -= 1;
      if (++runs > 3) throw new Error("planned");
    };
    const schedule = start([{ name: "sweep", everyMs: 3_600_000, run }]);
    await until("it ran first", () => runs === 1);
    await Promise.all([schedule.runNow("sweep"), schedule.runNow("sweep")]);
    expect(runs).toBe(3);
    await expect(schedule.runNow("sweep")).rejects.toThrow("planned");
    await expect(schedule.runNow("other")).rejects.toThrow("orders has no job other");
  });

  test("tries a failed job again sooner than its next turn, later after each failure", async () => {
    const ranAtMs: number[] = [];
    const startMs = nowMs;
    const run = async () => {
      ranAtMs.push(nowMs - startMs);
      if (ranAtMs.length < 4) throw new Error("planned");
    };
    const schedule = start([{ name: "sweep", everyMs: 3_600_000, run }]);
    await until("it ran first", () => ranAtMs.length === 1);
    const dueIn = async (ms: number) => {
      await until(`it is due in ${ms} ms`, async () => {
        const row = await db.get(sql<{ at: Date; held: boolean }>`
          select due_at as at, held_until > clock_timestamp() as held from lease where name = 'job sweep'`);
        return !row.held && row.at.getTime() - nowMs === ms;
      });
    };
    for (const [index, waitMs] of [1_000, 2_000, 4_000].entries()) {
      await dueIn(waitMs);
      nowMs += waitMs;
      await restart();
      await until("it ran again", () => ranAtMs.length === index + 2);
    }
    await dueIn(3_600_000);
    expect(events.logged.filter((line) => line.includes("A job failed"))).toHaveLength(3);

    // Waits go by real time; a new start looks at once.
    async function restart() {
      await Promise.all(schedules.map((one) => one.stop()));
      start([{ name: "sweep", everyMs: 3_600_000, run }]);
    }
    await schedule.stop();
  });

  test("lets another replica begin when a run takes longer than it may", async () => {
    const runs: string[] = [];
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const job = (replica: string): Job => ({
      name: "sweep",
      everyMs: 20,
      leaseMs: 100,
      run: async () => {
        runs.push(replica);
        if (replica === "stuck") await gate;
      },
    });
    start([job("stuck")], "stuck");
    await until("it runs", () => runs.length === 1);
    start([job("other")], "other");
    await until("the other begins", () => runs.length > 1);
    letGo();
    expect(runs.slice(0, 2)).toEqual(["stuck", "other"]);
  });
});

function start(jobs: readonly Job[], replica = "one"): Schedule {
  const schedule = startSchedule({
    service: "orders",
    jobs,
    db,
    log: events.log,
    now: () => new Date(nowMs),
    replica,
    context: () => ({ db }) as Ctx,
  });
  schedules.push(schedule);
  return schedule;
}
