import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal, refuse } from "#kernel/refusal";
import { faultFacts, type Log } from "../log.ts";
import { isSampled, traceIdOf } from "../telemetry/traceparent.ts";
import { logOutage } from "./outage-log.ts";

/** Content-Type of every problem. */
export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** Answers any error as problem+json. Refusals are told; faults are logged once and told as 500 without their text. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const refusal = asRefusal(error);
  // Its client hung up in the middle of the body: nobody's fault, and nobody to tell.
  const isGone = error instanceof Error && error === request.raw.errored;
  if (isGone) return reply.code(400).send();
  if (refusal === undefined)
    log.error(
      {
        requestId: request.id,
        ...traceOf(request),
        method: request.method,
        path: request.routeOptions.url,
        error: faultFacts(error),
      },
      "request failed",
    );
  else if (refusal.cause !== undefined && refusal.status >= 500)
    logOutage(refusal, { requestId: request.id, ...traceOf(request), path: request.routeOptions.url }, log);
  if (refusal !== undefined && isWorthAnotherTry(refusal)) reply.header("retry-after", "1");
  const retryAfter = refusal?.data["retryAfterSeconds"];
  if (typeof retryAfter === "number") reply.header("retry-after", String(retryAfter));
  if (refusal?.status === 401) reply.header("www-authenticate", "Bearer");
  reply.header("cache-control", "no-store");
  return reply
    .code(refusal?.status ?? 500)
    .header("content-type", PROBLEM_TYPE)
    .send(problemText(refusal, request.id));
}

/** Leads from a line of the log to the trace, where that is kept. */
function traceOf({ exchange }: FastifyRequest): object {
  return exchange !== undefined && isSampled(exchange.traceparent) ? { traceId: traceIdOf(exchange.traceparent) } : {};
}

function isWorthAnotherTry({ status, code }: Refusal): boolean {
  return status === 503 || status === 429 || code === "IDEMPOTENCY_IN_FLIGHT";
}

/** The JSON of a refusal; of a fault, without its text, when there is none. */
export function problemText(refusal: Refusal | undefined, requestId: string): string {
  const code = refusal?.code ?? "INTERNAL";
  return JSON.stringify({
    type: `/api/docs/problems#${code}`,
    title: refusal?.message ?? "Something went wrong on our side.",
    status: refusal?.status ?? 500,
    code,
    ...(refusal === undefined ? {} : factsOf(refusal)),
    requestId,
  });
}

/** `errors` of a field stand at the top, where RFC 9457 shows them; the data of any other refusal stands together. */
function factsOf({ code, data }: Refusal): object {
  if (code === "INVALID_INPUT") return { errors: data["errors"] };
  return Object.keys(data).length === 0 ? {} : { data };
}

/** Refusals as they are; Fastify's own complaints about a request translated; undefined for a fault. */
function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { code = "", statusCode } = error as { code?: string; statusCode?: number };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return refuse.PAYLOAD_TOO_LARGE();
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return refuse.UNSUPPORTED_MEDIA_TYPE();
  if (code === "FST_ERR_MAX_PARAM_LENGTH") return refuse.NOT_FOUND();
  if (code === "FST_ERR_BAD_URL")
    return refuse.INVALID_INPUT({ errors: [{ field: "(path)", message: "is not well-formed" }] });
  // Only Fastify's own: an error of a library may carry a status too, and is a fault of ours.
  return code.startsWith("FST_ERR_CTP_") && statusCode === 400
    ? refuse.INVALID_INPUT({ errors: [{ field: "(body)", message: "is not well-formed JSON" }] })
    : undefined;
}
