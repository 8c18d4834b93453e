import { once } from "node:events";
import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createServer, safeRequestId } from "../http.ts";
import { createLog } from "../log.ts";
import type { WebAnswer, WebPage, WebRequest } from "../service.ts";
import { mountPages } from "./pages.ts";
import { SharedAnswers } from "./shared-answers.ts";

const LONG = "<li>A mug, blue</li>".repeat(500);
const world = {
  generation: 0,
  nowMs: 0,
  made: 0,
  served: [] as number[],
  seen: undefined as WebRequest | undefined,
  answer: (): WebAnswer | Promise<WebAnswer> => ({}),
};

let app: FastifyInstance;
let port: number;
beforeEach(async () => {
  const answer = () => ({ body: `${world.made} ${LONG}` });
  Object.assign(world, { generation: 0, nowMs: 1_000_000, made: 0, served: [], seen: undefined, answer });
  const answers = new SharedAnswers({
    generationOf: () => world.generation,
    now: () => world.nowMs,
    requestIdOf: safeRequestId,
    operationsBelow: "/api/",
  });
  app = createServer(createLog({ level: "error", write: () => {} }), { shared: answers });
  const handle: WebPage["handle"] = async (seen) => {
    world.made += 1;
    world.seen = seen;
    return world.answer();
  };
  const page: WebPage = { method: "GET", path: "/goods/:name", port: "public", summary: "", cacheSeconds: 60, handle };
  const pages = [
    { ...page, staleSeconds: 3_600 },
    { ...page, path: "/:place/all" },
  ];
  mountPages(app, pages, {
    contextFor: () => undefined as never,
    outsideOf: "/api/",
    sharing: {
      answers,
      sourceOf: () => ({ kind: "page", service: "shop", onServed: (status) => void world.served.push(status) }),
    },
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  port = (app.server.address() as { port: number }).port;
});
afterEach(() => app.close());

type Got = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly bytes: Buffer };

/** As it came: `fetch` would decompress. */
async function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Got> {
  const [answer] = (await once(request({ port, path, headers, method }).end(), "response")) as [IncomingMessage];
  const bytes: Buffer[] = [];
  for await (const chunk of answer) bytes.push(chunk as Buffer);
  return { status: answer.statusCode!, headers: answer.headers, bytes: Buffer.concat(bytes) };
}
const made = async (path: string, headers: Record<string, string> = {}) =>
  Number.parseInt((await get(path, headers)).bytes.toString(), 10);

describe("a page that is the same for everybody", () => {
  test("is made once, and the ready one has the same headers and bytes", async () => {
    const [first, second] = [await get("/goods/mug"), await get("/goods/mug")];
    const told = ({ headers }: Got) => ({ ...headers, date: "", "x-request-id": "" });
    expect(told(second)).toEqual(told(first));
    expect([second.bytes.equals(first.bytes), world.made, world.served]).toEqual([true, 1, [200]]);
    expect(first.headers).toMatchObject({
      "cache-control": "public, max-age=60, stale-while-revalidate=3600",
      "content-type": "text/html; charset=utf-8",
      vary: "accept-encoding",
    });
    expect((await get("/somewhere/all")).headers["cache-control"]).toBe("public, max-age=60");
  });

  test("depends on nothing but its address, and sees no more", async () => {
    await get("/goods/mug?size=m", { cookie: "session=abc", "accept-language": "de", "x-forwarded-proto": "https" });
    expect(world.seen).toMatchObject({ url: "/goods/mug?size=m", cookies: {}, query: { size: "m" } });
    expect(world.seen!.headers).toEqual({ host: `localhost:${port}`, "x-forwarded-proto": "https" });
    for (const [path, headers, expected] of [
      ["/goods/mug?size=m", { "x-forwarded-proto": "https", cookie: "session=other", "tradepost-market": "de" }, 1],
      ["/goods/mug?size=m", {}, 2],
      ["/goods/mug?size=m", { cookie: "session=abc" }, 2],
      ["/goods/mug?size=l", {}, 3],
      ["/goods/mug", {}, 4],
      ["/goods/mug", { host: "another.example" }, 5],
      ["/goods/mug", {}, 4],
    ] as const)
      expect(await made(path, headers), `${path} ${JSON.stringify(headers)}`).toBe(expected);
  });

  test("is one page for all who come by a campaign, and sees nothing of it", async () => {
    expect(await made("/goods/mug?utm_source=mail&size=m&gclid=one")).toBe(1);
    expect(world.seen).toMatchObject({ url: "/goods/mug?size=m", query: { size: "m" } });
    expect(await made("/goods/mug?size=m&gclid=another")).toBe(1);
    expect(await made("/goods/mug?size=m")).toBe(1);
  });

  test("is made anew when its service forgets something, and after some seconds", async () => {
    expect(await made("/goods/mug")).toBe(1);
    world.generation += 1;
    expect(await made("/goods/mug")).toBe(2);
    world.nowMs += 5_000;
    expect(await made("/goods/mug")).toBe(3);
  });

  test("is compressed once for each encoding, whose validators differ", async () => {
    const bodies = new Map<string, string>();
    const etags = new Set<string>();
    for (const [accepted, read] of [
      ["br, gzip", brotliDecompressSync],
      ["gzip", gunzipSync],
      ["identity", (bytes: Buffer) => bytes],
    ] as const) {
      world.made = 0;
      const [first, second] = [
        await get("/goods/mug", { "accept-encoding": accepted }),
        await get("/goods/mug", { "accept-encoding": accepted }),
      ];
      expect([second.headers.etag, second.bytes.equals(first.bytes), world.made]).toEqual([
        first.headers.etag,
        true,
        1,
      ]);
      etags.add(first.headers.etag!);
      bodies.set(accepted, read(second.bytes).toString());
      const known = await get("/goods/mug", { "accept-encoding": accepted, "if-none-match": first.headers.etag! });
      expect([known.status, known.bytes.length, known.headers.etag]).toEqual([304, 0, first.headers.etag]);
      expect(known.headers).not.toHaveProperty("content-encoding");
    }
    expect([etags.size, new Set(bodies.values()).size]).toEqual([3, 1]);
  });

  test("is 304 for who has it, ready or not", async () => {
    world.answer = () => ({ body: LONG });
    const { etag } = (await get("/goods/mug")).headers;
    world.generation += 1;
    for (const _ of ["made", "ready"]) {
      const { status, headers } = await get("/goods/mug", { "if-none-match": etag! });
      expect([status, headers["cache-control"]]).toEqual([304, "public, max-age=60, stale-while-revalidate=3600"]);
      expect(headers).not.toHaveProperty("content-type");
    }
    expect(world.served).toEqual([304]);
  });

  test("that two ask for is made once", async () => {
    const told = Promise.withResolvers<WebAnswer>();
    world.answer = () => told.promise;
    const asking = [get("/goods/mug"), get("/goods/mug"), get("/goods/cup")];
    await expect.poll(() => world.made).toBe(2);
    told.resolve({ body: "here" });
    expect((await Promise.all(asking)).map(({ bytes }) => bytes.toString())).toEqual(["here", "here", "here"]);
    expect(world.made).toBe(2);
  });

  test("that is forgotten while it is made is made anew for who comes then", async () => {
    const told = [Promise.withResolvers<WebAnswer>(), Promise.withResolvers<WebAnswer>()] as const;
    world.answer = () => told[world.made - 1]!.promise;
    const before = get("/goods/mug");
    await expect.poll(() => world.made).toBe(1);
    world.generation += 1;
    const after = get("/goods/mug");
    await expect.poll(() => world.made).toBe(2);
    told[1].resolve({ body: "new" });
    expect((await after).bytes.toString()).toBe("new");
    told[0].resolve({ body: "old" });
    expect((await before).bytes.toString()).toBe("old");
    expect((await get("/goods/mug")).bytes.toString()).toBe("new");
  });

  test("fails for all who wait for it, and is tried again for the next", async () => {
    world.answer = () => Promise.reject(new Error("no"));
    expect((await Promise.all([get("/goods/mug"), get("/goods/mug")])).map(({ status }) => status)).toEqual([500, 500]);
    world.answer = () => ({ body: "here" });
    expect((await get("/goods/mug")).status).toBe(200);
  });

  test("has a HEAD", async () => {
    const [head, got] = [await get("/goods/mug", {}, "HEAD"), await get("/goods/mug")];
    expect([head.status, head.bytes.length, head.headers.etag !== undefined]).toEqual([200, 0, true]);
    expect(head.headers["content-length"]).toBe(got.headers["content-length"]);
  });
});

describe("what such a page answers for one request", () => {
  test.each<[string, WebAnswer, string]>([
    ["a redirect", { status: 302, headers: { location: "/" } }, "no-store"],
    ["nothing there", { status: 404, body: "not here" }, "no-store"],
    ["nothing there, for a while", { status: 404, headers: { "cache-control": "max-age=5" } }, "max-age=5"],
    ["a cookie", { headers: { "Set-Cookie": "a=1" } }, "no-store"],
    ["its own word on caching", { headers: { "Cache-Control": "no-store" } }, "no-store"],
  ])("%s is sent as it says, and not kept", async (_, answer, caching) => {
    world.answer = () => answer;
    const [first, second] = [await get("/goods/mug"), await get("/goods/mug")];
    expect([first.headers["cache-control"], second.status, world.made]).toEqual([caching, answer.status ?? 200, 2]);
    expect(first.headers).not.toHaveProperty("etag");
  });

  test("a cookie is for the one who is given it, also when two wait", async () => {
    const go = Promise.withResolvers<void>();
    world.answer = async () => {
      const mine = world.made;
      await go.promise;
      return { headers: { "set-cookie": [`guest=${mine}`] } };
    };
    const asking = [get("/goods/mug"), get("/goods/mug")];
    await expect.poll(() => world.made).toBe(1);
    await new Promise(setImmediate);
    go.resolve();
    const cookies = (await Promise.all(asking)).map(({ headers }) => String(headers["set-cookie"]));
    expect(cookies.toSorted()).toEqual(["guest=1", "guest=2"]);
  });
});

test("who shows a token is answered, not from here", async () => {
  const headers = { authorization: "Basic x" };
  expect([await made("/goods/mug", headers), await made("/goods/mug"), await made("/goods/mug", headers)]).toEqual([
    1, 2, 3,
  ]);
});

test("no address of the API is a page", async () => {
  expect((await get("/apis/all")).status).toBe(200);
  const { status, headers } = await get("/api/all");
  expect([status, headers["content-type"]]).toEqual([404, "application/problem+json; charset=utf-8"]);
});
