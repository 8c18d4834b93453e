import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineContract, hasJsonBody, pathParameters, type Operation } from "#kernel/contract";
import { Refusal } from "#kernel/refusal";
import { createPublicServer } from "./servers.ts";
import { defineService, type Service } from "./service.ts";
import { sql } from "./sql.ts";
import { startTestShop, testIdentity, type TestShop } from "./testing.ts";
import {
  CARD,
  refuse,
  open,
  stock,
  catalog,
  stranger,
  desk,
  stockService,
  Noted,
  Forgotten,
  deskService,
  doorService,
} from "./testing-transports.ts";

type Mode = { readonly shop: TestShop; readonly app: FastifyInstance; readonly origin: string };
let one: Mode;
let stockAlone: Mode;
let fleet: Mode;

async function openMode(
  services: readonly Service<any>[],
  remoteUrls: (service: string) => readonly string[] = () => [],
): Promise<Mode> {
  const shop = await startTestShop({ services, remoteUrls });
  const app = createPublicServer({
    runtime: shop.runtime,
    services,
    contracts: [stock, desk, catalog],
    log: shop.log,
    health: { isReady: true, isDraining: false },
    identity: testIdentity,
    servesInternally: true,
  });
  return { shop, app, origin: await app.listen({ port: 0, host: "127.0.0.1" }) };
}

beforeAll(async () => {
  [one, stockAlone] = await Promise.all([openMode([stockService, deskService, doorService]), openMode([stockService])]);
  fleet = await openMode([deskService, doorService], (service) => (service === "stock" ? [stockAlone.origin] : []));
});
afterAll(async () => {
  for (const mode of [fleet, one, stockAlone]) {
    await mode.app.close();
    await mode.shop.stop();
  }
});

type Outcome = { output: unknown } | { code: string; status: number; title: string; data: unknown };

/** Calls as a service does. */
async function inside(mode: Mode, operation: Operation, input: unknown): Promise<Outcome> {
  try {
    return { output: await mode.shop.context("desk").call(operation, input as never) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, status: error.status, title: error.message, data: error.data };
  }
}

/** Calls as a browser does: text in path and query. */
async function atEdge(mode: Mode, operation: Operation, input: Record<string, unknown>): Promise<Outcome> {
  const inPath = pathParameters(operation.path);
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const rest = Object.entries(input).filter(([name]) => !inPath.includes(name));
  const query = new URLSearchParams(rest.map(([name, value]): [string, string] => [name, String(value)]));
  const isJson = hasJsonBody(operation);
  const response = await fetch(
    `${mode.origin}/api${path}${isJson || rest.length === 0 ? "" : `?${query.toString()}`}`,
    {
      method: operation.method,
      ...(isJson
        ? { body: JSON.stringify(Object.fromEntries(rest)), headers: { "content-type": "application/json" } }
        : {}),
    },
  );
  const body = (await response.json()) as { code: string; title: string; data?: unknown; errors?: unknown };
  if (response.ok) return { output: body };
  expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(JSON.stringify(body)).not.toContain("4111");
  const data = body.errors === undefined ? (body.data ?? {}) : { errors: body.errors };
  return { code: body.code, status: response.status, title: body.title, data };
}

async function everyWay(operation: Operation, input: Record<string, unknown>): Promise<Record<string, Outcome>> {
  return {
    "in one process": await inside(one, operation, input),
    "between processes": await inside(fleet, operation, input),
    "at the edge of one process": await atEdge(one, operation, input),
    "at the edge of a fleet": await atEdge(fleet, operation, input),
  };
}

describe("input arrives alike in one process, between processes and through the edge", () => {
  test.each([
    ["find", {}, { limit: 20, sort: "newest" }],
    ["find", { limit: 5, sort: "name" }, { limit: 5, sort: "name" }],
    ["find", { isOpen: false }, { limit: 20, sort: "newest", isOpen: false }],
    ["find", { ids: ["a", "b"] }, { limit: 20, sort: "newest", ids: ["a", "b"] }],
    ["find", { ids: [] }, { limit: 20, sort: "newest", ids: [] }],
    ["find", { note: "5" }, { limit: 20, sort: "newest", note: "5" }],
    ["find", { note: "true" }, { limit: 20, sort: "newest", note: "true" }],
    ["find", { note: "a,b&c=d +ü%20" }, { limit: 20, sort: "newest", note: "a,b&c=d +ü%20" }],
    ["put", { sku: "MUG", place: 2 }, { sku: "MUG", place: 2, count: 1 }],
    ["put", { sku: "a/b c%2F?#", place: 1, count: 0 }, { sku: "a/b c%2F?#", place: 1, count: 0 }],
    [
      "put",
      { sku: "007", place: 1, tags: [{ name: "x" }] },
      { sku: "007", place: 1, count: 1, tags: [{ name: "x", weight: 3 }] },
    ],
    ["remove", { sku: "MUG", reason: "" }, { sku: "MUG", reason: "" }],
  ] as const)("%s %j", async (name, input, received) => {
    for (const [way, outcome] of Object.entries(await everyWay(stock[name], input)))
      expect(outcome, way).toEqual({ output: { received } });
  });

  test.each([
    ["find", { limit: "x" }, ["limit"]],
    [
      "find",
      { limit: 0, ids: ["a", "b", "c", "d"], note: CARD.repeat(2), sort: CARD },
      ["limit", "ids", "note", "sort"],
    ],
    ["find", { isOpen: CARD }, ["isOpen"]],
    ["put", { sku: CARD.repeat(2), place: 0 }, ["sku", "place"]],
    ["put", { sku: "MUG", place: "first", count: CARD }, ["place", "count"]],
    ["put", { sku: "MUG", place: 1, tags: [{ name: "x" }, { weight: 1.5 }] }, ["tags.1.name", "tags.1.weight"]],
  ] as const)("%s %j is refused with the same fields", async (name, input, fields) => {
    for (const [way, outcome] of Object.entries(await everyWay(stock[name], input))) {
      expect(outcome, way).toMatchObject({ code: "INVALID_INPUT", status: 400 });
      const { errors } = (outcome as { data: { errors: { field: string; message: string }[] } }).data;
      expect(errors.map((error) => error.field).toSorted(), way).toEqual(fields.toSorted());
      expect(JSON.stringify(errors), way).not.toContain("4111");
    }
  });

  test.each([
    { where: { sku: "a", depth: 2 }, after: 5, ids: ["a,b", "", "c"] },
    { where: { sku: "a", depth: 2 }, after: "5", ids: [""] },
    { where: { sku: "a", depth: 2 }, after: null, ids: [] },
  ])("lists, objects, nulls and numbers of a call without a body arrive as they were sent (%j)", async (input) => {
    expect(await inside(one, stock.filter, input)).toEqual({ output: { received: input } });
    expect(await inside(fleet, stock.filter, input)).toEqual({ output: { received: input } });
  });

  test.each(["..", ".", "a/../b", "%2e"])("a part of a path is no way to another path: %s", async (sku) => {
    for (const mode of [one, fleet])
      expect(await inside(mode, stock.remove, { sku })).toEqual({ output: { received: { sku } } });
  });

  test("text is no number between services, in either mode", async () => {
    for (const mode of [one, fleet])
      expect(await inside(mode, stock.find, { limit: "5" })).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("what is missing from a path is missed, in either mode", async () => {
    for (const mode of [one, fleet])
      expect(await inside(mode, stock.remove, {})).toMatchObject({
        code: "INVALID_INPUT",
        data: { errors: [{ field: "sku", message: "is required" }] },
      });
  });

  test("unknown fields are ignored inside and refused at the edge", async () => {
    const ways = await everyWay(stock.find, { colour: "red" });
    expect(ways["in one process"]).toHaveProperty("output");
    expect(ways["between processes"]).toHaveProperty("output");
    for (const way of ["at the edge of one process", "at the edge of a fleet"])
      expect(ways[way]).toMatchObject({ data: { errors: [{ field: "colour", message: "is not a known field" }] } });
  });

  test("a stream arrives with its fields", async () => {
    async function* bytes() {
      for (let part = 0; part < 30; part++) yield new Uint8Array(100_000);
    }
    const received = { name: "a.csv", from: 2, bytes: 3_000_000 };
    for (const mode of [one, fleet]) {
      const asked = { name: "a.csv", from: 2, body: bytes() };
      expect(await inside(mode, stock.upload, asked)).toEqual({ output: { received } });
      const headers = { "content-type": "text/csv" };
      const body = new Uint8Array(3_000_000);
      const response = await fetch(`${mode.origin}/api/uploads/a.csv?from=2`, { method: "PUT", headers, body });
      expect(await response.json()).toEqual({ received });
    }
  });

  test.each([
    ["null", null],
    ["list", []],
    ["text", "text"],
  ])("an answer that is no object arrives as it was given: %s", async (kind, output) => {
    for (const [way, outcome] of Object.entries(await everyWay(stock.maybe, { kind })))
      expect(outcome, way).toEqual({ output });
  });
});

describe("a refusal", () => {
  test.each([
    ["with data", { code: "SOLD_OUT", status: 409, title: "Sold out.", data: { sku: "MUG", left: 0 } }],
    ["without data", { code: "SHUT", status: 422, title: "Shut today.", data: {} }],
    ["generally", { code: "NOT_FOUND", status: 404, title: "There is nothing here.", data: {} }],
  ])("%s is the same whichever way it came, over two services too", async (how, expected) => {
    const relayed = { operation: "fail", input: { how } };
    const ways = { ...(await everyWay(stock.fail, { how })), relayed: await atEdge(fleet, desk.ask, relayed) };
    for (const [way, outcome] of Object.entries(ways)) expect(outcome, way).toEqual(expected);
  });

  test("is recognised by its kind, with typed data, in either mode", async () => {
    for (const mode of [one, fleet]) {
      const error = await mode.shop
        .context("desk")
        .call(stock.fail, { how: "with data" })
        .catch((caught: unknown) => caught);
      expect(refuse.SOLD_OUT.is(error) && error.data.sku).toBe("MUG");
    }
  });

  test.each(["undeclared", "by a fault"])(
    "that is none (%s) is a fault everywhere, and its text stays inside",
    async (how) => {
      for (const mode of [one, fleet]) {
        await expect(inside(mode, stock.fail, { how })).rejects.not.toBeInstanceOf(Refusal);
        for (const [operation, input] of [
          [stock.fail, { how }],
          [desk.ask, { operation: "fail", input: { how } }],
        ] as const)
          expect(await atEdge(mode, operation as Operation, input)).toMatchObject({
            code: "INTERNAL",
            status: 500,
            data: {},
          });
      }
    },
  );
});

describe("a call", () => {
  test("to a service that is not listed in `calls` is a fault in either mode", async () => {
    for (const mode of [one, fleet])
      await expect(mode.shop.context("desk").call(stranger.list, {})).rejects.toThrow(
        "desk calls stranger.list but does not list it in `calls`",
      );
  });

  test("to a service that does not run here names the setting that tells where it answers", async () => {
    for (const mode of [one, fleet]) {
      const outcome = await inside(mode, catalog.list, {});
      expect(outcome).toMatchObject({ code: "SERVICE_UNAVAILABLE", status: 503, data: { service: "catalog" } });
      expect(JSON.stringify(outcome)).toContain("CATALOG_URL");
      expect(await atEdge(mode, catalog.list, {})).toEqual(outcome);
    }
  });

  test("to a service whose process is gone is refused for now", async () => {
    const gone = await openMode([stockService]);
    await gone.app.close();
    const alone = await openMode([deskService], () => [gone.origin]);
    expect(await inside(alone, stock.find, {})).toMatchObject({ code: "SERVICE_UNAVAILABLE", status: 503 });
    for (const mode of [alone, gone]) {
      await mode.app.close();
      await mode.shop.stop();
    }
  });

  test("is on behalf of who asked, in its market, with its trace; its idempotency key is its own", async () => {
    const asked = {
      actor: { kind: "customer", id: "c-1" },
      market: "de",
      locale: "de-AT",
      currency: "EUR",
      requestId: "request-1",
      traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
      idempotencyKey: "of-the-caller",
    } as const;
    const { actor, market, locale, currency, requestId } = asked;
    const told = {
      service: "stock",
      caller: "desk",
      store: "demo",
      actor,
      market,
      locale,
      currency,
      requestId,
      traceparent: expect.stringMatching(`^00-${"a".repeat(32)}-(?!b{16})[0-9a-f]{16}-01$`), // of the span of this call
    };
    for (const mode of [one, fleet]) {
      const ctx = mode.shop.context("desk", asked);
      expect(await ctx.call(stock.whoAsks, {})).toEqual({ received: told });
      const other = {
        actor: { kind: "service", name: "desk" },
        market: "fr",
        locale: "fr-FR",
        currency: "EUR",
        idempotencyKey: "key-of-the-call",
      } as const;
      expect(await ctx.call(stock.whoAsks, {}, other)).toEqual({ received: { ...told, ...other } });
    }
  });

  test("that takes longer than its deadline is 504, in either mode, at the edge and behind it", async () => {
    const late = { code: "DEADLINE_EXCEEDED", status: 504 };
    for (const mode of [one, fleet]) {
      expect(await inside(mode, stock.hang, {})).toMatchObject(late);
      expect(await atEdge(mode, stock.hang, {})).toMatchObject(late);
      expect(await atEdge(mode, desk.ask, { operation: "hang", input: {} })).toMatchObject(late);
      const impatient = mode.shop.context("desk").call(stock.hang, {}, { timeoutMs: 20 });
      await expect(impatient).rejects.toMatchObject(late);
    }
  });

  test("is not even begun when the caller's own deadline is over", async () => {
    for (const mode of [one, fleet]) {
      const late = mode.shop.context("desk", { deadlineAtMs: Date.now() - 1 });
      await expect(late.call(stock.find, { limit: 5 })).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    }
  });

  test("from outside to what only services may call is 404", async () => {
    for (const mode of [one, fleet]) expect((await fetch(`${mode.origin}/api/who`)).status).toBe(404);
  });

  test("through the edge carries what the edge said of it", async () => {
    const response = await fetch(`${one.origin}/api/stock`);
    expect(response.headers.get("x-admitted")).toBe("yes");
  });
});

describe("an event", () => {
  test("that the service does not list in `publishes` is a fault, and nothing of its transaction stays", async () => {
    const ctx = one.shop.context("desk");
    const work = ctx.db.transaction(async (tx) => {
      ctx.publish(tx, Noted, { noteId: "n-1", text: "never" });
      ctx.publish(tx, Forgotten, { noteId: "n-1", text: "never" });
    });
    await expect(work).rejects.toThrow("desk publishes desk.Forgotten.v1 but does not list it in `publishes`");
    expect(await ctx.db.rows(sql`select event_id from outbox`)).toEqual([]);
  });

  test("is published with its transaction, as a CloudEvent about its subject", async () => {
    const ctx = one.shop.context("desk", { market: "de" });
    await ctx.db.transaction(async (tx) =>
      ctx.publish(tx, Noted, { noteId: "n-2", text: "hello" }, { subjectVersion: 3 }),
    );
    await one.shop.settle();
    expect(await one.shop.heard(Noted)).toMatchObject([
      {
        specversion: "1.0",
        type: "desk.Noted.v1",
        source: "/desk",
        subject: "n-2",
        subjectversion: 3,
        store: "demo",
        market: "de",
        traceparent: ctx.traceparent,
        data: { noteId: "n-2", text: "hello" },
      },
    ]);
  });
});

test("a context whose time is over reaches no database any more, but for work that is to outlive it", async () => {
  const halted = one.shop.context("desk", { deadlineAtMs: Date.now() - 1 });
  expect(() => halted.db).toThrow("This took longer than its deadline.");
  expect(await halted.detached(5_000).db.get(sql`select 1 as one`)).toEqual({ one: 1 });
});

test("an answer outside its contract is a fault in tests, so that it is found before it is relied on", async () => {
  const leaky = defineContract("leaky", {
    tell: { ...open, method: "GET", path: "/tell", input: Type.Object({}), output: Type.Object({ id: Type.String() }) },
  });
  const service = defineService({
    name: "leaky",
    contract: leaky,
    hasDatabase: false,
    operations: { tell: async () => ({ id: "1", hash: "x" }) },
  });
  const shop = await startTestShop({ services: [service] });
  await expect(shop.call(leaky.tell, {})).rejects.toThrow("leaky.tell answered outside its contract: hash");
  await shop.stop();
});
