import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineContract } from "#kernel/contract";
import { defineEvent } from "#kernel/event";
import { newId } from "#kernel/id";
import { defineRefusals } from "#kernel/refusal";
import { defineGauge, defineSaga } from "../gauges.ts";
import { createOperatorServer, createPublicServer } from "../servers.ts";
import { defineService, hear } from "../service.ts";
import { sql } from "../sql.ts";
import { newTraceparent, traceIdOf } from "../telemetry/traceparent.ts";
import { startTestShop, testIdentity, type TestShop } from "../testing.ts";

const refuse = defineRefusals({ TOO_LATE: { status: 409, title: "It is night.", advice: "Nothing helps." } });
const Rung = defineEvent({
  service: "bell",
  name: "Rung",
  version: 1,
  subject: "bellId",
  summary: "",
  data: Type.Object({ bellId: Type.String() }),
});
const bell = defineContract("bell", {
  ring: {
    method: "POST",
    path: "/ring",
    access: "anyone",
    summary: "",
    input: Type.Object({ how: Type.String() }),
    output: Type.Object({}),
    refuses: [refuse.TOO_LATE],
  },
});
const EVIL = `<script>alert("x")</script>`;
const heard: string[] = [];
let isSlow = false;
let readings = 0;
const service = defineService({
  name: "bell",
  contract: bell,
  publishes: [Rung],
  hears: [hear(Rung, async (event) => void heard.push(event.subject))],
  operations: {
    ring: async ({ how }, ctx) => {
      if (how === "late") throw refuse.TOO_LATE();
      if (how === "broken") throw new Error("the rope of ada@example.com broke");
      await ctx.db.transaction(async (tx) => {
        await tx.run(sql`select pg_sleep(0)`);
        ctx.publish(tx, Rung, { bellId: how });
      });
      return {};
    },
  },
  gauges: [
    defineGauge({
      name: "tradepost_bells_swinging",
      help: "Bells.",
      labels: ["size"],
      read: async ({ db }) => {
        readings += 1;
        if (isSlow) await db.run(sql`select pg_sleep(4)`);
        return [{ labels: [EVIL], value: 2 }];
      },
    }),
  ],
  sagas: [
    defineSaga({
      title: "Bells",
      list: async ({ now }) => [
        { name: EVIL, state: "waiting_for_wind", since: now, nextAt: now, attempts: 3, traceId: undefined },
      ],
    }),
  ],
  edge: {
    prefix: "/api",
    admit: async () => ({ actor: { kind: "anonymous" }, store: "demo", market: "gb", locale: "en", currency: "GBP" }),
  },
});

let shop: TestShop;
let shoppers: FastifyInstance;
let operators: FastifyInstance;
beforeAll(async () => {
  shop = await startTestShop({ services: [service], settings: { OTEL_TRACES_SAMPLER: "parentbased_always_off" } });
  const options = {
    runtime: shop.runtime,
    services: [service],
    contracts: [bell],
    log: shop.log,
    health: { isReady: true, isDraining: false },
    identity: testIdentity,
    servesInternally: false,
  };
  shoppers = createPublicServer(options);
  operators = createOperatorServer(options);
});
afterAll(async () => {
  await Promise.all([shoppers.close(), operators.close()]);
  await shop.stop();
});

async function ring(how: string): Promise<string> {
  const traceparent = newTraceparent(true);
  await shoppers.inject({ method: "POST", url: "/api/ring?secret=1", headers: { traceparent }, payload: { how } });
  await shop.settle();
  return traceIdOf(traceparent);
}

const get = async (url: string) => operators.inject({ url });

describe("a trace's page", () => {
  test("shows every step from the request to what heard its events, as HTML and as JSON", async () => {
    const traceId = await ring("great");
    const { body, headers } = await get(`/traces/${traceId}`);
    for (const part of ["POST /api/ring", "bell.ring", "publish Rung", "bell hears Rung"])
      expect(body, part).toContain(part);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(body).not.toContain("<script");
    const { spans } = (await get(`/traces/${traceId}.json`)).json() as {
      spans: { kind: string; attributes: object }[];
    };
    // Of the database: the transaction and its statement; writing the event is the producer's.
    expect(spans.map((span) => span.kind).toSorted()).toEqual(
      ["CLIENT", "CLIENT", "CONSUMER", "INTERNAL", "PRODUCER", "SERVER"].toSorted(),
    );
    expect(spans.find((span) => span.kind === "SERVER")!.attributes).toMatchObject({
      "http.request.method": "POST",
      "http.route": "/api/ring",
      "http.response.status_code": 200,
      "tradepost.store": "demo",
      "tradepost.market": "gb",
      "tradepost.request_id": expect.any(String),
    });
    expect(JSON.stringify(spans)).not.toContain("secret");
  });

  test("marks a fault, without its text, and tells a refusal by its code", async () => {
    const broken = (await get(`/traces/${await ring("broken")}`)).body;
    expect(broken).toContain("row SERVER root problem");
    expect(broken).not.toContain("ada@");
    const late = (await get(`/traces/${await ring("late")}`)).body;
    expect(late).toContain("bell.ring – TOO_LATE");
    expect(late).toContain("409 TOO_LATE");
    expect(late).not.toContain('problem"');
  });

  test.each([
    "/traces/0af7651916cd43dd8448eb211c80319c",
    "/traces/nonsense",
    "/traces/0af7651916cd43dd8448eb211c80319c.json",
  ])("is not there for %s", async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });
});

describe("the dashboard", () => {
  test("leads to the last traces, and shows sagas and how events fare", async () => {
    const traceId = await ring("small");
    const { body } = await get("/");
    for (const part of [`href="/traces/${traceId}"`, "POST /api/ring", "Rung</span>", "waiting for wind", "Event lag"])
      expect(body, part).toContain(part);
    expect(body).toContain("&lt;script&gt;");
    expect(body).not.toContain(EVIL);
  });
});

describe("dead letters", () => {
  async function bury(error: string): Promise<string> {
    const id = newId("event");
    const data = { bellId: id };
    const base = {
      specversion: "1.0",
      id,
      source: "/bell",
      type: "bell.Rung.v1",
      subject: id,
      time: "2026-11-20T12:00:00Z",
    };
    const envelope = JSON.stringify({ ...base, store: "demo", market: "gb", data });
    await shop.context("bell").db.run(sql`
      insert into dead_letter (event_id, topic, key, type, envelope, error, died_at)
      values (${id}, 'bell', ${id}, 'bell.Rung.v1', ${envelope}, ${error}, '2026-11-20T12:00:00Z')`);
    return id;
  }
  const press = (url: string, headers: Record<string, string>) =>
    operators.inject({
      method: "POST",
      url,
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      payload: "",
    });
  const HERE = { host: "localhost:8081", origin: "http://localhost:8081", "sec-fetch-site": "same-origin" };

  test("are replayed and discarded by forms of the desk", async () => {
    const [replayed, discarded] = [await bury(EVIL), await bury("planned")];
    const { body } = await get("/");
    for (const part of [`action="/dead-letters/bell/${replayed}/replay"`, `${discarded}/discard`, "&lt;script&gt;"])
      expect(body).toContain(part);
    expect(body).not.toContain(EVIL);
    const answer = await press(`/dead-letters/bell/${replayed}/replay`, HERE);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, "/#dead-letters"]);
    expect((await press(`/dead-letters/bell/${discarded}/discard`, HERE)).statusCode).toBe(303);
    await expect.poll(() => heard).toContain(replayed);
    expect((await get("/dead-letters/bell")).json()).toEqual({ items: [] });
  });

  test.each([
    ["a page of another site", { ...HERE, origin: "http://evil.example", "sec-fetch-site": "cross-site" }],
    ["a page of another port of this machine", { host: HERE.host, origin: "http://localhost:3000" }],
    ["a page that hides where it is from", { host: HERE.host, origin: "null" }],
    ["a browser that tells nothing", { host: HERE.host }],
  ])("stay as they are for a form of %s", async (_, headers: Record<string, string>) => {
    const id = await bury("planned");
    const answer = await press(`/dead-letters/bell/${id}/discard`, headers);
    expect([answer.statusCode, answer.json().code]).toEqual([403, "FOREIGN_SITE"]);
    expect((await get("/dead-letters/bell")).json().items).toHaveLength(1);
    await operators.inject({ method: "POST", url: `/dead-letters/bell/${id}/discard` });
  });
});

describe("a scrape", () => {
  test("has what a service declares, and what happened at the edge", async () => {
    await ring("great");
    const { body } = await get("/metrics");
    expect(body).toContain(String.raw`tradepost_bells_swinging{service="bell",size="<script>alert(\"x\")</script>"} 2`);
    expect(body).toMatch(
      /^http_server_request_duration_seconds_count\{method="POST",route="\/api\/ring",status="2xx"\} \d+$/m,
    );
    expect(body).toMatch(/^tradepost_event_delay_seconds_count\{service="bell",type="bell.Rung.v1"\} \d+$/m);
    expect(body).toMatch(
      /^tradepost_operation_duration_seconds_count\{service="bell",operation="ring",outcome="refusal"\} 1$/m,
    );
  });

  test("that has to wait for a database says so after 2 s; several at once ask it once", async () => {
    isSlow = true;
    const readBefore = readings;
    const startedMs = performance.now();
    const answers = await Promise.all([get("/metrics"), get("/metrics"), get("/")]);
    expect(performance.now() - startedMs).toBeLessThan(3_900);
    isSlow = false;
    for (const { statusCode } of answers) expect(statusCode).toBe(200);
    expect(answers[0]!.body).toContain('tradepost_scrape_unanswered{service="bell"} 1');
    expect(readings - readBefore).toBe(1);
  });
});
