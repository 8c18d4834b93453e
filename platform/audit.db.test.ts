import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { discrepanciesFoundBy } from "#kernel/audit";
import { defineContract } from "#kernel/contract";
import { defineEvent } from "#kernel/event";
import { newId } from "#kernel/id";
import { defineAudit, type Search } from "./audit.ts";
import { createOperatorServer } from "./servers.ts";
import { defineService, hear } from "./service.ts";
import { sql } from "./sql.ts";
import { startTestShop, testIdentity, type TestShop } from "./testing.ts";

const Ground = defineEvent({
  service: "mill",
  name: "Ground",
  version: 1,
  subject: "sackId",
  summary: "",
  data: Type.Object({ sackId: Type.String() }),
});

const searches: Search[] = [];
let onSearch: () => Promise<void> = async () => {};
/** Finds every sack that is short. */
const sacks = defineAudit({
  name: "sacks",
  summary: "Weighs the sacks.",
  everyMs: 3_600_000,
  async find(ctx, search) {
    searches.push(search);
    const short = await ctx.db.rows(sql<{ name: string; grams: number }>`
      select name, grams from sack where grams < 1000 order by name limit ${search.limit}`);
    const findings = short.map(({ name, grams }) => ({
      subject: name,
      what: "weight",
      expected: 1_000,
      found: grams,
      likelyCause: "mice",
    }));
    await onSearch();
    return { findings, checked: 7, position: `${Number(search.position ?? 0) + 1}` };
  },
});
const contract = defineContract("mill", {});
const table = {
  name: "mill",
  contract,
  operations: {},
  publishes: [Ground],
  hears: [hear(Ground, async () => {})],
  audits: [sacks],
};
const service = defineService(table);

let shop: TestShop;
let operators: FastifyInstance;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
  const options = { runtime: shop.runtime, services: [service], contracts: [contract], log: shop.log };
  const more = { health: { isReady: true, isDraining: false }, identity: testIdentity, servesInternally: false };
  operators = createOperatorServer({ ...options, ...more });
  await run(sql`create table sack (name text primary key, grams bigint not null)`);
  await run(sql`insert into sack (name, grams) values ('a', 1000), ('b', 1000), ('c', 1000)`);
});
afterAll(async () => {
  await operators.close();
  await shop.stop();
});
beforeEach(async () => {
  onSearch = async () => {};
  await run(sql`update sack set grams = 1000`);
  await shop.runJob("mill", "audit-sacks");
  await shop.settle();
  searches.length = 0;
  loggedBefore = shop.logged.length;
});

let loggedBefore = 0;
const run = (statement: ReturnType<typeof sql>) => shop.context("mill").db.run(statement);
const events = async (audit: string) => {
  await shop.settle();
  return (await shop.heard(discrepanciesFoundBy("mill"))).filter((event) => event.data.audit === audit);
};
const command = async (name: string, ...args: string[]): Promise<string[]> =>
  (await operators.inject({ method: "POST", url: `/commands/mill/${name}`, payload: { args } })).json().lines;
async function metric(name: string, audit: string): Promise<number | undefined> {
  const { body } = await operators.inject({ url: "/metrics" });
  const line = body.split("\n").find((one) => one.startsWith(`${name}{service="mill",audit="${audit}"}`));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}
const logged = (text: string) => shop.logged.slice(loggedBefore).filter((line) => line.includes(text));

test("what is in order is measured and not told", async () => {
  const before = (await events("sacks")).length;
  expect(await command("sacks")).toEqual(["7 checked, 0 findings."]);
  expect(await metric("tradepost_audit_findings", "sacks")).toBe(0);
  expect(await metric("tradepost_audit_duration_seconds", "sacks")).toBeGreaterThanOrEqual(0);
  const ranAt = (await metric("tradepost_audit_last_run_timestamp_seconds", "sacks"))!;
  expect(Math.abs(ranAt - Date.now() / 1_000)).toBeLessThan(60);
  expect([(await events("sacks")).length, logged("an audit found")]).toEqual([before, []]);
});

test("a finding is measured, logged at every run, and told once while it stays", async () => {
  const before = (await events("sacks")).length;
  await run(sql`update sack set grams = 900 where name = 'b'`);
  await shop.runJob("mill", "audit-sacks");
  expect(await command("sacks", "--all")).toEqual([
    "b: weight should be 1000 and is 900 (mice)",
    "7 checked, 1 findings.",
  ]);
  expect(await metric("tradepost_audit_findings", "sacks")).toBe(1);
  expect(logged("an audit found discrepancies")).toHaveLength(2);
  const told = (await events("sacks")).slice(before);
  expect(told.map((event) => event.data)).toEqual([
    {
      auditId: expect.any(String),
      audit: "sacks",
      count: 1,
      findings: [{ subject: "b", what: "weight", expected: 1_000, found: 900, likelyCause: "mice" }],
      foundAt: expect.any(String),
    },
  ]);

  await run(sql`update sack set grams = 800 where name in ('a', 'b')`);
  await shop.runJob("mill", "audit-sacks");
  expect((await events("sacks")).slice(before).map((event) => event.data.count)).toEqual([1, 2]);

  await run(sql`update sack set grams = 1000`);
  await shop.runJob("mill", "audit-sacks");
  expect(await metric("tradepost_audit_findings", "sacks")).toBe(0);
  expect(logged("in order again")).toHaveLength(1);
  await run(sql`update sack set grams = 800 where name in ('a', 'b')`);
  await shop.runJob("mill", "audit-sacks");
  expect((await events("sacks")).slice(before).map((event) => event.data.count)).toEqual([1, 2, 2]);
});

test("an event of more findings than it can carry has the first and the count of all", async () => {
  const before = (await events("sacks")).length;
  await run(sql`insert into sack (name, grams) select 'm' || lpad(n::text, 3, '0'), 1 from generate_series(1, 40) n`);
  await shop.runJob("mill", "audit-sacks");
  await run(sql`delete from sack where name like 'm%'`);
  const [told] = (await events("sacks")).slice(before);
  expect([told!.data.count, told!.data.findings.length, told!.data.findings[0]!.subject]).toEqual([40, 20, "m001"]);
  expect(searches.map(({ scope, suspects }) => [scope, suspects.length])).toEqual([
    ["news", 0],
    ["suspects", 40],
  ]);
});

test("what was only on its way is no finding: it is looked at twice", async () => {
  await run(sql`update sack set grams = 10 where name = 'c'`);
  onSearch = async () => void (await run(sql`update sack set grams = 1000`));
  expect(await command("sacks")).toEqual(["7 checked, 0 findings."]);
  expect(logged("an audit found")).toEqual([]);
});

test("a search is told what the last one answered, and what it found", async () => {
  await run(sql`update sack set grams = 10 where name = 'c'`);
  await shop.runJob("mill", "audit-sacks");
  await shop.runJob("mill", "audit-sacks");
  const [first, second, third, fourth] = searches;
  expect([first!.scope, second!.scope, third!.scope, fourth!.scope]).toEqual(["news", "suspects", "news", "suspects"]);
  expect([first!.suspects, second!.suspects, third!.suspects]).toEqual([[], ["c"], ["c"]]);
  expect(second!.position).toBe(`${Number(first!.position) + 1}`);
  expect(third!.position).toBe(second!.position);
});

test("an audit that cannot be run fails its job and leaves what is known", async () => {
  const ranAt = await metric("tradepost_audit_last_run_timestamp_seconds", "sacks");
  onSearch = () => Promise.reject(new Error("planned"));
  await expect(shop.runJob("mill", "audit-sacks")).rejects.toThrow("planned");
  expect(await metric("tradepost_audit_last_run_timestamp_seconds", "sacks")).toBe(ranAt);
});

test("a service without a database has no audits, and no two things have one name", () => {
  expect(() => defineService({ ...table, hasDatabase: false })).toThrow("mill has audits and no database");
  expect(() => defineService({ ...table, audits: [sacks, sacks] })).toThrow(
    "two commands or audits that are named sacks",
  );
  const silent = defineService({ name: "silent", contract: defineContract("silent", {}), operations: {} });
  expect([silent.jobs, silent.commands, silent.publishes]).toEqual([undefined, undefined, undefined]);
});

test("the outbox: what does not leave, what is not handled, what was given up", async () => {
  expect(await command("outbox")).toEqual(["0 checked, 0 findings."]);
  const envelope = (id: string) =>
    JSON.stringify({
      specversion: "1.0",
      id,
      source: "/mill",
      type: "mill.Ground.v1",
      subject: id,
      time: "2026-11-20T12:00:00Z",
      store: "demo",
      market: "gb",
      data: { sackId: id },
    });
  const [late, stuck, dead] = [newId("event"), newId("event"), newId("event")];
  await run(
    sql`update lease set holder = 'gone', held_until = clock_timestamp() + interval '1 hour' where name = 'relay'`,
  );
  await run(sql`insert into outbox (event_id, type, key, envelope, written_at)
    values (${late}, 'mill.Ground.v1', ${late}, ${envelope(late)}, clock_timestamp() - interval '2 minutes')`);
  await run(sql`insert into parked_key (topic, key, retry_at, attempts, failing_since)
    values ('mill', ${stuck}, clock_timestamp() + interval '1 hour', 9, clock_timestamp() - interval '2 hours')`);
  await run(sql`insert into parked_event (event_id, topic, key, type, envelope)
    values (${stuck}, 'mill', ${stuck}, 'mill.Ground.v1', ${envelope(stuck)})`);
  await run(sql`insert into dead_letter (event_id, topic, key, type, envelope, error, died_at)
    values (${dead}, 'mill', ${dead}, 'mill.Ground.v1', ${envelope(dead)}, 'planned', clock_timestamp())`);
  const lines = await command("outbox");
  expect(lines).toEqual([
    expect.stringMatching(/^outbox: events that wait .* should be 0 and is 1 \(.* for 1\d\d s: mill\.Ground\.v1\)$/),
    expect.stringContaining(`mill/${stuck}: tries to handle an event in more than an hour should be 1 and is 9`),
    expect.stringContaining("mill.Ground.v1: events given up should be 0 and is 1"),
    "3 checked, 3 findings.",
  ]);
  expect(await metric("tradepost_audit_findings", "outbox")).toBe(3);
  await command("outbox");
  await run(sql`update lease set holder = null, held_until = '-infinity' where name = 'relay'`);
  await run(sql`delete from parked_event`);
  await run(sql`delete from parked_key`);
  await run(sql`delete from dead_letter`);
  expect((await events("outbox")).map((event) => event.data.count)).toEqual([3]);
  expect(await command("outbox")).toEqual(["0 checked, 0 findings."]);
  expect(await metric("tradepost_audit_findings", "outbox")).toBe(0);
});
