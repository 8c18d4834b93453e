import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal, refuse } from "#kernel/refusal";
import { faultFacts, type Log } from "../log.ts";

const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** Answers any error as problem+json. Refusals are told; faults are logged once and told as 500 without their text. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const refusal = asRefusal(error);
  if (refusal === undefined)
    log.error(
      { requestId: request.id, method: request.method, path: request.routeOptions.url, error: faultFacts(error) },
      "request failed",
    );
  else if (refusal.cause !== undefined && refusal.status >= 500)
    log.warn(
      { requestId: request.id, path: request.routeOptions.url, cause: refusal.cause },
      "request refused for now",
    );
  if (refusal?.status === 503 || refusal?.code === "IDEMPOTENCY_IN_FLIGHT") reply.header("retry-after", "1");
  const retryAfter = refusal?.data["retryAfterSeconds"];
  if (typeof retryAfter === "number") reply.header("retry-after", String(retryAfter));
  if (refusal?.status === 401) reply.header("www-authenticate", "Bearer");
  reply.header("cache-control", "no-store");
  return reply
    .code(refusal?.status ?? 500)
    .header("content-type", PROBLEM_TYPE)
    .send(JSON.stringify(problem(refusal, request)));
}

function problem(refusal: Refusal | undefined, request: FastifyRequest): object {
  const code = refusal?.code ?? "INTERNAL";
  const data = refusal === undefined || Object.keys(refusal.data).length === 0 ? {} : { data: refusal.data };
  const errors = refusal?.code === "INVALID_INPUT" ? { errors: refusal.data["errors"] } : {};
  return {
    type: `/api/docs/problems#${code}`,
    title: refusal?.message ?? "Something went wrong on our side.",
    status: refusal?.status ?? 500,
    code,
    ...errors,
    ...data,
    requestId: request.id,
  };
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
