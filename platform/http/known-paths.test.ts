import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Operation } from "#kernel/contract";
import { createServer, mountOperations, type Mounting } from "../http.ts";
import { createLog } from "../log.ts";
import { shop } from "../testing-http.ts";

let app: FastifyInstance;
beforeAll(async () => {
  const log = createLog({ level: "error", write: () => {} });
  app = createServer(log);
  const invoke = async (operation: Operation) => ({ served: operation.name });
  const admit = async () => ({ deadlineAtMs: Date.now() + 10_000 }) as never;
  const mounting: Mounting = { pathOf: ({ path }) => `/api${path}`, log, mode: "strict", admit, invoke };
  mountOperations(app, Object.values(shop) as Operation[], mounting);
  mountOperations(app, Object.values(shop) as Operation[], {
    ...mounting,
    pathOf: ({ path }) => `/internal${path}`,
    mode: "lenient",
  });
  app.get("/things/list", async () => "all");
  app.post("/things/:thing", async () => "one");
  await app.ready();
});
afterAll(() => app.close());

const ask = (method: string, url: string) => app.inject({ method: method as "GET", url });

describe("a path that is there, by a method that it does not take", () => {
  test.each([
    ["PATCH", "/api/things/mug", "DELETE, POST"],
    ["DELETE", "/api/things", "GET, HEAD"],
    ["GET", "/api/things/a%2Fb?x=1", "DELETE, POST"],
    ["POST", "/api/uploads/a.png", "PUT"],
    ["OPTIONS", "/api/keyed", "POST"],
    ["DELETE", "/things/list", "GET, HEAD, POST"],
    ["DELETE", "/things/other", "POST"],
  ])("%s %s is answered 405 and told %s", async (method, url, allowed) => {
    const answer = await ask(method, url);
    expect([answer.statusCode, answer.json().code, answer.headers["allow"]]).toEqual([
      405,
      "METHOD_NOT_ALLOWED",
      allowed,
    ]);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  });
});

test.each([
  ["GET", "/nowhere"],
  ["PATCH", "/api/things/mug/handle"],
  ["PATCH", "/api/things/"],
  ["PATCH", `/api/things/${"x".repeat(600)}`],
  ["PATCH", "/internal/things/mug"],
  ["PATCH", "/apixthings"],
])("%s %s is not there, or not told of", async (method, url) => {
  const answer = await ask(method, url);
  expect([answer.statusCode, answer.json().code, answer.headers["allow"]]).toEqual([404, "NOT_FOUND", undefined]);
});

test("HEAD is answered as GET is, without the body", async () => {
  const [head, got] = await Promise.all([ask("HEAD", "/api/things"), ask("GET", "/api/things")]);
  expect([head.statusCode, head.body]).toEqual([200, ""]);
  for (const name of ["content-type", "content-length", "cache-control", "vary"])
    expect(head.headers[name], name).toBe(got.headers[name]);
  const refused = await ask("HEAD", "/api/things?limit=x");
  expect([refused.statusCode, refused.body]).toEqual([400, ""]);
  expect((await ask("HEAD", "/nowhere")).statusCode).toBe(404);
  expect((await ask("HEAD", "/api/keyed")).statusCode).toBe(405);
});
