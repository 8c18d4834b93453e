import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { defineContract } from "#kernel/contract";
import { defineEvent } from "#kernel/event";
import { Refusal } from "#kernel/refusal";
import type { FaultOrder } from "./faults/order.ts";
import { createOperatorServer, createPublicServer, type ServerOptions } from "./servers.ts";
import { defineService, hear, type AnyService, type Service } from "./service.ts";
import { startTestShop, testIdentity, type TestShop } from "./testing.ts";
import { until } from "./testing-events.ts";
import { doorService } from "./testing-transports.ts";

// A till that is paid at, a desk that calls it, a book that hears of it.
const Paid = defineEvent({
  service: "till",
  name: "Paid",
  version: 1,
  subject: "shopper",
  summary: "",
  data: Type.Object({ shopper: Type.String(), count: Type.Integer() }),
});
const open = { access: "anyone", summary: "", output: Type.Unknown() } as const;
const till = defineContract("till", {
  pay: { ...open, method: "POST", path: "/pay", input: Type.Object({ shopper: Type.String() }) },
  tellTime: { ...open, method: "GET", path: "/time", input: Type.Object({}) },
  upload: { ...open, method: "PUT", path: "/upload", body: "stream", input: Type.Object({}) },
});
const desk = defineContract("desk", {
  ask: { ...open, method: "POST", path: "/ask", input: Type.Object({}) },
});
let paid = 0;
const tillService = defineService({
  name: "till",
  contract: till,
  publishes: [Paid],
  operations: {
    pay: async ({ shopper }, ctx) => {
      paid += 1;
      const count = paid;
      await ctx.db.transaction(async (tx) => ctx.publish(tx, Paid, { shopper, count }));
      return { count };
    },
    tellTime: async (_, ctx) => ctx.now.getTime(),
    upload: async ({ body }) => {
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.length;
      return bytes;
    },
  },
});
const deskService = defineService({
  name: "desk",
  contract: desk,
  calls: [till],
  hasDatabase: false,
  operations: { ask: async (_, ctx) => ctx.call(till.pay, { shopper: "ada" }) },
});
const heard: string[] = [];
const bookService = defineService({
  name: "book",
  contract: defineContract("book", {}),
  operations: {},
  hears: [hear(Paid, async ({ data }) => void heard.push(`${data.shopper}:${data.count}`))],
});

let one: TestShop;
let caller: TestShop;
let app: FastifyInstance;
let operators: FastifyInstance;
let origin: string;
const services: readonly Service<any>[] = [tillService, deskService, bookService, doorService];

beforeAll(async () => {
  one = await startTestShop({ services, settings: { CONSUMER_FIRST_RETRY_MS: "10" } });
  app = createPublicServer(serverOptions(one));
  operators = createOperatorServer(serverOptions(one));
  origin = await app.listen({ port: 0, host: "127.0.0.1" });
  caller = await startTestShop({ services: [deskService], remoteUrls: () => [origin] });
});
afterAll(async () => {
  await Promise.all([app.close(), operators.close()]);
  await caller.stop();
  await one.stop();
});
afterEach(async () => {
  one.faults.clear();
  await one.faults.settled();
  await one.settle();
  heard.length = 0;
});

function serverOptions(shop: TestShop): ServerOptions {
  return {
    runtime: shop.runtime,
    services: services as readonly AnyService[],
    contracts: [till, desk],
    log: shop.log,
    health: { isReady: true, isDraining: false },
    identity: testIdentity,
    servesInternally: true,
  };
}

const pay = (shop: TestShop, timeoutMs = 10_000) =>
  shop.context("desk").call(till.pay, { shopper: "ada" }, { timeoutMs });
const set = (order: Omit<FaultOrder, "service">) => one.faults.set({ service: "till", operation: "pay", ...order });

describe.each([
  ["in one process", () => one],
  ["between processes", () => caller],
])("%s", (_, from) => {
  /** What came of one call, and how often the effect happened. */
  const outcomeOf = async (order: Omit<FaultOrder, "service">, timeoutMs?: number) => {
    const before = paid;
    set(order);
    const told = await pay(from(), timeoutMs).then(
      () => "answered",
      (error: unknown) => (error instanceof Refusal && error.code !== "OUTCOME_UNKNOWN" ? error.code : "unknown"),
    );
    return [told, paid - before];
  };

  test("an error, an outage and a lost reply are told as such, with or without the effect", async () => {
    expect(await outcomeOf({ kind: "error" })).toEqual(["unknown", 0]);
    one.faults.clear();
    expect(await outcomeOf({ kind: "unavailable" })).toEqual(["SERVICE_UNAVAILABLE", 0]);
    one.faults.clear();
    expect(await outcomeOf({ kind: "drop_before" })).toEqual(["unknown", 0]);
    one.faults.clear();
    expect(await outcomeOf({ kind: "drop_after" })).toEqual(["unknown", 1]);
  });

  test("what is done twice answers as the second time", async () => {
    set({ kind: "twice" });
    const before = paid;
    expect(await pay(from())).toEqual({ count: before + 2 });
  });

  test("what is stuck answers at the deadline, without the effect", async () => {
    expect(await outcomeOf({ kind: "stuck" }, 50)).toEqual(["DEADLINE_EXCEEDED", 0]);
  });

  test("what is stuck goes on when the fault is taken away", async () => {
    const before = paid;
    const id = set({ kind: "stuck" });
    const answer = pay(from());
    await until("the call is stuck", () => one.faults.list()[0]!.struck === 1);
    expect(paid).toBe(before);
    one.faults.remove(id);
    expect(await answer).toEqual({ count: before + 1 });
  });

  test("what is late takes effect, even after nobody waits for it", async () => {
    const before = paid;
    // Time enough to arrive on a busy machine: what is late before it arrives has no effect.
    expect(await outcomeOf({ kind: "latency", ms: 60_000 }, 1_500)).toEqual(["DEADLINE_EXCEEDED", 0]);
    one.faults.clear();
    await one.faults.settled();
    expect(paid).toBe(before + 1);
  });

  test("a fault strikes as often as it is to, and says how often it did", async () => {
    const id = set({ kind: "error", times: 2 });
    for (const _time of [1, 2]) await expect(pay(from())).rejects.toThrow(Error);
    await pay(from());
    expect(one.faults.list()).toEqual([
      { kind: "error", service: "till", operation: "pay", times: 2, id, struck: 2, isSpent: true },
    ]);
  });

  test("a fault strikes its service, operation and caller only", async () => {
    one.faults.set({ kind: "error", service: "desk", operation: "pay" });
    one.faults.set({ kind: "error", service: "till", operation: "tellTime" });
    set({ kind: "error", caller: "somebody" });
    await pay(from());
    set({ kind: "error", caller: "desk" });
    await expect(pay(from())).rejects.toThrow(Error);
  });
});

test("several faults on one call all strike", async () => {
  set({ kind: "twice" });
  set({ kind: "drop_after" });
  const before = paid;
  await expect(pay(one)).rejects.toThrow("no answer");
  expect(paid).toBe(before + 2);
});

test("a stream is never read twice", async () => {
  const id = one.faults.set({ kind: "twice", service: "till", operation: "*" });
  const response = await fetch(`${origin}/api/upload`, {
    method: "PUT",
    body: "12345",
    headers: { "content-type": "application/octet-stream" },
  });
  expect(await response.json()).toBe(5);
  expect(one.faults.list().find((fault) => fault.id === id)!.struck).toBe(0);
});

describe("at the edge", () => {
  const post = (path: string) =>
    fetch(`${origin}/api${path}`, {
      method: "POST",
      body: JSON.stringify(path === "/pay" ? { shopper: "ada" } : {}),
      headers: { "content-type": "application/json" },
    });

  test("a lost reply is a broken connection, never an answer", async () => {
    set({ kind: "drop_after", times: 1 });
    await expect(post("/pay")).rejects.toThrow("fetch failed");
    expect((await post("/pay")).status).toBe(200);
  });

  test("a reply that was lost behind an operation is that operation's fault", async () => {
    set({ kind: "drop_after", times: 1 });
    expect((await post("/ask")).status).toBe(500);
  });
});

describe("events", () => {
  const event = "till.Paid.v1";
  const buy = async (...shoppers: string[]) => {
    const counts: string[] = [];
    for (const shopper of shoppers) {
      const { count } = (await one.call(till.pay, { shopper })) as { count: number };
      counts.push(`${shopper}:${count}`);
    }
    return counts;
  };

  test("are heard twice by duplicate and by drop_after, once by error and latency", async () => {
    for (const [kind, times] of [
      ["duplicate", 2],
      ["drop_after", 2],
      ["error", 1],
      ["latency", 1],
    ] as const) {
      heard.length = 0;
      one.faults.set({ kind, service: "book", event, times: 1, ...(kind === "latency" ? { ms: 1 } : {}) });
      const [fact] = await buy("ada");
      await one.settle();
      expect([kind, heard]).toEqual([kind, Array.from({ length: times }, () => fact)]);
      expect(one.faults.list().at(-1)).toMatchObject({ kind, struck: 1 });
    }
  });

  test("that a relay appends twice are heard once", async () => {
    one.faults.set({ kind: "append_twice", service: "till", event: "*" });
    const facts = await buy("ada", "bob");
    await one.settle();
    expect(heard.toSorted()).toEqual(facts.toSorted());
    expect(one.faults.list()[0]!.struck).toBeGreaterThan(0);
  });

  test("that are held back come later than those of other subjects, in order for their own", async () => {
    const shoppers = Array.from({ length: 40 }, (_, index) => `shopper-${index % 20}`);
    one.faults.set({ kind: "reorder", service: "book", event, seed: 11 });
    const facts = await buy(...shoppers);
    await one.settle();
    expect(heard.toSorted()).toEqual(facts.toSorted());
    for (const shopper of shoppers) {
      const own = (all: readonly string[]) => all.filter((fact) => fact.startsWith(`${shopper}:`));
      expect(own(heard)).toEqual(own(facts));
    }
    expect(heard).not.toEqual(facts);
    expect(one.faults.list()[0]!.struck).toBeGreaterThan(0);
  });
});

test("clocks disagree by as much as they are told to", async () => {
  const timeOf = async (shop: TestShop) => (await shop.context("desk").call(till.tellTime, {})) as number;
  one.faults.set({ kind: "clock", service: "till", ms: 3_600_000 });
  one.faults.set({ kind: "clock", ms: -120_000 });
  const ahead = (await timeOf(one)) - Date.now();
  expect(ahead).toBeGreaterThan(3_400_000);
  expect(ahead).toBeLessThan(3_600_000);
  expect(one.context("desk").now.getTime()).toBeLessThan(Date.now() - 60_000);
  one.faults.clear();
  expect(Math.abs((await timeOf(one)) - Date.now())).toBeLessThan(60_000);
});

describe("the operators' switchboard", () => {
  const ask = (method: "GET" | "POST" | "DELETE", url: string, payload?: object, server = operators) =>
    server.inject({ method, url, ...(payload === undefined ? {} : { payload }) });

  test("sets, tells and takes away", async () => {
    const order = { kind: "error", service: "till", operation: "pay", times: 1 };
    const answer = await ask("POST", "/faults", order);
    expect(answer.statusCode).toBe(201);
    const { id } = answer.json<{ id: string }>();
    expect(answer.json()).toEqual({ ...order, id, struck: 0, isSpent: false });
    await expect(pay(one)).rejects.toThrow("fails");
    expect((await ask("GET", "/faults")).json()).toEqual({
      items: [{ ...order, id, struck: 1, isSpent: true }],
      seen: [{ service: "till", operation: "pay", caller: "desk", count: 1 }],
    });
    expect((await ask("DELETE", `/faults/${id}`)).statusCode).toBe(204);
    expect((await ask("DELETE", `/faults/${id}`)).statusCode).toBe(404);
    await ask("POST", "/faults", order);
    expect((await ask("DELETE", "/faults")).statusCode).toBe(204);
    expect((await ask("GET", "/faults")).json()).toEqual({ items: [], seen: [] });
  });

  test("refuses by field what it does not know or what cannot strike here", async () => {
    const told = async (body: object) => {
      const answer = await ask("POST", "/faults", body);
      return [answer.statusCode, answer.json<{ errors: { field: string }[] }>().errors.map(({ field }) => field)];
    };
    expect(await told({ kind: "explode" })).toEqual([400, ["kind"]]);
    expect(await told({ kind: "error", service: "till", operation: "fly" })).toEqual([400, ["operation"]]);
    expect(await told({ kind: "error", service: "moon", operation: "*" })).toEqual([400, ["service"]]);
    expect(one.faults.list()).toEqual([]);
  });

  test("is not there when there is none", async () => {
    const runtime = new Proxy(one.runtime, {
      get: (target, name) => (name === "faults" ? undefined : Reflect.get(target, name)),
    });
    const without = createOperatorServer({ ...serverOptions(one), runtime });
    for (const [method, path] of [
      ["GET", "/faults"],
      ["POST", "/faults"],
      ["DELETE", "/faults"],
      ["DELETE", "/faults/fault-1"],
    ] as const)
      expect([path, (await ask(method, path, {}, without)).statusCode]).toEqual([path, 404]);
    await without.close();
  });

  test("is not on the shoppers' port", async () => {
    expect((await ask("GET", "/faults", undefined, app)).statusCode).toBe(404);
  });
});

test("a stop frees what is stuck", async () => {
  const shop = await startTestShop({ services: [tillService, deskService] });
  shop.faults.set({ kind: "stuck", service: "till", operation: "pay" });
  const before = paid;
  const answer = pay(shop);
  await until("the call is stuck", () => shop.faults.list()[0]!.struck === 1);
  const stopped = shop.stop();
  await Promise.allSettled([answer, stopped]);
  expect(paid).toBe(before + 1);
});
