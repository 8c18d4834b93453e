import { afterAll, beforeAll, expect, test } from "vitest";
import { messageOf, type Message } from "../bus.ts";
import { openDatabase, type Database } from "../database.ts";
import type { LogBus } from "../log-bus.ts";
import { sql } from "../sql.ts";
import { eventAbout, openTestEvents, type TestEvents } from "../testing-events.ts";

let events: TestEvents;
let bus: LogBus;
let db: Database;
beforeAll(async () => {
  events = await openTestEvents();
  bus = events.openBus();
  db = openDatabase({ url: events.busUrl, applicationName: "test", poolSize: 2 });
});
afterAll(async () => {
  await db.close();
  await events.close();
});

const some = (count: number): Message[] =>
  Array.from({ length: count }, (_, index) => messageOf(eventAbout(`order-${index % 7}`)));
const found = async (scope: "news" | "all" = "news") =>
  (await bus.audited.audit(scope)).findings.map(({ subject, what, expected, found: is }) => [
    subject,
    what,
    expected,
    is,
  ]);

/** Lets a minute pass for what the last audit has seen of lagging groups. */
async function letAMinutePass(): Promise<void> {
  const row = await db.get(sql<{ position: string }>`select position from audit_result where audit = 'log'`);
  const position = JSON.parse(row.position) as { behind: Record<string, [number, number]> };
  for (const behind of Object.values(position.behind)) behind[1] -= 60_000;
  await db.run(sql`update audit_result set position = ${JSON.stringify(position)} where audit = 'log'`);
}

async function told(): Promise<unknown[]> {
  const kept = await Promise.all(
    Array.from({ length: bus.partitions }, (_, partition) => bus.read("bus", partition, 0, 100)),
  );
  return kept.flat().map(({ envelope }) => (envelope.data as { count: number }).count);
}

test("a log that is written, read and trimmed is in order", { timeout: 30_000 }, async () => {
  const reader = bus.subscribe({
    group: "reading",
    topics: ["orders"],
    types: [],
    from: "start",
    onBatch: async () => {},
  });
  await bus.append("orders", some(300));
  expect(await reader.caughtUp(8_000)).toBe(true);
  expect(await found()).toEqual([]);
  await db.run(sql`update log_entry set appended_at = appended_at - interval '100 days' where log_offset < 10`);
  expect(await bus.trim()).toBeGreaterThan(0);
  const appending = Promise.all([bus.append("orders", some(200)), bus.append("orders", some(200))]);
  expect(await found("all")).toEqual([]);
  await appending;
  expect(await reader.caughtUp(8_000)).toBe(true);
  await reader.stop();
  await letAMinutePass();
  expect([await found(), await found("all"), await told()]).toEqual([[], [], []]);
});

test("finds each kind of damage and tells of it once", { timeout: 30_000 }, async () => {
  await bus.createGroup("waiting", ["orders"], "now");
  await bus.createGroup("ahead", ["orders"], "now");
  await bus.append("orders", some(70));
  expect(await found()).toEqual([]); // `waiting` is behind, but only just
  const [gap, tail, twice] = await db.rows(sql<{ partition: number; end: number }>`
    select partition, next_offset as "end" from topic_partition where topic = 'orders' and next_offset > 20 order by partition limit 3`);
  await db.run(
    sql`delete from log_entry where topic = 'orders' and partition = ${gap!.partition} and log_offset = ${gap!.end - 3}`,
  );
  await db.run(
    sql`delete from log_entry where topic = 'orders' and partition = ${tail!.partition} and log_offset = ${tail!.end - 1}`,
  );
  await db.run(sql`drop index log_entry_event_id`);
  const copied = await db.get(sql<{ id: string }>`
    update log_entry set event_id = (select event_id from log_entry
      where topic = 'orders' and partition = ${twice!.partition} and log_offset = ${twice!.end - 2})
    where topic = 'orders' and partition = ${twice!.partition} and log_offset = ${twice!.end - 1} returning event_id as id`);
  await db.run(sql`update group_position set next_offset = 5000
    where group_name = 'ahead' and partition = ${twice!.partition} and topic = 'orders'`);
  await letAMinutePass();
  const first = await found("all");
  const [gapName, tailName] = [`orders/${gap!.partition}`, `orders/${tail!.partition}`];
  expect(first).toContainEqual([gapName, "entries without a gap", expect.any(Number), expect.any(Number)]);
  expect(first).toContainEqual([tailName, "newest entry", tail!.end - 1, tail!.end - 2]);
  expect(first).toContainEqual([copied.id, "entries of this event", 1, 2]);
  expect(first).toContainEqual([`ahead orders/${twice!.partition}`, "place, at most the end", twice!.end, 5_000]);
  const standing = first.filter(([, what]) => what === "events behind, not moving");
  expect(standing.length).toBeGreaterThan(0);
  expect(standing.every(([subject]) => /^(waiting|ahead|reading) orders\/\d+$/.test(String(subject)))).toBe(true);
  expect((await found()).toSorted()).toEqual(first.toSorted()); // what was found is looked at again, whatever is news
  expect(await told()).toEqual([first.length]);
  expect(events.logged.filter((line) => line.includes("an audit found discrepancies"))).toHaveLength(2);
});
