import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { hasJsonBody, type Operation } from "#kernel/contract";
import { newId } from "#kernel/id";
import { Refusal, refuse } from "#kernel/refusal";
import type { CallContext, Ctx } from "./ctx.ts";
import { checkFor } from "./invoke.ts";
import { faultFacts, type Log } from "./log.ts";
import { withDeadline } from "./runtime-context.ts";
import type { WebAnswer, WebPage } from "./service.ts";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** A server with our answers for everything that goes wrong (RFC 9457), request ids and security headers. */
export function createServer(log: Log): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1_048_576,
    genReqId: (raw) => safeRequestId(raw.headers["x-request-id"]),
    forceCloseConnections: "idle",
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 512 },
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({
      "x-request-id": request.id,
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "strict-origin-when-cross-origin",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cross-origin-opener-policy": "same-origin",
    });
  });
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 65_536 },
    async (_: FastifyRequest, text: string | Buffer) => new URLSearchParams(String(text)),
  );
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => answerError(refuse.NOT_FOUND(), request, reply, log));
  return app;
}

export type Mounting = {
  readonly prefix: string;
  readonly log: Log;
  /** `strict` refuses unknown fields: the public edge. */
  readonly mode: "strict" | "lenient";
  /** Who asks, and for what market. Refuses what may not be. */
  admit(request: FastifyRequest, reply: FastifyReply, operation: Operation): Promise<CallContext>;
  invoke(operation: Operation, input: unknown, call: CallContext, signals: { onReplayed(): void }): Promise<unknown>;
};

/** Serves operations as routes. */
export function mountOperations(app: FastifyInstance, operations: readonly Operation[], mounting: Mounting): void {
  const streams = operations.filter((operation) => operation.body === "stream");
  for (const operation of operations) if (operation.body !== "stream") mountOne(app, operation, mounting);
  if (streams.length === 0) return;
  void app.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    for (const operation of streams) mountOne(raw, operation, mounting);
  });
}

function mountOne(app: FastifyInstance, operation: Operation, mounting: Mounting): void {
  const check = checkFor(operation);
  const isJson = hasJsonBody(operation);
  const isShared = operation.cacheSeconds !== undefined;
  const caching = isShared
    ? `public, max-age=${operation.cacheSeconds}, stale-while-revalidate=${operation.cacheSeconds! * 10}`
    : "no-store";
  app.route({
    method: operation.method,
    url: mounting.prefix + operation.path,
    ...(operation.body === "stream"
      ? { bodyLimit: Number.MAX_SAFE_INTEGER }
      : { bodyLimit: operation.bodyLimitBytes ?? 1_048_576 }),
    handler: async (request, reply) => {
      const call = await mounting.admit(request, reply, operation);
      const query = isJson && mounting.mode === "strict" ? {} : (request.query as object);
      const parts = check.fromText({ ...query, ...headerParts(request, operation), ...(request.params as object) });
      const input =
        operation.body === "stream"
          ? { ...parts, body: request.body ?? emptyBody() }
          : isJson
            ? withParts(request.body, parts)
            : parts;
      const checked = check.check(input, mounting.mode);
      const answer = mounting.invoke(operation, checked, call, {
        onReplayed: () => void reply.header("idempotency-replayed", "true"),
      });
      const output = await withDeadline(answer, call.deadlineAtMs - Date.now(), () => refuse.DEADLINE_EXCEEDED());
      reply.header("cache-control", caching);
      if (isShared) reply.header("vary", "tradepost-market, accept-language");
      return reply.code(statusOf(operation, output)).send(output);
    },
  });
}

/** Input fields that the contract takes from headers. */
function headerParts(request: FastifyRequest, operation: Operation): Record<string, unknown> {
  const told = Object.entries(operation.headers ?? {}).map(([field, header]) => [field, request.headers[header]]);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined));
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

/** Fields of the body and of the path in one input; a field of the path cannot be told twice. */
function withParts(body: unknown, parts: Record<string, unknown>): unknown {
  if (body === undefined || body === null) return parts;
  if (typeof body !== "object" || Array.isArray(body) || body instanceof URLSearchParams) {
    throw refuse.INVALID_INPUT({ errors: [{ field: "(body)", message: "must be a JSON object" }] });
  }
  return { ...body, ...parts };
}

function statusOf(operation: Operation, output: unknown): number {
  if (operation.isAccepted?.(output) === true) return 202;
  return operation.success ?? 200;
}

const KEY = /^"?([\x21\x23-\x7e]{8,128})"?$/;

/** The request's Idempotency-Key, quoted or not. Refuses one that is missing or malformed where it is required. */
export function idempotencyKeyOf(request: FastifyRequest, operation: Operation): string | undefined {
  if (operation.idempotencyKey === undefined) return undefined;
  const told = request.headers["idempotency-key"];
  if (told === undefined && operation.idempotencyKey === "optional") return undefined;
  const key = typeof told === "string" ? KEY.exec(told)?.[1] : undefined;
  if (key === undefined) throw refuse.IDEMPOTENCY_KEY_REQUIRED();
  return key;
}

/** Serves pages and files of services. */
export function mountPages(
  app: FastifyInstance,
  pages: readonly WebPage[],
  contextFor: (request: FastifyRequest) => Ctx,
): void {
  for (const page of pages) {
    app.route({
      method: page.method,
      url: page.path,
      handler: async (request, reply) => {
        const answer = await page.handle(
          {
            parameters: request.params as Record<string, string>,
            query: request.query as Record<string, string>,
            form: request.body instanceof URLSearchParams ? Object.fromEntries(request.body) : {},
            headers: request.headers as Record<string, string | undefined>,
          },
          contextFor(request),
        );
        return sendPage(reply, answer);
      },
    });
  }
}

function sendPage(reply: FastifyReply, answer: WebAnswer): FastifyReply {
  reply.code(answer.status ?? 200).header("content-type", answer.contentType ?? "text/html; charset=utf-8");
  if (answer.contentType === undefined)
    reply.header(
      "content-security-policy",
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
  reply.headers({ "cache-control": "no-store", ...answer.headers });
  return reply.send(answer.body ?? "");
}

/** Answers any error as problem+json. Refusals are told; faults are logged once and told as 500 without their text. */
function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
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
  const told = error as { code?: string; statusCode?: number };
  if (told.code === "FST_ERR_CTP_BODY_TOO_LARGE") return refuse.PAYLOAD_TOO_LARGE();
  if (told.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return refuse.UNSUPPORTED_MEDIA_TYPE();
  const isBadBody = told.statusCode === 400;
  return isBadBody
    ? refuse.INVALID_INPUT({ errors: [{ field: "(body)", message: "is not well-formed JSON" }] })
    : undefined;
}

const REQUEST_ID = /^[\w-]{8,64}$/;

function safeRequestId(told: string | string[] | undefined): string {
  return typeof told === "string" && REQUEST_ID.test(told) ? told : newId("request");
}
