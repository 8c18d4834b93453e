import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defineContract, definePublicPages } from "#kernel/contract";
import { internalKey, makeInternalKey, openIdentity } from "./internal-identity.ts";
import { defineService, type WebPage } from "./service.ts";
import { openProcess, serverOf, type Process } from "./testing-processes.ts";
import { doorService } from "./testing-transports.ts";

// A service that shows pages on the public port, and an edge that leads to it, in two processes.
const LONG = "<li>A mug, blue</li>".repeat(500);
const world = { made: 0, host: undefined as string | undefined };
const page = { method: "GET", port: "public", summary: "" } as const;
const shown: WebPage[] = [
  {
    ...page,
    path: "/pictures/:name",
    handle: async ({ parameters, query, headers }) =>
      headers["if-none-match"] === '"v1"'
        ? { status: 304, contentType: "image/png", headers: { etag: '"v1"' } }
        : {
            contentType: "image/png",
            body: Buffer.from(`${parameters["name"]} ${query["size"]} ${(world.made += 1)}`),
            headers: { etag: '"v1"', "cache-control": "public, max-age=60" },
          },
  },
  {
    ...page,
    method: "POST",
    path: "/pictures/:name",
    handle: async ({ form }) => ({ status: 303, body: JSON.stringify(form), headers: { location: "/done" } }),
  },
  {
    ...page,
    path: "/goods/:name",
    cacheSeconds: 60,
    handle: async ({ headers }) => {
      world.host = headers["host"];
      return { body: `${(world.made += 1)} ${LONG}` };
    },
  },
  {
    ...page,
    path: "/own/:kind",
    handle: async ({ parameters: { kind } }) => ({
      body: String((world.made += 1)),
      headers: {
        "cache-control": kind === "private" ? "private, max-age=60" : "public, max-age=60",
        ...(kind === "cookie" ? { "set-cookie": ["a=1", "b=2"] } : {}),
        ...(kind === "vary" ? { vary: "cookie" } : {}),
      },
    }),
  },
  { ...page, path: "/:place/all", handle: async () => ({ body: "all" }) },
  { ...page, path: "/*", handle: async ({ url }) => ({ body: `Nothing is at ${url}.` }) },
];
const contract = defineContract("pictures", {});
const pictures = defineService({ name: "pictures", contract, hasDatabase: false, operations: {}, pages: shown });
const identity = openIdentity({ key: internalKey.parse(makeInternalKey(["pictures"]).key)! });
definePublicPages(contract, shown);

const doorIdentity = openIdentity({ key: internalKey.parse(makeInternalKey(["door"]).key)! });
const openInner = () => openProcess(pictures, identity);
const openEdge = ({ url }: Process) => openProcess(doorService, doorIdentity, { urls: [url], contracts: [contract] });

let inner: Process;
let at: Process;
beforeAll(async () => {
  inner = await openInner();
  at = await openEdge(inner);
});
afterAll(async () => {
  await at?.stop();
  await inner?.stop();
});
beforeEach(() => {
  at.shop.advanceClock(1_000);
  inner.shop.advanceClock(5_000);
  world.made = 0;
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(at.url + path, { headers });
const body = async (path: string, headers: Record<string, string> = {}) => (await get(path, headers)).text();

test("a page has to be told in its contract, or nothing starts", () => {
  const start = () => serverOf(inner.shop, [pictures], identity);
  definePublicPages(contract, [{ method: "GET", path: "/pictures/:name" }]);
  expect(start).toThrow("its contract tells of (GET /pictures/:name)");
  definePublicPages(contract, []);
  expect(start).toThrow("shows the public pages (GET /*, GET /:place/all, GET /goods/:name");
  definePublicPages(contract, shown);
});

describe("a page of a service in another process", () => {
  test("is shown by the edge as it is: bytes, headers, forms", async () => {
    const picture = await get("/pictures/a%20b?size=2");
    expect([picture.status, await picture.text()]).toEqual([200, "a b 2 1"]);
    expect(Object.fromEntries(picture.headers)).toMatchObject({
      "content-type": "image/png",
      "cache-control": "public, max-age=60",
      etag: '"v1"',
    });
    expect((await get("/pictures/other", { "if-none-match": '"v1"' })).status).toBe(304);
    expect((await fetch(`${at.url}/pictures/a`, { method: "HEAD" })).headers.get("content-type")).toBe("image/png");
    const form = new URLSearchParams({ answer: "yes & no", other: "ü" });
    const posted = await fetch(`${at.url}/pictures/a`, { method: "POST", body: form, redirect: "manual" });
    expect([posted.status, posted.headers.get("location")]).toEqual([303, "/done"]);
    expect(await posted.json()).toEqual({ answer: "yes & no", other: "ü" });
  });

  test("is told the host that the client asked", async () => {
    await get("/goods/mug");
    expect(world.host).toBe(new URL(at.url).host);
  });

  test("is kept by the edge for a second when it is for everybody, with its own headers and validator", async () => {
    for (const [path, etag] of [
      ["/pictures/a", '"v1"'],
      ["/goods/cup", undefined],
    ] as const) {
      world.made = 0;
      const [first, second] = [await get(path), await get(path, { cookie: "a=1" })];
      expect([await second.text(), world.made]).toEqual([await first.text(), 1]);
      for (const name of [
        "cache-control",
        "content-type",
        "content-encoding",
        "content-security-policy",
        "etag",
        "vary",
      ])
        expect(second.headers.get(name), name).toBe(first.headers.get(name));
      expect(second.headers.get("etag")).toBe(etag ?? second.headers.get("etag"));
      expect((await get(path, { "if-none-match": second.headers.get("etag")! })).status).toBe(304);
      expect(world.made).toBe(1);
    }
    await get("/pictures/a");
    at.shop.advanceClock(1_000);
    expect(await body("/pictures/a")).toBe("a undefined 2");
  });

  test.each(["private", "cookie", "vary"])("is not kept when it is for one: %s", async (kind) => {
    expect([await body(`/own/${kind}`), await body(`/own/${kind}`)]).toEqual(["1", "2"]);
    if (kind === "cookie") expect((await get("/own/cookie")).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("is none below the API", async () => {
    expect(await body("/somewhere/all")).toBe("all");
    expect((await get("/api/all")).headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  });
});

describe("an address that leads nowhere", () => {
  test.each(["edge", "service"])("shows a browser the fallback's page: asked at the %s", async (where) => {
    const { url } = where === "edge" ? at : inner;
    const answer = await fetch(`${url}/nowhere?a=1`, { headers: { accept: "text/html,*/*;q=0.8" } });
    expect([answer.status, await answer.text()]).toEqual([404, "Nothing is at /nowhere?a=1."]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await (await fetch(`${url}/nowhere`)).json()).toMatchObject({ code: "NOT_FOUND" });
  });

  test("is a problem where two services would show their page", () => {
    const other = { ...pictures, name: "others" };
    expect(() => serverOf(inner.shop, [pictures, other], identity)).toThrow('2 services show a page at "/*".');
  });
});

test("a page of a process that is away is 503, as is the fallback's", async () => {
  const gone = await openInner();
  const edge = await openEdge(gone);
  await gone.stop();
  for (const path of ["/pictures/z", "/nowhere"])
    expect((await fetch(edge.url + path, { headers: { accept: "text/html" } })).status).toBe(503);
  await edge.stop();
});
