import type { FastifyInstance } from "fastify";
import pg from "pg";
import Type from "typebox";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { defineContract, definePublicPages } from "#kernel/contract";
import { defineEvent } from "#kernel/event";
import { newId } from "#kernel/id";
import type { Health } from "./health.ts";
import { createOperatorServer, createPublicServer } from "./servers.ts";
import { defineService, hear } from "./service.ts";
import { sql } from "./sql.ts";
import { startTestShop, testIdentity, type TestShop } from "./testing.ts";

const Rung = defineEvent({
  service: "bell",
  name: "Rung",
  version: 1,
  subject: "bellId",
  summary: "",
  data: Type.Object({ bellId: Type.String() }),
});
const bell = defineContract("bell", {
  count: {
    method: "GET",
    path: "/count",
    access: "anyone",
    summary: "",
    input: Type.Object({}),
    output: Type.Object({ count: Type.Integer() }),
  },
});
definePublicPages(bell, [{ method: "GET", path: "/street" }]);
const heard: string[] = [];
let polished = 0;
const service = defineService({
  name: "bell",
  contract: bell,
  publishes: [Rung],
  hears: [hear(Rung, async (event) => void heard.push(event.subject))],
  operations: { count: (_, ctx) => ctx.db.get(sql<{ count: number }>`select count(*) as count from outbox`) },
  pages: [
    {
      method: "GET",
      path: "/tower",
      port: "operators",
      summary: "The tower",
      handle: async (_, ctx) => ({ body: `<p>${ctx.service}` }),
    },
    {
      method: "GET",
      path: "/tower/:floor",
      port: "operators",
      summary: "One floor",
      handle: async ({ parameters }) => ({ body: parameters["floor"]! }),
    },
    {
      method: "GET",
      path: "/street",
      port: "public",
      summary: "The street",
      handle: async (_, ctx) => ({ body: ctx.actor.kind }),
    },
  ],
  jobs: [
    { name: "polish", everyMs: 3_600_000, run: async () => void (polished += 1) },
    { name: "rust", everyMs: 3_600_000, run: async () => Promise.reject(new Error("planned")) },
  ],
  commands: [
    { name: "ring", summary: "rings", run: async (ctx, args) => [`${ctx.service} rings`, ...args] },
    { name: "break", summary: "breaks", run: async () => Promise.reject(new Error("planned")) },
  ],
});
const silent = defineService({
  name: "silent",
  contract: defineContract("silent", {}),
  operations: {},
  hasDatabase: false,
});

let shop: TestShop;
let admin: pg.Client;
const health: Health = { isReady: true, isDraining: false };
let shoppers: FastifyInstance;
let operators: FastifyInstance;

beforeAll(async () => {
  const services = [service, silent];
  shop = await startTestShop({ services });
  const options = {
    runtime: shop.runtime,
    services,
    contracts: [bell],
    log: shop.log,
    health,
    identity: testIdentity,
    servesInternally: false,
    operatorHosts: ["desk.example"],
  };
  shoppers = createPublicServer(options);
  operators = createOperatorServer(options);
  admin = new pg.Client({ connectionString: inject("postgresAdminUrl") });
  await admin.connect();
});
afterAll(async () => {
  await Promise.all([shoppers.close(), operators.close()]);
  await admin.end();
  await shop.stop();
});

const get = (url: string, from = operators) => from.inject({ method: "GET", url });
const post = (url: string, payload?: object, headers: Record<string, string> = {}) =>
  operators.inject({ method: "POST", url, headers, ...(payload === undefined ? {} : { payload }) });

describe("health", () => {
  const paths = ["/livez", "/readyz", "/healthz", "/health"];
  const codes = () => Promise.all(paths.map(async (path) => (await get(path, shoppers)).statusCode));

  test("is told on both ports, and kept by no cache", async () => {
    for (const server of [shoppers, operators])
      for (const path of paths) {
        const answer = await get(path, server);
        expect([path, answer.statusCode, answer.headers["cache-control"]]).toEqual([path, 200, "no-store"]);
      }
  });

  test("names every service and its database", async () => {
    const told = (await get("/health", shoppers)).json();
    expect(told).toEqual({
      status: "ok",
      uptimeSeconds: expect.any(Number),
      services: {
        bell: { status: "ok", database: "ok", databaseMs: expect.any(Number) },
        silent: { status: "ok", database: "none" },
      },
    });
  });

  test("fails without its database, life does not, and both come back with it", async () => {
    const name = new URL(shop.databaseUrl("bell")).pathname.slice(1);
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", [name]);
    expect(await codes()).toEqual([200, 503, 503, 503]);
    expect((await get("/health", shoppers)).json()).toMatchObject({
      status: "failing",
      services: { bell: { status: "failing", database: "does not answer" }, silent: { status: "ok" } },
    });
    await expect(shop.call(bell.count, {})).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE", status: 503 });
    await admin.query(`alter database ${name} allow_connections true`);
    await expect.poll(codes, { timeout: 10_000 }).toEqual([200, 200, 200, 200]);
    expect(await shop.call(bell.count, {})).toEqual({ count: 0 });
  });

  test("is not ready before the start is over, nor when the stop has begun", async () => {
    health.isReady = false;
    expect(await codes()).toEqual([200, 503, 503, 503]);
    Object.assign(health, { isReady: true, isDraining: true });
    expect(await codes()).toEqual([200, 503, 503, 503]);
    expect((await get("/health", shoppers)).json().status).toBe("draining");
    health.isDraining = false;
    expect(await codes()).toEqual([200, 200, 200, 200]);
  });
});

describe("the operators' desk", () => {
  test("opens with what there is to see and to do", async () => {
    const { body, headers } = await get("/");
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    for (const part of ['href="/tower"', 'href="/metrics"', 'href="/health"', "npm run command bell ring"])
      expect(body).toContain(part);
    expect(body).not.toContain("/tower/:floor");
    expect(body).not.toContain("/street");
  });

  test("has the pages for operators, the public port those for the public, neither the other's", async () => {
    expect((await get("/tower")).body).toBe("<p>bell");
    expect((await get("/tower/3")).body).toBe("3");
    expect((await get("/street")).statusCode).toBe(404);
    expect((await get("/street", shoppers)).body).toBe("anonymous");
    for (const path of ["/tower", "/metrics", "/dead-letters/bell", "/"])
      expect((await get(path, shoppers)).statusCode).toBe(404);
  });

  test("runs a job at once, due or not, and answers when it has ended", async () => {
    await expect.poll(() => polished).toBe(1);
    expect((await post("/jobs/bell/polish")).statusCode).toBe(204);
    expect(polished).toBe(2);
    expect((await post("/jobs/bell/rust")).json().code).toBe("INTERNAL");
    for (const path of ["/jobs/bell/unknown", "/jobs/silent/polish", "/jobs/nobody/polish"])
      expect((await post(path)).json().code).toBe("NOT_FOUND");
  });

  test("runs a command of a service and tells its lines", async () => {
    expect((await post("/commands/bell/ring", { args: ["twice", 2] })).json()).toEqual({
      lines: ["bell rings", "twice", "2"],
    });
    expect((await post("/commands/bell/ring")).json()).toEqual({ lines: ["bell rings"] });
    expect((await post("/commands/bell/unknown")).json().code).toBe("NOT_FOUND");
    expect((await post("/commands/bell/break")).json().code).toBe("INTERNAL");
  });

  test.each(["cross-site", "same-site"])("lets no page of another site press its buttons (%s)", async (site) => {
    const headers = { "sec-fetch-site": site };
    expect((await post("/commands/bell/ring", {}, headers)).statusCode).toBe(403);
    expect((await post(`/dead-letters/bell/${newId("event")}/discard`, {}, headers)).statusCode).toBe(403);
    expect((await post("/commands/bell/ring", {}, { "sec-fetch-site": "same-origin" })).statusCode).toBe(200);
  });

  test("does nothing for a name that others can point here, nor for a page of another place", async () => {
    const evil = { host: "evil.example", origin: "http://evil.example" };
    const refused = await post("/commands/bell/ring", {}, evil);
    expect([refused.statusCode, refused.json().code]).toEqual([403, "HOST_NOT_ALLOWED"]);
    expect(refused.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    for (const url of ["/", "/tower", "/metrics", "/health", "/dead-letters/bell", "/nowhere"])
      expect((await operators.inject({ url, headers: { host: "evil.example" } })).statusCode, url).toBe(403);
    const foreign = await post("/commands/bell/ring", {}, { host: "localhost:8081", origin: "http://localhost:3000" });
    expect([foreign.statusCode, foreign.json().code]).toEqual([403, "FOREIGN_SITE"]);
    expect((await post("/commands/bell/ring", {}, { host: "desk.example:8081" })).statusCode).toBe(200);
    expect((await operators.inject({ url: "/tower", headers: { host: "[::1]:8081" } })).statusCode).toBe(200);
  });

  test("measures each service: connections, waiting events", async () => {
    const { body, headers } = await get("/metrics");
    expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
    const metrics = new Map(
      body
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("#"))
        .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
    );
    for (const name of [
      'tradepost_database_connections{service="bell",state="waiting"}',
      'tradepost_outbox_age_seconds{service="bell"}',
      'tradepost_outbox_events{service="bell"}',
      'tradepost_parked_events{service="bell"}',
      'tradepost_dead_letters{service="bell"}',
      'tradepost_scrape_unanswered{service="bell"}',
      'tradepost_event_lag{service="bell"}',
    ])
      expect(metrics.get(name), name).toBe(0);
    expect(metrics.get("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
    expect(metrics.get('tradepost_database_up{service="bell"}')).toBe(1);
    expect(metrics.has('tradepost_database_up{service="silent"}')).toBe(false);
    for (const line of body.trim().split("\n"))
      expect(line).toMatch(/^(# (TYPE|HELP) .+|[a-z_0-9]+(\{[^}]*\})? (-?[\d.e+-]+|Nan))$/);
  });

  test("audits the bus, that is no service, and measures what was found", async () => {
    expect((await get("/")).body).toContain("npm run command bus audit");
    for (const payload of [{}, { args: ["--all"] }])
      expect((await post("/commands/bus/audit", payload)).json().lines.at(-1)).toMatch(/^\d+ checked, 0 findings\.$/);
    const { body } = await get("/metrics");
    expect(body).toContain('tradepost_audit_findings{service="bus",audit="log"} 0');
    expect(body).toMatch(/tradepost_audit_last_run_timestamp_seconds\{service="bus",audit="log"\} \d+/);
  });

  test("lists dead letters, has one tried again, and discards one", async () => {
    const db = shop.context("bell").db;
    const [replayed, discarded] = [newId("event"), newId("event")];
    for (const id of [replayed, discarded]) {
      const envelope = JSON.stringify({
        specversion: "1.0",
        id,
        source: "/bell",
        type: "bell.Rung.v1",
        subject: id,
        time: "2026-11-20T12:00:00Z",
        store: "demo",
        market: "gb",
        data: { bellId: id },
      });
      await db.run(sql`
        insert into dead_letter (event_id, topic, key, type, envelope, error, died_at)
        values (${id}, 'bell', ${id}, 'bell.Rung.v1', ${envelope}, 'planned', '2026-11-20T12:00:00Z')`);
    }
    const listed = async () => (await get("/dead-letters/bell")).json().items as { eventId: string; error: string }[];
    expect((await listed()).map((letter) => [letter.eventId, letter.error])).toEqual([
      [replayed, "planned"],
      [discarded, "planned"],
    ]);
    expect((await post(`/dead-letters/bell/${replayed}/replay`)).json()).toEqual({ isReplayed: true });
    expect((await post(`/dead-letters/bell/${discarded}/discard`)).json()).toEqual({ isDiscarded: true });
    await expect.poll(() => heard).toEqual([replayed]);
    expect(await listed()).toEqual([]);
  });

  test("says so when there is no such letter or no such service", async () => {
    for (const id of [newId("event"), "no-id"]) {
      expect((await post(`/dead-letters/bell/${id}/replay`)).json()).toEqual({ isReplayed: false });
      expect((await post(`/dead-letters/bell/${id}/discard`)).json()).toEqual({ isDiscarded: false });
    }
    for (const name of ["silent", "nobody"]) expect((await get(`/dead-letters/${name}`)).statusCode).toBe(404);
  });
});
