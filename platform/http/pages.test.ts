import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../http.ts";
import { createLog } from "../log.ts";
import type { WebPage, WebRequest } from "../service.ts";
import { mountPages } from "./pages.ts";

const LONG = "<li>A mug, blue</li>".repeat(500);
let app: FastifyInstance;
let origin: string;
let asked: WebRequest;

const html = "text/html; charset=utf-8";
const shown: readonly Partial<WebPage>[] = [
  { method: "POST", path: "/form", handle: async ({ form }) => ({ body: JSON.stringify(form) }) },
  {
    path: "/plain",
    handle: async () => ({ status: 203, contentType: "text/css", body: "a{}", headers: { "cache-control": "public" } }),
  },
  {
    path: "/asks/:name",
    handle: async (request) => {
      asked = request;
      return {};
    },
  },
  { path: "/cookies", handle: async () => ({ headers: { "set-cookie": ["a=1; Path=/", "b=2"], "x-one": "1" } }) },
  { path: "/no-cookies", handle: async () => ({ headers: { "set-cookie": [] } }) },
  { path: "/html", handle: async () => ({ contentType: html, body: "<p>" }) },
  {
    path: "/own-policy",
    handle: async () => ({ contentType: html, headers: { "content-security-policy": "script-src 'self'" } }),
  },
  {
    path: "/long",
    handle: async () => ({ body: LONG, headers: { vary: "cookie" } }),
  },
  { path: "/short", handle: async () => ({ body: "x".repeat(1_023) }) },
  { path: "/picture", handle: async () => ({ contentType: "image/png", body: Buffer.from(LONG) }) },
  {
    path: "/drawing",
    handle: async () => ({ contentType: "image/svg+xml", body: Buffer.from(LONG), headers: { etag: '"v1"' } }),
  },
  { path: "/encoded", handle: async () => ({ body: LONG, headers: { "content-encoding": "zstd", etag: '"v1"' } }) },
];

beforeAll(async () => {
  app = createServer(createLog({ level: "error", write: () => {} }));
  const pages = shown.map((page) => ({ method: "GET", port: "public", summary: "", ...page }) as WebPage);
  mountPages(app, pages, { contextFor: () => undefined as never });
  origin = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(origin + path, { headers });

describe("a page", () => {
  test("gets the fields of a form", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetch(`${origin}/form`, { method: "POST", body: "name=A+%26+B&n=1", headers });
    expect(await answer.json()).toEqual({ name: "A & B", n: "1" });
    expect(answer.headers.get("content-type")).toBe(html);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("gets its address, its parameters, the query with repeated names, and cookies", async () => {
    await get("/asks/a%2Fb?size=m&colour=red&size=l&q=a+b%26", { cookie: "session=abc; session=other; cart=%20" });
    expect(asked).toMatchObject({
      url: "/asks/a%2Fb?size=m&colour=red&size=l&q=a+b%26",
      parameters: { name: "a/b" },
      query: { size: "m", colour: "red", q: "a b&" },
      cookies: { session: "abc", cart: " " },
      form: {},
    });
    expect(asked.search.getAll("size")).toEqual(["m", "l"]);
    await get("/asks/x");
    expect([asked.query, { ...asked.cookies }, asked.search.size]).toEqual([{}, {}, 0]);
  });

  test("says its own status, type and headers", async () => {
    const { status, headers } = await get("/plain");
    expect([status, headers.get("content-type"), headers.get("cache-control")]).toEqual([203, "text/css", "public"]);
  });

  test("sets several cookies, or none", async () => {
    const { headers } = await get("/cookies");
    expect([headers.getSetCookie(), headers.get("x-one")]).toEqual([["a=1; Path=/", "b=2"], "1"]);
    expect((await get("/no-cookies")).headers.getSetCookie()).toEqual([]);
  });

  test("of HTML may run nothing, unless it has a policy of its own", async () => {
    const policyOf = async (path: string) => (await get(path)).headers.get("content-security-policy");
    expect(await policyOf("/html")).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(await policyOf("/asks/x")).toBe(await policyOf("/html"));
    expect(await policyOf("/own-policy")).toBe("script-src 'self'");
    expect(await policyOf("/plain")).toBe("default-src 'none'; frame-ancestors 'none'");
  });
});

describe("text of a page", () => {
  test.each([
    ["gzip, deflate, br", "br"],
    ["gzip", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["identity", null],
    ["br;q=0, gzip;q=0", null],
  ])("is compressed as the client wants: %s", async (accepted, encoding) => {
    const answer = await get("/long", { "accept-encoding": accepted });
    expect(await answer.text()).toBe(LONG);
    const { headers } = answer;
    expect([headers.get("content-encoding"), headers.get("vary")]).toEqual([encoding, "cookie, accept-encoding"]);
    expect(Number(headers.get("content-length")) < LONG.length).toBe(encoding !== null);
    const head = await fetch(`${origin}/long`, { method: "HEAD", headers: { "accept-encoding": accepted } });
    expect(head.headers.get("content-length")).toBe(headers.get("content-length"));
  });

  test.each(["/short", "/picture"])("is sent as it is when that is as good: %s", async (path) => {
    const { headers } = await get(path, { "accept-encoding": "br" });
    expect([headers.get("content-encoding"), headers.get("vary")]).toEqual([null, null]);
  });

  test("is sent as it is when the page has compressed it", async () => {
    const { headers } = await get("/encoded", { "accept-encoding": "br" });
    expect([headers.get("content-encoding"), headers.get("etag")]).toEqual(["zstd", '"v1"']);
  });

  test("has a validator for each encoding, if the page has one", async () => {
    for (const [accepted, etag] of [
      ["br", '"v1-br"'],
      ["gzip", '"v1-gzip"'],
      ["identity", '"v1"'],
    ] as const) {
      const headers = { "accept-encoding": accepted };
      expect((await get("/drawing", headers)).headers.get("etag")).toBe(etag);
      const again = await get("/drawing", { ...headers, "if-none-match": etag });
      expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
    }
    expect((await get("/drawing", { "accept-encoding": "br", "if-none-match": '"v1-gzip"' })).status).toBe(200);
  });
});
