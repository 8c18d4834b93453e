import { Pool } from "undici";
import { hasJsonBody, pathParameters, type Operation } from "#kernel/contract";
import { Refusal, refuse } from "#kernel/refusal";
import type { CallContext } from "./ctx.ts";
import type { InternalIdentity } from "./internal-identity.ts";

/** Header that carries the context of an internal call, and the token that proves which service asks. */
const CONTEXT_HEADER = "tradepost-context";
const INTERNAL_HEADER = "tradepost-internal";

/** Query parameter that carries the input of an internal call without a body, as JSON: numbers, lists and nulls arrive as they
 *  were sent. */
export const INPUT_PARAMETER = "tradepost-input";

/** Where a process serves a service's operations to other services. */
export function internalPrefix(service: string): string {
  return `/internal/${service}`;
}

/** Calls operations of one service that runs elsewhere. */
export type RemoteService = {
  call(operation: Operation, input: unknown, context: CallContext): Promise<unknown>;
  close(): Promise<void>;
};

/** A keep-alive pool to the service at `url`. Refusals come back as thrown here as there; no connection → 503. */
export function remoteService(service: string, url: string, identity: InternalIdentity): RemoteService {
  const pool = new Pool(url, { connections: 64, pipelining: 1, connect: { timeout: 2_000 } });
  return {
    call: (operation, input, context) => send(pool, { service, operation, input, context, identity }),
    close: () => pool.close(),
  };
}

type Sending = {
  service: string;
  operation: Operation;
  input: unknown;
  context: CallContext;
  identity: InternalIdentity;
};

async function send(pool: Pool, sending: Sending): Promise<unknown> {
  const { operation, context } = sending;
  const { path, body } = address(operation, sending.input as Record<string, unknown>);
  const inner = `${internalPrefix(sending.service)}${path}`;
  const timeoutMs = Math.max(1, context.deadlineAtMs - Date.now());
  const headers: Record<string, string> = {
    [CONTEXT_HEADER]: encodeContext(context),
    [INTERNAL_HEADER]: await sending.identity.prove(context.caller, sending.service),
    ...(body === undefined
      ? {}
      : { "content-type": operation.body === "stream" ? "application/octet-stream" : "application/json" }),
  };
  try {
    const response = await pool.request({
      path: inner,
      method: operation.method,
      headers,
      body: body as string | null,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.body.text();
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    if (response.statusCode < 400) return answer;
    throw refusalFrom(answer, response.statusCode);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw outage(cause, sending);
  }
}

/** A connection that was never made did nothing: 503. Out of time: 504. Anything else is unknown: a fault. */
function outage(cause: unknown, sending: Sending): Error {
  const code = (cause as { code?: string }).code ?? "";
  const neverSent = ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(
    code,
  );
  const name = `${sending.service}.${sending.operation.name}`;
  if (isTimeout(cause, code)) {
    const late = refuse.DEADLINE_EXCEEDED();
    late.cause = cause;
    return late;
  }
  if (!neverSent) return new Error(`${name}: no answer; it may have happened`, { cause });
  const unavailable = refuse.SERVICE_UNAVAILABLE({
    service: sending.service,
    detail: `${sending.service} does not answer.`,
  });
  unavailable.cause = cause;
  return unavailable;
}

function isTimeout(cause: unknown, code: string): boolean {
  return (cause as Error).name === "TimeoutError" || ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"].includes(code);
}

function refusalFrom(answer: unknown, status: number): Error {
  const problem = (answer ?? {}) as { code?: string; title?: string; data?: unknown; errors?: unknown };
  if (problem.code === undefined || status === 500)
    return new Error(`The service answered ${status}; it may have happened`);
  const data = problem.errors === undefined ? problem.data : { errors: problem.errors };
  return new Refusal({ code: problem.code, status, title: problem.title ?? problem.code, data });
}

/** Where one operation lives on HTTP and what of its input goes into path, query and body. */
function address(operation: Operation, input: Record<string, unknown>): { path: string; body: unknown } {
  const inPath = new Set(pathParameters(operation.path));
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const rest = Object.entries(input).filter(
    ([name]) => !inPath.has(name) && !(operation.body === "stream" && name === "body"),
  );
  const json = JSON.stringify(Object.fromEntries(rest));
  if (hasJsonBody(operation)) return { path, body: json };
  const query = rest.length === 0 ? "" : `?${new URLSearchParams({ [INPUT_PARAMETER]: json }).toString()}`;
  return { path: `${path}${query}`, body: operation.body === "stream" ? input["body"] : undefined };
}

export function encodeContext(context: CallContext): string {
  const { caller, actor, store, market, locale, currency, requestId, traceparent, deadlineAtMs, idempotencyKey } =
    context;
  const told = { caller, actor, store, market, locale, currency, requestId, traceparent, deadlineAtMs, idempotencyKey };
  return Buffer.from(JSON.stringify(told)).toString("base64url");
}

/** The context of an internal call to `service`; undefined when it does not prove that it comes from the caller it names. */
export async function provenContext(
  headers: Readonly<Record<string, unknown>>,
  identity: InternalIdentity,
  service: string,
): Promise<CallContext | undefined> {
  const proof = headers[INTERNAL_HEADER];
  const told = headers[CONTEXT_HEADER];
  if (typeof proof !== "string" || typeof told !== "string") return undefined;
  const caller = await identity.callerOf(proof, service);
  if (caller === undefined) return undefined;
  const context = JSON.parse(Buffer.from(told, "base64url").toString()) as CallContext;
  return context.caller === caller ? context : undefined;
}
