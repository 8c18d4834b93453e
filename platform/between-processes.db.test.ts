import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { FAILURES_TO_OPEN } from "./client/breaker.ts";
import { internalKey, internalTrust, makeInternalKey, openIdentity } from "./internal-identity.ts";
import { testIdentity } from "./testing.ts";
import {
  answers,
  breaksOff,
  deadAddress,
  hangs,
  hangsUp,
  misbehaving,
  type Behaviour,
  type Server,
} from "./testing-client.ts";
import { openProcess, type Process } from "./testing-processes.ts";
import { doorService, stockService } from "./testing-transports.ts";

// Processes of a fleet, in one: `stock` and an edge behind ports of their own, each with a key that speaks for itself only.
const door = makeInternalKey(["door"]);
const ofStock = makeInternalKey(["stock"]);
const trusted = internalTrust.parse(JSON.stringify({ keys: [door.trusted, ofStock.trusted] }))!;
const identityOf = (made: { key: string }) => openIdentity({ key: internalKey.parse(made.key)!, trusted });

const openStock = (port?: number) => openProcess(stockService, identityOf(ofStock), port === undefined ? {} : { port });
const openEdge = (...urls: string[]) => openProcess(doorService, identityOf(door), { urls });

let behind: Process;
let edge: Process;
beforeAll(async () => {
  behind = await openStock();
  edge = await openEdge(behind.url);
});
afterAll(async () => {
  await edge.stop();
  await behind.stop();
});

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0).toReversed()) await one.stop();
});
function later<Started extends { stop(): Promise<void> }>(one: Started): Started {
  started.push(one);
  return one;
}

type Answer = { status: number; headers: Headers; text: string; body: any };
async function ask(at: { url: string }, method: string, path: string, body?: object, headers = {}): Promise<Answer> {
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(`${at.url}/api${path}`, {
    method,
    headers: { ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === "" ? undefined : JSON.parse(text) };
}

/** Calls `stock` as no service of ours would. */
async function askInside(path: string, told: object, proof: string | undefined): Promise<Response> {
  const context = { actor: { kind: "anonymous" }, remainingMs: 5_000, ...told };
  const headers = {
    "tradepost-context": Buffer.from(JSON.stringify(context)).toString("base64url"),
    ...(proof === undefined ? {} : { "tradepost-internal": proof }),
  };
  return fetch(`${behind.url}/internal/stock${path}`, { method: path === "/hang" ? "POST" : "GET", headers });
}

describe("the internal address", () => {
  const good = () => identityOf(door).prove("door", "stock");

  test("answers who proves that it may speak for the caller", async () => {
    expect((await askInside("/whoAsks", { caller: "door" }, await good())).status).toBe(200);
  });

  test.each<[string, () => Promise<string | undefined>]>([
    ["no proof", async () => undefined],
    ["an empty one", async () => ""],
    ["a word", async () => "wrong"],
    ["a changed one", async () => (await good()).slice(0, -2)],
    ["one for another service", () => identityOf(door).prove("door", "catalog")],
    ["one of a key that nobody trusts", () => testIdentity.prove("door", "stock")],
    ["one of a key that may not speak for the caller", () => identityOf(ofStock).prove("door", "stock")],
    ["one of another caller than the context's", () => identityOf(ofStock).prove("stock", "stock")],
  ])("is not there for who has %s", async (_, prove) => {
    const answer = await askInside("/whoAsks", { caller: "door" }, await prove());
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: "NOT_FOUND" })]);
  });

  test("gives the time that is left, whatever the caller's clock says", async () => {
    const [hourAgo, inAnHour] = [Date.now() - 3_600_000, Date.now() + 3_600_000];
    const asked = (path: string, told: object) =>
      good().then((proof) => askInside(path, { caller: "door", ...told }, proof));
    expect((await asked("/whoAsks", { deadlineAtMs: hourAgo })).status).toBe(200);
    expect((await asked("/hang", { deadlineAtMs: inAnHour, remainingMs: 50 })).status).toBe(504);
    expect((await asked("/whoAsks", { deadlineAtMs: inAnHour, remainingMs: 0 })).status).toBe(504);
  });

  test("that does not take the edge's proof is an outage at the edge, not a thing that is not there", async () => {
    const stranger = later(await openProcess(doorService, testIdentity, { urls: [behind.url] }));
    const { status, body, headers } = await ask(stranger, "GET", "/stock");
    expect([status, body.code, headers.get("retry-after")]).toEqual([503, "SERVICE_UNAVAILABLE", "1"]);
  });
});

describe("an edge passes on", () => {
  const upstream = async (...behaviours: Behaviour[]) => {
    const server = later(await misbehaving(...behaviours));
    return { server, at: later(await openEdge(server.url)) };
  };

  test("the bytes, the status and what they say of themselves; how long to keep them is its own", async () => {
    const odd = '{ "received" :  1.0 }';
    const told = {
      "idempotency-replayed": "true",
      "x-inner": "no",
      "cache-control": "public, max-age=9",
      "set-cookie": "a=b",
    };
    const { at } = await upstream(answers(202, odd, told));
    const { status, text, headers } = await ask(at, "GET", "/stock");
    expect([status, text]).toEqual([202, odd]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/json",
      "content-length": String(odd.length),
      "idempotency-replayed": "true",
      "cache-control": "no-store",
      "x-admitted": "yes",
    });
    for (const name of ["x-inner", "set-cookie", "tradepost-admitted"]) expect(headers.has(name), name).toBe(false);
  });

  test("an answer without a body, and the head of one", async () => {
    const { at } = await upstream(answers(204, ""));
    expect((await ask(at, "DELETE", "/stock/MUG")).status).toBe(204);
    const head = await ask(edge, "HEAD", "/stock");
    expect([head.status, head.text, Number(head.headers.get("content-length"))]).toEqual([200, "", expect.any(Number)]);
  });

  test("a refusal as it is, with the request's own id and how long to wait", async () => {
    const id = { "x-request-id": "request-from-outside" };
    const soldOut = await ask(edge, "POST", "/failures", { how: "with data" }, id);
    expect([soldOut.status, soldOut.body]).toEqual([
      409,
      expect.objectContaining({ code: "SOLD_OUT", data: { sku: "MUG", left: 0 }, requestId: "request-from-outside" }),
    ]);
    expect(soldOut.headers.get("cache-control")).toBe("no-store");
    const { at } = await upstream(answers(429, { code: "TOO_MANY_REQUESTS", title: "No." }, { "retry-after": "7" }));
    expect((await ask(at, "GET", "/stock")).headers.get("retry-after")).toBe("7");
  });

  test("a fault without its text, logged where it happened", async () => {
    const fault = await ask(edge, "POST", "/failures", { how: "by a fault" }, { "x-request-id": "request-of-fault" });
    expect([fault.status, fault.body.code, fault.body.requestId]).toEqual([500, "INTERNAL", "request-of-fault"]);
    const linesOf = (process: Process) => process.shop.logged.filter((line) => line.includes("request-of-fault"));
    expect([linesOf(behind).length, linesOf(edge).length]).toEqual([1, 0]);
  });

  test("nothing that its own check refuses", async () => {
    const { server, at } = await upstream(answers(200));
    expect((await ask(at, "GET", "/stock?colour=red")).status).toBe(400);
    expect((await ask(at, "GET", "/who")).status).toBe(404);
    expect(server.seen).toEqual([]);
  });

  test("no answer that broke off in the middle: another one, or none", async () => {
    const { at: mended } = await upstream(breaksOff, answers(200));
    expect(await ask(mended, "GET", "/stock")).toMatchObject({ status: 200, body: { ok: true } });
    const { at } = await upstream(breaksOff);
    expect(await ask(at, "GET", "/stock")).toMatchObject({ status: 503, body: { code: "SERVICE_UNAVAILABLE" } });
    const { at: unknown } = await upstream(breaksOff);
    expect(await ask(unknown, "POST", "/failures", { how: "x" })).toMatchObject({
      status: 504,
      body: { code: "OUTCOME_UNKNOWN" },
    });
  });
});

describe("a client that hangs up", () => {
  async function hangUpOn(
    method: string,
    path: string,
  ): Promise<{ server: Server; at: Process; inner: IncomingMessage }> {
    const server = later(await misbehaving(hangs));
    const at = later(await openEdge(server.url));
    const asking = httpRequest(`${at.url}/api${path}`, { method }).on("error", () => {});
    asking.end();
    await expect.poll(() => server.seen.length).toBe(1);
    asking.destroy();
    return { server, at, inner: server.seen[0]! };
  }

  test("ends what it asked for, when that changes nothing", async () => {
    const { inner } = await hangUpOn("GET", "/stock");
    if (!inner.socket.destroyed) await once(inner.socket, "close");
    expect(inner.socket.destroyed).toBe(true);
  });

  test("does not end what may change something", async () => {
    const { inner, server, at } = await hangUpOn("DELETE", "/stock/MUG");
    // The next request has been through the edge since: what the client's end brought about has happened.
    await ask(at, "GET", "/stock?limit=x");
    expect(inner.socket.destroyed).toBe(false);
    await server.stop();
  });
});

describe("a stream", () => {
  test("is read as fast as the service behind takes it, and arrives whole", async () => {
    let inner: IncomingMessage | undefined;
    const server = later(await misbehaving((_, request) => void (inner = request.pause())));
    const at = later(await openEdge(server.url));
    const [part, parts] = [Buffer.alloc(1_048_576, "x"), 64];
    const asking = httpRequest(`${at.url}/api/uploads/a.csv`, {
      method: "PUT",
      headers: { "content-type": "text/csv" },
    });
    const answered = once(asking, "response") as Promise<[IncomingMessage]>;
    let sent = 0;
    const send = async () => {
      for (; sent < parts; sent++) if (!asking.write(part)) await once(asking, "drain");
      asking.end();
    };
    const sending = send();
    await expect.poll(() => inner, { timeout: 10_000 }).toBeDefined();
    let before = -1;
    await expect.poll(() => before === (before = sent), { interval: 300, timeout: 20_000 }).toBe(true);
    expect(sent).toBeLessThan(parts / 2);
    let bytes = 0;
    inner!.on("data", (chunk: Buffer) => (bytes += chunk.length)).resume();
    await Promise.all([sending, once(inner!, "end")]);
    expect(bytes).toBe(part.length * parts);
    await server.stop();
    expect((await answered)[0].statusCode).toBe(503);
  });

  test("is refused in the middle as it would be in one process, and the connection goes on", async () => {
    const server = later(
      await misbehaving(
        (response) => void response.writeHead(413, { "content-type": "application/problem+json" }).end("{}"),
      ),
    );
    const at = later(await openEdge(server.url));
    const body = Buffer.alloc(8_388_608);
    const init = { method: "PUT", headers: { "content-type": "text/csv" }, body };
    expect((await fetch(`${at.url}/api/uploads/a.csv`, init)).status).toBe(413);
  });
});

describe("a service", () => {
  test("that is down is 503 with Retry-After, and works again by itself once it is back", async () => {
    const first = await openStock();
    const at = later(await openEdge(first.url));
    expect((await ask(at, "GET", "/stock")).status).toBe(200);
    await first.stop();
    for (let time = 0; time < 10; time++) {
      const { status, body, headers } = await ask(at, "GET", "/stock");
      expect([status, body.code, headers.get("retry-after")]).toEqual([503, "SERVICE_UNAVAILABLE", "1"]);
    }
    later(await openStock(Number(new URL(first.url).port)));
    await expect.poll(async () => (await ask(at, "GET", "/stock")).status, { timeout: 20_000 }).toBe(200);
    for (let time = 0; time < 10; time++) expect((await ask(at, "GET", "/stock")).status).toBe(200);
  });

  test("of two replicas of which one is dead, or hangs up, fails nobody", async () => {
    const bad = later(await misbehaving(hangsUp));
    const at = later(await openEdge(await deadAddress(), behind.url, bad.url));
    while (bad.seen.length < FAILURES_TO_OPEN) expect((await ask(at, "GET", "/stock")).status).toBe(200);
    // It rests now: who may not be asked twice is not sent there.
    expect((await ask(at, "POST", "/failures", { how: "without data" })).status).toBe(422);
    const asked = Array.from({ length: 100 }, (_, index) => ask(at, "GET", `/stock?limit=${index + 1}`));
    expect(new Set((await Promise.all(asked)).map((answer) => answer.status))).toEqual(new Set([200]));
  });

  test("that answers 503 over its own dependency is asked again", async () => {
    const down = answers(503, { code: "SERVICE_UNAVAILABLE", title: "No.", data: { service: "database" } });
    const server = later(await misbehaving(down, answers(200)));
    const at = later(await openEdge(server.url));
    expect((await ask(at, "GET", "/stock")).status).toBe(200);
    expect(server.seen).toHaveLength(2);
  });
});
