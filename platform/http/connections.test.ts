import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Operation } from "#kernel/contract";
import { createServer, mountOperations } from "../http.ts";
import { createLog } from "../log.ts";
import { serve, shop } from "../testing-http.ts";

const SILENCE_MS = 300;
const logged: string[] = [];
let app: FastifyInstance;
let port: number;
beforeAll(async () => {
  const log = createLog({ level: "info", write: (line) => void logged.push(line) });
  app = createServer(log, { patience: { silenceMs: SILENCE_MS, requestMs: 60_000 } });
  mountOperations(app, Object.values(shop) as Operation[], {
    pathOf: ({ path }) => `/api${path}`,
    log,
    mode: "strict",
    admit: async () => ({ deadlineAtMs: Date.now() + 20_000 }) as never,
    invoke: (operation, input) => serve(operation, input as Record<string, any>, undefined),
  });
  app.get("/slow", async () => pause(SILENCE_MS * 4, { isDone: true }));
  await app.listen({ port: 0, host: "127.0.0.1" });
  port = (app.server.address() as { port: number }).port;
});
afterAll(() => app.close());

/** Sends the parts one after the other, `everyMs` apart, and resolves to all that came back until the connection was closed. */
function exchange(parts: readonly string[], everyMs = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", async () => {
      for (const part of parts) {
        if (socket.writable) socket.write(part);
        await pause(everyMs);
      }
    });
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}

function read(answer: string) {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head: head.toLowerCase(), body, problem: () => JSON.parse(body) };
}

const post = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

describe("what never becomes a request", () => {
  const start = "GET /api/things HTTP/1.1\r\n";
  test.each([
    ["is no HTTP", "HELO shop\r\n\r\n", 400, "INVALID_INPUT"],
    ["has a header without a name", `${start}Host: shop\r\n: x\r\n\r\n`, 400, "INVALID_INPUT"],
    ["names no host", `${start}Connection: close\r\n\r\n`, 400, "INVALID_INPUT"],
    ["has headers without end", `${start}Host: shop\r\nX-A: ${"a".repeat(70_000)}\r\n\r\n`, 431, "HEADERS_TOO_LARGE"],
    [
      "tells two lengths",
      `${post("/api/keyed", 2)}`.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\n{}"),
      400,
      "INVALID_INPUT",
    ],
    [
      "breaks off its chunks",
      "PUT /api/uploads/a HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      400,
      "INVALID_INPUT",
    ],
  ])("because it %s is answered as a problem, and its connection closed", async (_, sent, status, code) => {
    const answer = read(await exchange([sent]));
    expect([answer.status, answer.problem().code]).toEqual([status, code]);
    expect(answer.head).toContain("content-type: application/problem+json; charset=utf-8");
    expect(answer.head).toContain(`x-request-id: ${answer.problem().requestId}`);
    expect(answer.head).toContain("x-content-type-options: nosniff");
    expect(answer.head).toContain(`content-length: ${Buffer.byteLength(answer.body)}`);
    expect(answer.body).not.toContain("data");
  });

  test("does not disturb the answer before it", async () => {
    const both = await exchange([`${start}Host: shop\r\n\r\n`, "HELO\r\n\r\n"], 100);
    expect(both.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
  });
});

describe("a client that falls silent", () => {
  test.each([
    ["in its body", post("/api/things/mug", 100) + '{"count":'],
    ["before its body", post("/api/things/mug", 100)],
    ["in a stream", `PUT /api/uploads/a HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\nabc`],
    ["in its headers", "GET /api/things HTTP/1.1\r\nHost: sh"],
  ])("%s is answered 408", async (_, sent) => {
    const from = logged.length;
    const answer = read(await exchange([sent]));
    expect([answer.status, answer.problem().code]).toEqual([408, "REQUEST_TIMEOUT"]);
    expect(answer.head).toContain("connection: close");
    expect(logged.slice(from)).toEqual([]);
  });

  test("before it has said anything, or after its answer, is told nothing", async () => {
    expect(await exchange([])).toBe("");
    expect(
      (await exchange(["GET /api/answers/text HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"])).match(/HTTP\/1/g),
    ).toHaveLength(1);
  });
});

describe("a client that has patience with us", () => {
  test("waits as long as the operation takes", async () => {
    const answer = read(await exchange(["GET /slow HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"]));
    expect([answer.status, answer.problem()]).toEqual([200, { isDone: true }]);
  });

  test("may send a stream for as long as it sends something", async () => {
    const parts = Array.from({ length: 12 }, () => "0123456789");
    const head = "PUT /api/uploads/a HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: 120\r\n\r\n";
    const answer = read(await exchange([head, ...parts], SILENCE_MS / 3));
    expect([answer.status, answer.problem()]).toEqual([200, { name: "a", bytes: 120 }]);
  });
});

test("a client that hangs up in the middle of its body is no fault of ours", async () => {
  const from = logged.length;
  const socket = connect(port, "127.0.0.1", () => socket.write(post("/api/things/mug", 100) + "{"));
  socket.on("error", () => {});
  await pause(50);
  socket.destroy();
  await pause(100);
  expect(logged.slice(from)).toEqual([]);
});
