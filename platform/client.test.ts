import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "#kernel/contract";
import { Refusal, refuse } from "#kernel/refusal";
import { remoteService, type RemoteService } from "./client.ts";
import { decodedContext } from "./client/wire.ts";
import type { CallContext } from "./ctx.ts";
import { testIdentity } from "./testing.ts";
import {
  answers,
  breaksOff,
  contextForTest,
  deadAddress,
  hangs,
  hangsUp,
  misbehaving,
  stock,
  type Behaviour,
  type Server,
} from "./testing-client.ts";

const OUTAGE = { code: "SERVICE_UNAVAILABLE", status: 503, data: { service: "stock" } };
const down = answers(503, { code: "SERVICE_UNAVAILABLE", title: "No.", data: { service: "database", detail: "No." } });
const unkeyed = { idempotencyKey: undefined };

let nowMs: number;
let servers: Server[];
let remotes: RemoteService[];
beforeEach(() => {
  nowMs = 1_000;
  servers = [];
  remotes = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all(remotes.map((remote) => remote.close()));
});

async function serve(...behaviours: readonly Behaviour[]): Promise<Server> {
  const server = await misbehaving(...behaviours);
  servers.push(server);
  return server;
}

/** A client without pauses, whose clock stands still until it is moved. */
function clientOf(...urls: readonly string[]): RemoteService {
  const remote = remoteService({
    service: "stock",
    urls,
    identity: testIdentity,
    nature: { now: () => nowMs, random: () => 0 },
  });
  remotes.push(remote);
  return remote;
}

async function ask(
  remote: RemoteService,
  operation: Operation,
  overrides: Partial<CallContext> = {},
): Promise<unknown> {
  return remote.call(operation, { reservationId: "r-1" }, contextForTest(overrides)).catch((error: unknown) => error);
}

describe("an answer that was lost", () => {
  const kinds = [stock.find, stock.put, stock.reserve, stock.quote, stock.once].map((one) => [one.name, one] as const);
  test.each(kinds)("is asked for again when a repeat is harmless: %s", async (_, operation) => {
    for (const lost of [
      hangsUp,
      breaksOff,
      answers(502, "<html>"),
      answers(503, "<html>", { "content-type": "text/html" }),
    ]) {
      const server = await serve(lost, lost, answers(200));
      expect(await ask(clientOf(server.url), operation)).toEqual({ ok: true });
      expect(server.seen).toHaveLength(3);
    }
  });

  test.each(kinds)("is an outage after three tries: %s", async (_, operation) => {
    const server = await serve(hangsUp);
    expect(await ask(clientOf(server.url), operation)).toMatchObject(OUTAGE);
    expect(server.seen).toHaveLength(3);
  });

  test.each([
    ["a POST without a key", stock.add, {}],
    ["a POST that takes a key and was given none", stock.once, unkeyed],
  ])("of %s may have happened, and is not asked for again", async (_, operation, overrides) => {
    for (const lost of [hangsUp, breaksOff, answers(502, "<html>")]) {
      const server = await serve(lost, answers(200));
      const error = await ask(clientOf(server.url), operation, overrides);
      expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", status: 504, data: { service: "stock" } });
      expect((error as Error).cause).toBeInstanceOf(Error);
      expect(server.seen).toHaveLength(1);
    }
  });

  test("of a stream that has begun is not asked for again", async () => {
    const server = await serve(hangsUp, answers(200));
    const body = (async function* () {
      yield Buffer.from("part");
    })();
    const asked = clientOf(server.url).call(stock.upload, { body }, contextForTest());
    await expect(asked).rejects.toMatchObject(OUTAGE);
    expect(server.seen).toHaveLength(1);
  });

  test("is asked for with the same request, of which less time is left", async () => {
    const server = await serve(hangsUp, answers(200));
    await ask(clientOf(server.url), stock.reserve, { deadlineAtMs: Date.now() + 5_000, requestId: "request-7" });
    const [first, second] = server.seen.map((request) => decodedContext(request.headers));
    expect(first!.remainingMs).toBeLessThanOrEqual(5_000);
    expect(second!.remainingMs).toBeLessThanOrEqual(first!.remainingMs);
    expect({ ...second, remainingMs: 0 }).toEqual({ ...first, remainingMs: 0 });
    expect(server.seen.map((request) => request.headers["x-request-id"])).toEqual(["request-7", "request-7"]);
  });

  test("is asked for on another address first", async () => {
    const [bad, good] = [await serve(hangsUp), await serve(answers(200))];
    const remote = clientOf(bad.url, good.url);
    for (let time = 0; time < 4; time++) expect(await ask(remote, stock.find)).toEqual({ ok: true });
    expect(bad.seen.length).toBeGreaterThan(0);
    expect(good.seen).toHaveLength(4);
  });

  test("is not asked for again beyond the deadline, nor without a budget", async () => {
    const server = await serve(hangsUp);
    const nature = { now: () => nowMs, random: () => 1 };
    const slow = remoteService({ service: "stock", urls: [server.url], identity: testIdentity, nature });
    remotes.push(slow);
    expect(await ask(slow, stock.find, { deadlineAtMs: Date.now() + 35 })).toMatchObject({
      status: expect.any(Number),
    });
    expect(server.seen).toHaveLength(1);

    const many = await serve(...Array.from({ length: 60 }, () => [down, down, answers(200)]).flat());
    const remote = clientOf(many.url);
    for (let time = 0; time < 60; time++) await ask(remote, stock.find);
    // A hundred, and a quarter of the calls.
    expect(many.seen.length).toBeGreaterThanOrEqual(160);
    expect(many.seen.length).toBeLessThan(180);
  });
});

describe("a request that was never sent", () => {
  test.each([stock.find, stock.add].map((one) => [one.name, one] as const))(
    "goes to another address, whatever it does: %s",
    async (_, operation) => {
      const good = await serve(answers(200));
      const remote = clientOf(await deadAddress(), good.url, await deadAddress());
      for (let time = 0; time < 20; time++) expect(await ask(remote, operation, unkeyed)).toEqual({ ok: true });
    },
  );

  test("is an outage, and nothing happened", async () => {
    expect(await ask(clientOf(await deadAddress()), stock.add, unkeyed)).toMatchObject(OUTAGE);
  });

  test("is none of a stream: its bytes are all there for another address", async () => {
    const received: Buffer[] = [];
    const good = await serve((response, request) => {
      request.on("data", (part: Buffer) => received.push(part)).on("end", () => answers(200)(response, request));
    });
    const body = (async function* () {
      for (const part of ["a", "b", "c"]) yield Buffer.from(part);
    })();
    const remote = clientOf(good.url, await deadAddress());
    expect(await remote.call(stock.upload, { body }, contextForTest())).toEqual({ ok: true });
    expect(Buffer.concat(received).toString()).toBe("abc");
  });

  test("because every connection is busy is given up in time and never sent", async () => {
    const server = await serve(hangs);
    const remote = clientOf(server.url);
    const deadlineAtMs = Date.now() + 400;
    const busy = Array.from({ length: 64 }, () => ask(remote, stock.add, { deadlineAtMs }));
    const late = await ask(remote, stock.add, { deadlineAtMs: Date.now() + 30 });
    expect(late).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    await Promise.all(busy);
    expect(server.seen.length).toBeLessThanOrEqual(64);
  });
});

describe("a refusal", () => {
  test("over what is behind the service is asked again when a repeat is harmless", async () => {
    const [recovers, stays] = [await serve(down, answers(200)), await serve(down)];
    expect(await ask(clientOf(recovers.url), stock.reserve)).toEqual({ ok: true });
    expect(await ask(clientOf(stays.url), stock.reserve)).toMatchObject({ ...OUTAGE, data: { service: "database" } });
    expect(stays.seen).toHaveLength(3);
    const once = await serve(down, answers(200));
    expect(await ask(clientOf(once.url), stock.add, unkeyed)).toMatchObject({ data: { service: "database" } });
    expect(once.seen).toHaveLength(1);
  });

  test("says that the address works: it is never left alone for it", async () => {
    const server = await serve(
      down,
      answers(404, { code: "NOT_FOUND", title: "No." }),
      answers(500, { code: "INTERNAL" }),
    );
    const remote = clientOf(server.url);
    for (let time = 0; time < 20; time++) await ask(remote, stock.add, unkeyed);
    expect(server.seen).toHaveLength(20);
  });

  test.each([
    ["as we tell it", { errors: [{ field: "sku", message: "is required" }] }],
    ["as an older release tells it", { data: { errors: [{ field: "sku", message: "is required" }] } }],
  ])("of our input (%s) is that refusal with its fields", async (_, told) => {
    const server = await serve(answers(400, { code: "INVALID_INPUT", title: "No.", ...told }));
    const error = await ask(clientOf(server.url), stock.find);
    expect(refuse.INVALID_INPUT.is(error) && error.data.errors).toEqual([{ field: "sku", message: "is required" }]);
  });

  test("of a release that we do not know is that refusal", async () => {
    const server = await serve(answers(422, { code: "NEW_RULE", title: "A new rule.", data: { since: 2027 } }));
    const error = await ask(clientOf(server.url), stock.add);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: "NEW_RULE", status: 422, message: "A new rule.", data: { since: 2027 } });
  });

  test("of who does not know us is no answer about the thing that we asked for", async () => {
    const server = await serve((response) => void response.writeHead(404).end('{"code":"NOT_FOUND"}'));
    expect(await ask(clientOf(server.url), stock.find)).toMatchObject({
      ...OUTAGE,
      data: { detail: "stock does not take this call." },
    });
  });

  test.each([
    ["a fault", 500, '{"code":"INTERNAL","title":"Something went wrong on our side."}'],
    ["a refusal without a code", 409, "{}"],
    ["a success that is no JSON", 200, "<html>"],
  ])("that is none (%s) is a fault that says that it may have happened", async (_, status, body) => {
    const server = await serve(answers(status, body));
    const error = await ask(clientOf(server.url), stock.find);
    expect(error).not.toBeInstanceOf(Refusal);
    expect((error as Error).message).toContain("it may have happened");
    expect(server.seen).toHaveLength(1);
  });
});

describe("an address that fails", () => {
  test("is left alone after five failures: 503 at once, until one request finds that it works again", async () => {
    const server = await serve(hangsUp, hangsUp, hangsUp, hangsUp, hangsUp, hangsUp, answers(200));
    const remote = clientOf(server.url);
    for (let time = 0; time < 8; time++) expect(await ask(remote, stock.find)).toMatchObject(OUTAGE);
    expect(server.seen).toHaveLength(5);
    nowMs += 750;
    expect(await ask(remote, stock.find)).toMatchObject(OUTAGE);
    expect(server.seen).toHaveLength(6);
    nowMs += 1_499;
    expect(await ask(remote, stock.find)).toMatchObject(OUTAGE);
    expect(server.seen).toHaveLength(6);
    nowMs += 1;
    for (let time = 0; time < 5; time++) expect(await ask(remote, stock.find)).toEqual({ ok: true });
  });

  test("is asked by one request only when its rest is over", async () => {
    let release: (() => void) | undefined;
    const server = await serve(hangsUp, hangsUp, hangsUp, hangsUp, hangsUp, (response, request) => {
      release = () => answers(200)(response, request);
    });
    const remote = clientOf(server.url);
    for (let time = 0; time < 5; time++) await ask(remote, stock.find);
    nowMs += 1_000;
    const trial = ask(remote, stock.find);
    await expect.poll(() => release).toBeDefined();
    expect(await ask(remote, stock.find)).toMatchObject(OUTAGE);
    release!();
    expect(await trial).toEqual({ ok: true });
    expect(server.seen).toHaveLength(6);
  });

  test("is not asked while another works", async () => {
    const [bad, good] = [await serve(hangsUp), await serve(answers(200))];
    const remote = clientOf(bad.url, good.url);
    for (let time = 0; time < 40; time++) expect(await ask(remote, stock.find)).toEqual({ ok: true });
    expect([bad.seen.length, good.seen.length]).toEqual([5, 40]);
  });

  test("to answer within a moment is not left alone for it; one that keeps us waiting is", async () => {
    const server = await serve(hangs);
    const remote = clientOf(server.url);
    const asked = (ms: number) => ask(remote, stock.add, { deadlineAtMs: Date.now() + ms });
    const late = { code: "DEADLINE_EXCEEDED", status: 504 };
    for (let time = 0; time < 6; time++) expect(await asked(20)).toMatchObject(late);
    expect(server.seen).toHaveLength(6);
    expect(await Promise.all(Array.from({ length: 5 }, () => asked(1_050)))).toMatchObject([
      late,
      late,
      late,
      late,
      late,
    ]);
    expect(await asked(1_050)).toMatchObject(OUTAGE);
    expect(server.seen).toHaveLength(11);
  });
});

describe("a replica that hangs", () => {
  test("leaves a GET half of its time for another one; anything else may not be asked for twice at once", async () => {
    const [frozen, good] = [await serve(hangs), await serve(answers(200))];
    const remote = clientOf(good.url, frozen.url);
    const deadlineAtMs = Date.now() + 4_000;
    expect(await ask(remote, stock.find, { deadlineAtMs })).toEqual({ ok: true });
    expect([frozen.seen.length, good.seen.length]).toEqual([1, 1]);
    expect(await ask(remote, stock.find)).toEqual({ ok: true });
    const late = { code: "DEADLINE_EXCEEDED" };
    expect(await ask(clientOf(good.url, frozen.url), stock.reserve, { deadlineAtMs: Date.now() + 100 })).toMatchObject(
      late,
    );
    expect(good.seen).toHaveLength(2);
  });
});

describe("an answer as it came", () => {
  test("has its bytes, its status and its headers, refusals too", async () => {
    const text = '{ "ok" :  1.0 }';
    const server = await serve(
      answers(201, text, { "idempotency-replayed": "true" }),
      answers(409, { code: "SOLD_OUT", title: "Sold out." }),
    );
    const remote = clientOf(server.url);
    const forward = () => remote.forward(stock.add, {}, contextForTest());
    const first = await forward();
    expect([first.status, first.bytes.toString(), first.headers["idempotency-replayed"]]).toEqual([201, text, "true"]);
    expect((await forward()).status).toBe(409);
  });

  test("is not waited for once nobody wants it", async () => {
    const server = await serve(hangs);
    const leaving = new AbortController();
    const asked = clientOf(server.url).forward(stock.find, {}, contextForTest(), { signal: leaving.signal });
    await expect.poll(() => server.seen.length).toBe(1);
    const isClosed = new Promise((resolve) => server.seen[0]!.socket.once("close", resolve));
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    await isClosed;
  });
});
