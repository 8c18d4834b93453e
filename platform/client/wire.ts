import { hasJsonBody, type Operation } from "#kernel/contract";
import type { CallContext } from "../ctx.ts";
import type { InternalIdentity } from "../internal-identity.ts";
import { newTraceparent, readTraceparent, traceparentFrom } from "../telemetry/traceparent.ts";

/** Headers of an internal call: its context, and the token that proves which service asks. */
const CONTEXT_HEADER = "tradepost-context";
const INTERNAL_HEADER = "tradepost-internal";

/** Header of every answer to a call that proved its caller: tells a refused caller from a thing that is not there. */
export const ADMITTED_HEADER = "tradepost-admitted";

/** Query parameter that carries the input of an internal call without a body, as JSON: numbers, lists and nulls arrive as they
 *  were sent. */
export const INPUT_PARAMETER = "tradepost-input";

/** Where a process serves an operation to other services: by its name, for a value in a path could read as another operation's. */
export function internalPath({ service, name }: Operation): string {
  return `/internal/${service}/${name}`;
}

/** What of a call is the same in every try. */
export type Target = {
  readonly method: Operation["method"];
  readonly path: string;
  readonly body: string | AsyncIterable<Uint8Array> | undefined;
};

/** Where one operation is served, and its input in the query or the body. */
export function targetOf(operation: Operation, input: Readonly<Record<string, unknown>>): Target {
  const { method } = operation;
  const path = internalPath(operation);
  if (hasJsonBody(operation)) return { method, path, body: JSON.stringify(input) };
  const isStream = operation.body === "stream";
  const rest = Object.entries(input).filter(([name]) => !(isStream && name === "body"));
  const json = JSON.stringify(Object.fromEntries(rest));
  const query = rest.length === 0 ? "" : `?${new URLSearchParams({ [INPUT_PARAMETER]: json }).toString()}`;
  const body = isStream ? (input["body"] as AsyncIterable<Uint8Array>) : undefined;
  return { method, path: `${path}${query}`, body };
}

/** The headers of one try: proof and context as they are now. */
export async function headersOf(
  operation: Operation,
  context: CallContext,
  identity: InternalIdentity,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {
    [INTERNAL_HEADER]: await identity.prove(context.caller, operation.service),
    [CONTEXT_HEADER]: encodeContext(context),
    "x-request-id": context.requestId,
  };
  if (operation.body === "stream") headers["content-type"] = "application/octet-stream";
  else if (hasJsonBody(operation)) headers["content-type"] = "application/json";
  return headers;
}

/** The deadline travels as what is left of it: the clocks of two machines differ. */
export function encodeContext(context: CallContext): string {
  const { caller, actor, store, market, locale, currency, requestId, traceparent, idempotencyKey } = context;
  const remainingMs = Math.max(0, context.deadlineAtMs - Date.now());
  const told = { caller, actor, store, market, locale, currency, requestId, traceparent, idempotencyKey, remainingMs };
  return Buffer.from(JSON.stringify(told)).toString("base64url");
}

/** The context of an internal call to `service`; undefined when it does not prove that it comes from the caller it names. */
export async function provenContext(
  headers: Readonly<Record<string, unknown>>,
  identity: InternalIdentity,
  service: string,
): Promise<CallContext | undefined> {
  const proof = headers[INTERNAL_HEADER];
  if (typeof proof !== "string" || typeof headers[CONTEXT_HEADER] !== "string") return undefined;
  const caller = await identity.callerOf(proof, service);
  if (caller === undefined) return undefined;
  const { remainingMs, traceparent, ...context } = decodedContext(headers);
  if (context.caller !== caller) return undefined;
  const trace = readTraceparent(traceparent);
  return {
    ...context,
    traceparent: trace === undefined ? newTraceparent() : traceparentFrom(trace),
    deadlineAtMs: Date.now() + remainingMs,
  };
}

type Told = Omit<CallContext, "deadlineAtMs"> & { readonly remainingMs: number };

/** The context that a request names, whoever sent it. */
export function decodedContext(headers: Readonly<Record<string, unknown>>): Told {
  return JSON.parse(Buffer.from(String(headers[CONTEXT_HEADER]), "base64url").toString()) as Told;
}
