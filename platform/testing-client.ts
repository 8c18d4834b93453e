import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Type from "typebox";
import { defineContract } from "#kernel/contract";
import { newId } from "#kernel/id";
import { ADMITTED_HEADER } from "./client/wire.ts";
import type { CallContext } from "./ctx.ts";
import { newTraceparent } from "./telemetry/traceparent.ts";

const base = { access: "service", summary: "", output: Type.Unknown() } as const;
const Keyed = Type.Object({ reservationId: Type.String() });

/** A contract with an operation of every kind that a client tells apart. */
export const stock = defineContract("stock", {
  find: { ...base, method: "GET", path: "/stock", input: Type.Object({}) },
  put: { ...base, method: "PUT", path: "/stock", input: Type.Object({}) },
  add: { ...base, method: "POST", path: "/stock", input: Type.Object({}) },
  once: { ...base, method: "POST", path: "/once", input: Type.Object({}), idempotencyKey: "optional" },
  reserve: { ...base, method: "POST", path: "/reserve", input: Keyed, keyedBy: "reservationId" },
  quote: { ...base, method: "POST", path: "/quotes", input: Type.Object({}), isRepeatable: true },
  upload: { ...base, method: "PUT", path: "/upload", input: Type.Object({}), body: "stream" },
});

export function contextForTest(overrides: Partial<CallContext> = {}): CallContext {
  return {
    caller: "desk",
    actor: { kind: "guest", id: "ädä" },
    store: "demo",
    market: "gb",
    locale: "en",
    currency: "GBP",
    requestId: newId("request"),
    traceparent: newTraceparent(),
    deadlineAtMs: Date.now() + 10_000,
    idempotencyKey: "key-1234",
    ...overrides,
  };
}

/** What a server does with one request. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers as a service does. */
export function answers(status: number, body: unknown = { ok: true }, headers: Record<string, string> = {}): Behaviour {
  const type = status < 400 ? "application/json" : "application/problem+json; charset=utf-8";
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (response, request) => {
    request.resume();
    response.writeHead(status, { "content-type": type, [ADMITTED_HEADER]: "yes", ...headers }).end(text);
  };
}

export const hangsUp: Behaviour = (response) => void response.destroy();
export const hangs: Behaviour = (_, request) => void request.resume();

/** Breaks off in the middle of a good answer, of which the other side has seen the beginning. */
export const breaksOff: Behaviour = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"ok":', () => response.destroy());
};

export type Server = {
  readonly url: string;
  /** Requests so far. */
  readonly seen: readonly IncomingMessage[];
  stop(): Promise<void>;
};

/** A server that does with its nth request what stands nth; the last is repeated. */
export async function misbehaving(...behaviours: readonly Behaviour[]): Promise<Server> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const behave = behaviours[Math.min(seen.push(request), behaviours.length) - 1]!;
    behave(response, request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    if (server.listening) await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, stop };
}

/** An address where nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = await misbehaving(hangs);
  await server.stop();
  return server.url;
}
