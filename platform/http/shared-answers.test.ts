import { once } from "node:events";
import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "#kernel/contract";
import { refuse } from "#kernel/refusal";
import { createServer, mountOperations, safeRequestId } from "../http.ts";
import { createLog } from "../log.ts";
import { shop } from "../testing-http.ts";
import { SharedAnswers } from "./shared-answers.ts";

let app: FastifyInstance;
let url: string;
const world = {
  generation: 0,
  nowMs: 0,
  made: 0,
  counted: 0,
  mayAsk: true,
  isElsewhere: false,
  status: 200,
  duringCall: () => {},
};
const atFirst = { ...world, nowMs: 1_000_000 };

beforeEach(() => open());
afterEach(() => app.close());

async function open(told: Partial<typeof world> = {}): Promise<void> {
  Object.assign(world, atFirst, told);
  const log = createLog({ level: "error", write: () => {} });
  const count = () => {
    if (!world.mayAsk) throw refuse.TOO_MANY_REQUESTS();
    world.counted += 1;
  };
  const answers = new SharedAnswers({
    generationOf: () => (world.isElsewhere ? undefined : world.generation),
    now: () => world.nowMs,
    requestIdOf: safeRequestId,
    operationsBelow: "/api/",
  });
  app = createServer(log, { shared: answers });
  mountOperations(app, Object.values(shop) as Operation[], {
    pathOf: ({ path }) => `/api${path}`,
    log,
    mode: "strict",
    sharing: { answers, sourceOf: ({ service }) => ({ kind: "operation", service, count }) },
    admit: async () => {
      count();
      return { deadlineAtMs: Date.now() + 10_000 } as never;
    },
    invoke: async () => {
      world.made += 1;
      const answer = { made: world.made };
      world.duringCall();
      return answer;
    },
    forwarder: () =>
      world.isElsewhere
        ? async () => ({
            status: world.status,
            headers: { "content-type": "application/json; charset=utf-8", etag: '"of the other"' },
            bytes: Buffer.from(JSON.stringify({ made: ++world.made })),
          })
        : undefined,
  });
  url = `${await app.listen({ port: 0, host: "127.0.0.1" })}/api`;
}

async function openElsewhere(): Promise<void> {
  await app.close();
  await open({ isElsewhere: true });
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers });
const made = async (path: string, headers: Record<string, string> = {}) => (await get(path, headers)).json();

describe("an answer that is the same for everybody", () => {
  test("is made once, and the ready one has the same headers and bytes", async () => {
    const [first, second] = [await get("/things?limit=5"), await get("/things?limit=5")];
    expect([await first.text(), world.made]).toEqual([await second.text(), 1]);
    const told = (answer: Response) =>
      Object.fromEntries([...answer.headers].filter(([name]) => !["date", "x-request-id"].includes(name)));
    expect(told(second)).toEqual(told(first));
    expect(second.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect((await get("/things?limit=5", { "x-request-id": "from-a-client" })).headers.get("x-request-id")).toBe(
      "from-a-client",
    );
  });

  test("is made anew when something changed, after some seconds, for another address, market or language", async () => {
    expect(await made("/things")).toEqual({ made: 1 });
    world.generation += 1;
    expect(await made("/things")).toEqual({ made: 2 });
    world.nowMs += 5_000;
    expect(await made("/things")).toEqual({ made: 3 });
    expect(await made("/things?limit=3")).toEqual({ made: 4 });
    expect(await made("/things", { "tradepost-market": "de" })).toEqual({ made: 5 });
    expect(await made("/things", { "accept-language": "de" })).toEqual({ made: 6 });
    expect(await made("/things")).toEqual({ made: 3 });
  });

  test("is not kept when something changed while it was made", async () => {
    world.duringCall = () => void (world.generation += 1);
    expect([await made("/things"), await made("/things")]).toEqual([{ made: 1 }, { made: 2 }]);
  });

  test("is neither kept for nor given to somebody who shows a token", async () => {
    expect(await made("/things", { authorization: "Bearer x" })).toEqual({ made: 1 });
    expect(await made("/things")).toEqual({ made: 2 });
    expect(await made("/things", { authorization: "Bearer x" })).toEqual({ made: 3 });
  });

  test("counts against what a client may ask", async () => {
    await made("/things");
    await made("/things");
    expect(world.counted).toBe(2);
    world.mayAsk = false;
    expect((await get("/things")).status).toBe(429);
  });

  test("is 304 without a body for who has it, ready or not", async () => {
    const etag = (await get("/things")).headers.get("etag")!;
    for (const generation of [0, 0]) {
      world.generation = generation;
      const answer = await get("/things", { "if-none-match": `"other", W/${etag}` });
      expect([answer.status, await answer.text(), answer.headers.get("etag")]).toEqual([304, "", etag]);
      expect(answer.headers.get("cache-control")).toContain("max-age");
    }
    world.nowMs += 60_000;
    world.made = 0; // the same bytes again
    expect((await get("/things", { "if-none-match": etag })).status).toBe(304);
    expect((await get("/things", { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("is given neither for nor by an address that is written in full", async () => {
    const { port } = app.server.address() as { port: number };
    const full = async (headers: Record<string, string> = {}) => {
      const asking = request({ port, path: `${url}/things`, headers });
      const [answer] = (await once(asking.end(), "response")) as [IncomingMessage];
      return JSON.parse(await text(answer));
    };
    expect([await full(), await full({ "tradepost-market": "de" })]).toEqual([{ made: 1 }, { made: 2 }]);
    expect([await made("/things"), await full()]).toEqual([{ made: 3 }, { made: 4 }]);
  });

  test("has a HEAD, which is not kept", async () => {
    await made("/things");
    const answer = await fetch(`${url}/things`, { method: "HEAD" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});

describe("an answer of another process that is the same for everybody", () => {
  beforeEach(openElsewhere);

  test("is kept for a second, with the same headers and a validator", async () => {
    const [first, second] = [await get("/things"), await get("/things")];
    expect([await first.text(), world.made]).toEqual([await second.text(), 1]);
    for (const name of ["cache-control", "content-type", "etag", "vary"])
      expect(second.headers.get(name), name).toBe(first.headers.get(name));
    expect((await get("/things", { "if-none-match": first.headers.get("etag")! })).status).toBe(304);
    world.nowMs += 1_000;
    expect(await made("/things")).toEqual({ made: 2 });
  });

  test("is not kept when it is no success, or made for somebody who shows a token", async () => {
    expect(await made("/things", { authorization: "Bearer x" })).toEqual({ made: 1 });
    world.status = 503;
    expect([(await get("/things")).headers.get("cache-control"), await made("/things")]).toEqual([
      "no-store",
      { made: 3 },
    ]);
    world.status = 200;
    expect(await made("/things")).toEqual({ made: 4 });
  });
});

/** Answers of a page without a server around them. */
function openAnswers(now: () => number = () => 0) {
  const answers = new SharedAnswers({ generationOf: () => 1, now, requestIdOf: () => "id" });
  const source = { kind: "page", service: "storefront" } as const;
  const asked = (url: string) => ({ method: "GET", url, headers: { host: "shop" }, socket: {} }) as IncomingMessage;
  const sent: Uint8Array[] = [];
  const response = { writeHead: () => ({ end: (bytes: Uint8Array) => void sent.push(bytes) }) };
  return {
    sent,
    keep: (url: string, bytes: Uint8Array) =>
      answers.keep(answers.basisOf(asked(url), source)!, {
        source,
        bytes,
        etag: undefined,
        headers: {},
        cacheSeconds: 60,
      }),
    isServed: (url: string) => answers.serve(asked(url), response as unknown as ServerResponse),
  };
}

test("what is kept of an answer is its bytes, not the memory around them", () => {
  const { keep, isServed, sent } = openAnswers();
  const bytes = Buffer.alloc(65_536, "a").subarray(100, 200);
  keep("/", bytes);
  expect(isServed("/")).toBe(true);
  expect([Buffer.from(sent[0]!).equals(bytes), sent[0]!.buffer.byteLength]).toEqual([true, 100]);
});

test("what was made at the same time is not made anew at the same time, and nothing later than after five seconds", () => {
  let nowMs = 0;
  const { keep, isServed } = openAnswers(() => nowMs);
  const urls = Array.from({ length: 100 }, (_, index) => `/${index}`);
  for (const url of urls) keep(url, Buffer.from("page"));
  const readyAfter = (ms: number) => {
    nowMs = ms;
    return urls.filter(isServed).length;
  };
  expect(readyAfter(3_749)).toBe(100);
  const later = readyAfter(4_375);
  expect(later > 0 && later < 100).toBe(true);
  expect(readyAfter(5_000)).toBe(0);
});
