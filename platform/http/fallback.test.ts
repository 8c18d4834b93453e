import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "#kernel/contract";
import { createServer, mountOperations } from "../http.ts";
import { createLog } from "../log.ts";
import type { WebAnswer, WebPage } from "../service.ts";
import { shop } from "../testing-http.ts";
import { mountPages, pageHandler } from "./pages.ts";

const asked: string[] = [];
let answer: () => Promise<WebAnswer>;
let app: FastifyInstance;
beforeEach(async () => {
  asked.length = 0;
  answer = async () => ({ body: "Nothing is here." });
  const page: WebPage = {
    method: "GET",
    path: "/*",
    port: "public",
    summary: "",
    handle: async ({ url }) => {
      asked.push(url);
      return answer();
    },
  };
  const form: WebPage = { ...page, method: "POST", path: "/cart/add", handle: async () => ({}) };
  const mounting = { contextFor: () => undefined as never };
  const log = createLog({ level: "error", write: () => {} });
  app = createServer(log, { fallback: { outsideOf: "/api/", answer: pageHandler(page, mounting) } });
  mountPages(app, [page, form, { ...form, method: "GET", path: "/goods/:name" }], mounting);
  mountOperations(app, Object.values(shop) as Operation[], {
    pathOf: ({ path }) => `/api/v1${path}`,
    log,
    mode: "strict",
    admit: async () => ({ deadlineAtMs: Date.now() + 10_000 }) as never,
    invoke: async () => ({}),
  });
  await app.ready();
});
afterEach(() => app.close());

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const ask = (method: string, url: string, accept = BROWSER) =>
  app.inject({ method: method as "GET", url, headers: { accept } });

describe("a browser at an address that leads nowhere", () => {
  test.each(["/nowhere?a=1", "/", "/a/b/c", "/apis", "/goods/%E0%A4%A", `/goods/${"x".repeat(600)}`])(
    "sees the fallback's page: %s",
    async (url) => {
      const { statusCode, body, headers } = await ask("GET", url);
      expect([statusCode, body, headers["content-type"]]).toEqual([
        404,
        "Nothing is here.",
        "text/html; charset=utf-8",
      ]);
      expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
      expect(headers["x-request-id"]).toBeDefined();
      expect(asked).toEqual([url]);
    },
  );

  test("is answered by HEAD as by GET", async () => {
    const { statusCode, body, headers } = await ask("HEAD", "/nowhere");
    expect([statusCode, body, headers["content-type"]]).toEqual([404, "", "text/html; charset=utf-8"]);
  });

  test("sees the status that the page tells, and a problem when the page fails", async () => {
    answer = async () => ({ status: 410 });
    expect((await ask("GET", "/nowhere")).statusCode).toBe(410);
    answer = async () => Promise.reject(new Error("no"));
    for (const url of ["/nowhere", "/%E0%A4%A"])
      expect((await ask("GET", url)).json()).toMatchObject({ status: 500, code: "INTERNAL" });
  });
});

test.each([
  ["POST", "/nowhere", BROWSER, 404, "NOT_FOUND"],
  ["GET", "/nowhere", "*/*", 404, "NOT_FOUND"],
  ["GET", "/nowhere", "application/json", 404, "NOT_FOUND"],
  ["GET", "/%E0%A4%A", "*/*", 400, "INVALID_INPUT"],
  ["GET", "/api/v1/nowhere", BROWSER, 404, "NOT_FOUND"],
  ["GET", "/api/v2/things", BROWSER, 404, "NOT_FOUND"],
  ["GET", "/api/%E0%A4%A", BROWSER, 400, "INVALID_INPUT"],
  ["GET", "/cart/add", BROWSER, 405, "METHOD_NOT_ALLOWED"],
  ["PATCH", "/api/v1/things/mug", BROWSER, 405, "METHOD_NOT_ALLOWED"],
])("%s %s by who accepts %s is a problem as ever", async (method, url, accept, status, code) => {
  const told = await ask(method, url, accept);
  expect([told.statusCode, told.json().code, asked]).toEqual([status, code, []]);
  expect(told.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
});
