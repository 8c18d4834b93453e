import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../http.ts";
import { createLog } from "../log.ts";
import type { WebPage, WebRequest } from "../service.ts";
import { mountPages } from "./pages.ts";

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
  { path: "/html", handle: async () => ({ contentType: html, body: "<p>" }) },
  {
    path: "/own-policy",
    handle: async () => ({ contentType: html, headers: { "content-security-policy": "script-src 'self'" } }),
  },
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

  test("sets several cookies", async () => {
    const { headers } = await get("/cookies");
    expect([headers.getSetCookie(), headers.get("x-one")]).toEqual([["a=1; Path=/", "b=2"], "1"]);
  });

  test("of HTML may run nothing, unless it has a policy of its own", async () => {
    const policyOf = async (path: string) => (await get(path)).headers.get("content-security-policy");
    expect(await policyOf("/html")).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(await policyOf("/asks/x")).toBe(await policyOf("/html"));
    expect(await policyOf("/own-policy")).toBe("script-src 'self'");
    expect(await policyOf("/plain")).toBe("default-src 'none'; frame-ancestors 'none'");
  });
});
