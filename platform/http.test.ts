import type { FastifyInstance } from "fastify";
import { Pool } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Operation } from "#kernel/contract";
import { createServer, idempotencyKeyOf, mountOperations } from "./http.ts";
import { mountPages } from "./http/pages.ts";
import { createLog } from "./log.ts";
import { newTraceparent } from "./telemetry/traceparent.ts";
import { CARD, shop, serve } from "./testing-http.ts";

const logged: string[] = [];
let app: FastifyInstance;
let origin: string;

beforeAll(async () => {
  const log = createLog({ level: "info", write: (line) => void logged.push(line) });
  app = createServer(log);
  mountOperations(app, Object.values(shop) as Operation[], {
    pathOf: ({ path }) => `/api${path}`,
    log,
    mode: "strict",
    admit: async (request, _reply, operation) => ({
      caller: "test",
      actor: { kind: "anonymous" },
      store: "demo",
      market: "gb",
      locale: "en",
      currency: "GBP",
      requestId: request.id,
      traceparent: newTraceparent(),
      deadlineAtMs: Date.now() + (operation.timeoutMs ?? 10_000),
      idempotencyKey: idempotencyKeyOf(request, operation),
    }),
    invoke: (operation, input, call) => serve(operation, input as Record<string, any>, call.idempotencyKey),
  });
  mountPages(
    app,
    [
      {
        method: "GET",
        path: "/plain",
        port: "public",
        summary: "",
        handle: async () => ({
          status: 203,
          contentType: "text/css",
          body: "a{}",
          headers: { "cache-control": "public" },
        }),
      },
    ],
    { contextFor: () => undefined as never },
  );
  origin = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => app.close());

async function ask(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) {
  const isText = options.body === undefined || typeof options.body === "string" || options.body instanceof Uint8Array;
  const response = await fetch(origin + path, {
    method,
    headers: { ...(isText ? {} : { "content-type": "application/json" }), ...options.headers },
    body: (isText ? (options.body ?? null) : JSON.stringify(options.body)) as string | null,
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

const json = { "content-type": "application/json" };

describe("a body", () => {
  test("of JSON and the path make one input", async () => {
    const { status, body } = await ask("POST", "/api/things/mug", { body: { count: 2 } });
    expect([status, body]).toEqual([201, { thing: "mug", count: 2 }]);
  });

  test.each([
    ["POST", "/api/things/mug", 201],
    ["DELETE", "/api/things/mug", 204],
    ["GET", "/api/things", 200],
  ])("that is empty is none, whatever its type says: %s", async (method, path, status) => {
    expect((await ask(method, path, { headers: json })).status).toBe(status);
    const raw = await app.inject({ method: method as "POST", url: path, headers: { ...json, "content-length": "0" } });
    expect(raw.statusCode).toBe(status);
  });

  test.each([
    ["that is cut off", '{"count":', "is not well-formed JSON"],
    ["of a list", "[]", "must be a JSON object"],
    ["of a text", '"x"', "must be a JSON object"],
    ["of a number", "5", "must be a JSON object"],
    ["that poisons a prototype", '{"__proto__":{"a":1}}', "is not well-formed JSON"],
    ["that is nested without end", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "is nested deeper than 100"],
    ["with the character that PostgreSQL has not", '{"name":"a\\u0000b"}', "must not contain the character U+0000"],
  ])("%s is refused", async (_, body, message) => {
    const { status, body: problem } = await ask("POST", "/api/things/mug", { body, headers: json });
    expect([status, problem.code, problem.errors]).toEqual([400, "INVALID_INPUT", [{ field: "(body)", message }]]);
  });

  test("may tell of that character", async () => {
    const { status, body } = await ask("POST", "/api/things/mug", { body: '{"name":"a\\\\u0000b"}', headers: json });
    expect([status, body.name]).toEqual([201, "a\\u0000b"]);
  });

  test("may tell of any number of brackets", async () => {
    const name = '\\"[{'.repeat(1_000);
    expect((await ask("POST", "/api/things/mug", { body: { name } })).body).toEqual({ thing: "mug", name });
  });

  test("of JSON null is none", async () => {
    expect((await ask("POST", "/api/things/mug", { body: "null", headers: json })).status).toBe(201);
  });

  test("that is larger than the operation takes is refused", async () => {
    expect((await ask("POST", "/api/small", { body: { text: "x".repeat(50) } })).status).toBe(200);
    const { status, body } = await ask("POST", "/api/small", { body: { text: "x".repeat(200) } });
    expect([status, body.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect((await ask("POST", "/api/things/mug", { body: { name: "x".repeat(1_048_576) } })).status).toBe(413);
  });

  test.each(["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "of another type is refused: %s",
    async (type) => {
      const { status, body } = await ask("POST", "/api/things/mug", { body: "a=1", headers: { "content-type": type } });
      expect([status, body.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    },
  );

  test.each([undefined, "application/json", "image/png", "text/plain"])(
    "that is a stream may be of any type: %s",
    async (type) => {
      const headers = type === undefined ? {} : { "content-type": type };
      const { body } = await ask("PUT", "/api/uploads/a.png", { body: new Uint8Array(3_000_000), headers });
      expect(body).toEqual({ name: "a.png", bytes: 3_000_000 });
      expect((await ask("PUT", "/api/uploads/b.png", { headers })).body).toEqual({ name: "b.png", bytes: 0 });
    },
  );
});

describe("a stream that is refused", () => {
  test.each([
    ["before it was read", "refused-at-once", 409],
    ["in the middle", "refused-midway", 413],
    ["for its name", "x".repeat(300), 400],
  ])("%s is answered, and its connection carries the next request", async (_, name, status) => {
    const pool = new Pool(origin, { connections: 1 });
    const upload = (to: string, body: Buffer) => pool.request({ method: "PUT", path: `/api/uploads/${to}`, body });
    const refused = await upload(name, Buffer.alloc(10_000_000));
    expect([refused.statusCode, ((await refused.body.json()) as { status: number }).status]).toEqual([status, status]);
    const next = await upload("a.png", Buffer.alloc(10));
    expect(await next.body.json()).toEqual({ name: "a.png", bytes: 10 });
    await pool.close();
  });
});

describe("input at the edge", () => {
  test("from the query is read as what the schema asks for, and completed", async () => {
    expect((await ask("GET", "/api/things?limit=5")).body).toEqual({ limit: 5 });
    expect((await ask("GET", "/api/things")).body).toEqual({ limit: 20 });
  });

  test.each([
    "/api/things?limit=x",
    "/api/things?limit=1&limit=2",
    "/api/things?limti=5",
    "/api/things?__proto__=5",
    "/api/things?tradepost-input=%7B%7D",
  ])("is refused with the field's name: %s", async (path) => {
    const { status, body } = await ask("GET", path);
    expect([status, body.code]).toEqual([400, "INVALID_INPUT"]);
    expect(path).toContain(body.errors[0].field);
    expect(body).not.toHaveProperty("data"); // told once
  });

  test("is never told back", async () => {
    const { text } = await ask("POST", `/api/things/${CARD}?${CARD}`, { body: { count: CARD, name: Number(CARD) } });
    expect(text).toContain('"field":"count"');
    expect(text).not.toContain(CARD);
  });

  test("may come as headers", async () => {
    const headers = { "x-signature": "abc", "x-at": "5" };
    expect((await ask("POST", "/api/hooks", { headers, body: {} })).body).toEqual({ signature: "abc", at: 5 });
    const { status, body } = await ask("POST", "/api/hooks", { headers: { "x-at": "soon" }, body: {} });
    expect([status, body.errors.map((one: { field: string }) => one.field).toSorted()]).toEqual([
      400,
      ["at", "signature"],
    ]);
  });

  test("of a path is decoded once and cannot be told otherwise by the body", async () => {
    expect((await ask("POST", "/api/things/a%2Fb%2520c", { body: { thing: "other" } })).body).toEqual({
      thing: "a/b%20c",
    });
  });
});

describe("an answer", () => {
  test.each([
    ["text", '"text"'],
    ["null", "null"],
    ["number", "5"],
    ["list", "[1]"],
  ])("of %s is JSON", async (kind, text) => {
    const answer = await ask("GET", `/api/answers/${kind}`);
    expect([answer.status, answer.text, answer.headers.get("content-type")]).toEqual([
      200,
      text,
      "application/json; charset=utf-8",
    ]);
  });

  test("of nothing has no body", async () => {
    expect((await ask("GET", "/api/answers/nothing")).text).toBe("");
    expect((await ask("DELETE", "/api/things/mug")).status).toBe(204);
  });

  test("to work that goes on is 202", async () => {
    expect((await ask("GET", "/api/answers/going-on")).status).toBe(202);
  });

  test("may be kept by shared caches only where the contract says so, and never when it is a refusal", async () => {
    const kept = (await ask("GET", "/api/things")).headers;
    expect(kept.get("cache-control")).toBe("public, max-age=60, stale-while-revalidate=600");
    expect(kept.get("vary")).toBe("tradepost-market, accept-language");
    expect((await ask("GET", "/api/things?limit=x")).headers.get("cache-control")).toBe("no-store");
    expect((await ask("GET", "/api/answers/text")).headers.get("cache-control")).toBe("no-store");
  });
});

describe("a problem", () => {
  test("tells a refusal with its code, title, status and data", async () => {
    const { status, headers, body } = await ask("GET", "/api/failures/refusal");
    expect(status).toBe(409);
    expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(body).toEqual({
      type: "/api/docs/problems#SOLD_OUT",
      title: "Sold out.",
      status: 409,
      code: "SOLD_OUT",
      data: { sku: "MUG" },
      requestId: headers.get("x-request-id"),
    });
  });

  test.each(["fault", "library-400"])(
    "tells nothing of a fault, which is logged once with its cause: %s",
    async (kind) => {
      const from = logged.length;
      const { status, text, body } = await ask("GET", `/api/failures/${kind}`);
      expect([status, body.code, body.title]).toEqual([500, "INTERNAL", "Something went wrong on our side."]);
      expect(text).not.toContain(CARD);
      expect(logged.slice(from).map((line) => JSON.parse(line).msg)).toEqual(["request failed"]);
      expect(JSON.parse(logged[from]!)).toMatchObject({
        requestId: body.requestId,
        method: "GET",
        path: "/api/failures/:kind",
      });
    },
  );

  test("of a refusal is not logged", async () => {
    const from = logged.length;
    await ask("GET", "/api/failures/refusal");
    await ask("GET", "/nowhere");
    expect(logged.slice(from)).toEqual([]);
  });

  test("says when to come again, and how to be known", async () => {
    expect((await ask("GET", "/api/failures/outage")).headers.get("retry-after")).toBe("1");
    expect((await ask("GET", "/api/failures/too-many")).headers.get("retry-after")).toBe("1");
    expect((await ask("GET", "/api/failures/busy")).headers.get("retry-after")).toBe("7");
    expect((await ask("GET", "/api/failures/unauthenticated")).headers.get("www-authenticate")).toBe("Bearer");
  });

  test("is told when the deadline is over", async () => {
    const { status, body } = await ask("GET", "/api/hang");
    expect([status, body.code]).toEqual([504, "DEADLINE_EXCEEDED"]);
  });

  test.each([
    ["GET", "/nowhere", 404, "NOT_FOUND"],
    ["PATCH", "/api/things/mug", 405, "METHOD_NOT_ALLOWED"],
    ["DELETE", `/api/things/${"x".repeat(600)}`, 404, "NOT_FOUND"],
    ["GET", "/api/things/%E0%A4%A", 400, "INVALID_INPUT"],
    ["DELETE", "/api/things/a%00b", 400, "INVALID_INPUT"],
  ])("%s %s is %d %s, in the same form as every other", async (method, url, status, code) => {
    const answer = await app.inject({ method: method as "GET", url });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(Object.keys(answer.json())).toEqual(
      expect.arrayContaining(["type", "title", "status", "code", "requestId"]),
    );
    expect(answer.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-request-id": answer.json().requestId,
    });
  });
});

describe("every answer", () => {
  test.each(["/api/things", "/api/failures/fault", "/nowhere", "/plain", "/api/things?limit=x"])(
    "has the security headers: %s",
    async (path) => {
      const { headers } = await ask("GET", path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("strict-origin-when-cross-origin");
      expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("x-powered-by")).toBeNull();
      expect(headers.get("server")).toBeNull();
    },
  );

  test("carries the request's own id when it is a safe one, else a new one", async () => {
    const idFor = async (told: string) =>
      (await ask("GET", "/api/things", { headers: { "x-request-id": told } })).headers.get("x-request-id");
    expect(await idFor("order-4711-abc")).toBe("order-4711-abc");
    for (const unsafe of ["short", "x".repeat(65), "a b c d e f g", "<script>alert(1)</script>"])
      expect(await idFor(unsafe)).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor("order-4711-abc")).not.toBe((await ask("GET", "/api/things")).headers.get("x-request-id"));
  });
});

describe("an Idempotency-Key", () => {
  const keyed = (path: string, key?: string) =>
    ask("POST", path, { headers: key === undefined ? {} : { "idempotency-key": key } });

  test("is taken with or without quotes", async () => {
    expect((await keyed("/api/keyed", "abcdefgh")).body.key).toBe("abcdefgh");
    expect((await keyed("/api/keyed", '"abcdefgh"')).body.key).toBe("abcdefgh");
  });

  test.each(["short", "x".repeat(129), "with space", '"'])("that is malformed is refused: %s", async (key) => {
    for (const path of ["/api/keyed", "/api/keyed-maybe"]) {
      const { status, body } = await keyed(path, key);
      expect([status, body.code]).toEqual([400, "IDEMPOTENCY_KEY_REQUIRED"]);
    }
  });

  test("may be missing only where it is optional", async () => {
    expect((await keyed("/api/keyed")).body.code).toBe("IDEMPOTENCY_KEY_REQUIRED");
    expect((await keyed("/api/keyed-maybe")).body.key).toBeNull();
  });
});
