import { Readable } from "node:stream";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { hasJsonBody, type Operation } from "#kernel/contract";
import { newId } from "#kernel/id";
import { refuse } from "#kernel/refusal";
import { answerError } from "./http/answer-error.ts";
import { addBodyParsers, nulCharacter } from "./http/body-parsers.ts";
import { openConnections, type Patience } from "./http/connections.ts";
import { hasHungUp } from "./http/hung-up.ts";
import { watchPaths } from "./http/known-paths.ts";
import { passOn, whenGone } from "./http/pass-on.ts";
import { SECURITY_HEADERS } from "./http/security-headers.ts";
import { isForFallback, type Fallback } from "./http/fallback.ts";
import { etagOf, isKnown } from "./http/etag.ts";
import type { MadeAnswer, SharedAnswers, Sharing } from "./http/shared-answers.ts";
import type { RawAnswer } from "./client/exchange.ts";
import { INPUT_PARAMETER } from "./client/wire.ts";
import type { CallContext } from "./ctx.ts";
import { isLostReplyOf } from "./faults/lost-reply.ts";
import type { InputCheck } from "./check-input.ts";
import { checkFor } from "./invoke.ts";
import type { Log } from "./log.ts";
import { withDeadline } from "./runtime-context.ts";
import { prepareExchanges, type RouteWatch } from "./telemetry/exchange.ts";

const PATIENCE: Patience = { silenceMs: 60_000, requestMs: 3_600_000 };

export type Serving = {
  readonly patience?: Patience;
  /** Answers that lie ready are given before anything else is looked at. */
  readonly shared?: SharedAnswers | undefined;
  /** Answers browsers where no route does. */
  readonly fallback?: Fallback | undefined;
};

/** A server with our answers for everything that goes wrong (RFC 9457), request ids and security headers. */
export function createServer(log: Log, { patience = PATIENCE, shared, fallback }: Serving = {}): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1_048_576,
    genReqId: (raw) => safeRequestId(raw.headers["x-request-id"]),
    forceCloseConnections: "idle",
    serverFactory: (handler) => {
      const serve: typeof handler = (request, response) => {
        if (shared?.serve(request, response) !== true) handler(request, response);
      };
      return openConnections(shared === undefined ? handler : serve, patience);
    },
    clientErrorHandler: () => {}, // openConnections has answered
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 512 },
    // What arrives on an open connection during the stop is still served; the answer closes the connection.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void answerUnroutable({ error, request, reply, log, fallback }),
  });
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id).headers(SECURITY_HEADERS);
    if (request.headers.host === undefined && request.raw.httpVersion === "1.1") return done(missingHost());
    // PostgreSQL has no text with U+0000: refused here, it is no fault of a statement later.
    if (request.url.includes("%00")) return done(nulCharacter("(path)"));
    return done();
  });
  endConnectionsOnClose(app, shared);
  prepareExchanges(app);
  addBodyParsers(app);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  answerUnknownPaths(app, log, fallback);
  return app;
}

type Unroutable = {
  readonly error: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly log: Log;
  readonly fallback: Fallback | undefined;
};

/** A URL that cannot be routed never reaches the hooks. */
async function answerUnroutable({ error, request, reply, log, fallback }: Unroutable): Promise<void> {
  reply.headers({ "x-request-id": request.id, ...SECURITY_HEADERS });
  try {
    if (fallback === undefined || !isForFallback(request, fallback)) throw error;
    await fallback.answer(request, reply);
  } catch (cause) {
    if (!reply.sent) answerError(cause, request, reply, log);
  }
}

/** RFC 9112, 3.2. */
function missingHost(): Error {
  return refuse.INVALID_INPUT({ errors: [{ field: "host", message: "is required" }] });
}

function answerUnknownPaths(app: FastifyInstance, log: Log, fallback: Fallback | undefined): void {
  const paths = watchPaths(app);
  app.setNotFoundHandler((request, reply) => {
    const methods = paths.methodsOf(request.url);
    const isKnown = methods.length > 0 && !methods.includes(request.method);
    if (isKnown) reply.header("allow", methods.join(", "));
    else if (fallback !== undefined && isForFallback(request, fallback)) return fallback.answer(request, reply);
    return answerError(isKnown ? refuse.METHOD_NOT_ALLOWED() : refuse.NOT_FOUND(), request, reply, log);
  });
}

/** Without it, a stop would wait for clients that keep the connection of their last answer open. */
function endConnectionsOnClose(app: FastifyInstance, shared: SharedAnswers | undefined): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
    shared?.close();
  });
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (isClosing) reply.header("connection", "close");
    done(null, payload);
  });
}

export type Mounting = {
  pathOf(operation: Operation): string;
  readonly log: Log;
  /** `strict` refuses unknown fields: the public edge. */
  readonly mode: "strict" | "lenient";
  /** Who asks, and for what market. Refuses what may not be. */
  admit(request: FastifyRequest, reply: FastifyReply, operation: Operation): Promise<CallContext>;
  invoke(operation: Operation, input: unknown, call: CallContext, signals: { onReplayed(): void }): Promise<unknown>;
  /** How an operation that runs in another process is passed on to it; undefined for one that runs here. */
  forwarder?(operation: Operation): Forward | undefined;
  /** Where answers that are the same for everybody are kept, and whose an operation's are. */
  readonly sharing?: Sharing<Operation> | undefined;
  /** Measures and traces the requests of a route. */
  watch?(method: string, path: string): RouteWatch;
};

/** Asks another process; its answer is sent as it comes. `signal` is aborted when nobody waits for it any more. */
export type Forward = (input: unknown, call: CallContext, signal: AbortSignal | undefined) => Promise<RawAnswer>;

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
  const forward = mounting.forwarder?.(operation);
  const caching = cachingOf(operation);
  const { cacheSeconds } = operation;
  const sharing = cacheSeconds === undefined ? undefined : mounting.sharing;
  const source = sharing?.sourceOf(operation);
  const isOfFleet = mounting.mode === "lenient";
  const changes = operation.method !== "GET";
  app.route({
    method: operation.method,
    url: mounting.pathOf(operation),
    config: { isHidden: isOfFleet },
    ...mounting.watch?.(operation.method, mounting.pathOf(operation)),
    ...(operation.body === "stream"
      ? { bodyLimit: Number.MAX_SAFE_INTEGER }
      : { bodyLimit: operation.bodyLimitBytes ?? 1_048_576 }),
    errorHandler: (error, request, reply) => {
      if (isLostReplyOf(operation, error)) return breakOff(request, reply);
      return answerError(error, request, reply, mounting.log);
    },
    handler: async (request, reply) => {
      const basis = source === undefined ? undefined : sharing!.answers.basisOf(request.raw, source);
      const keep: Keep = (made) => {
        if (basis !== undefined)
          sharing!.answers.keep(basis, { source: source!, cacheSeconds: cacheSeconds!, ...made });
      };
      const call = await mounting.admit(request, reply, operation);
      const stream = operation.body === "stream" ? (request.body as Readable | undefined) : undefined;
      const checked = check.check(inputOf(request, operation, mounting.mode), mounting.mode);
      const isLate = call.deadlineAtMs <= Date.now() || (isOfFleet && changes && (await hasHungUp(request)));
      if (isLate) throw refuse.DEADLINE_EXCEEDED();
      if (forward !== undefined) {
        // Only what changes nothing is broken off with its client; anything else goes on, as it would in one process.
        const signal = operation.method === "GET" ? whenGone(reply) : undefined;
        const raw = await forward(checked, call, signal).finally(() => stream?.resume());
        if (cacheSeconds === undefined || raw.status !== 200) return passOn(reply, raw, caching);
        return sendShared(request, reply, { caching, bytes: raw.bytes, keep });
      }
      const answer = mounting.invoke(operation, checked, call, {
        onReplayed: () => void reply.header("idempotency-replayed", "true"),
      });
      // What nobody read has to leave the connection before its next request; without effect while it is being read.
      const output = await withDeadline(answer, call.deadlineAtMs - Date.now()).finally(() => stream?.resume());
      reply.code(statusOf(operation, output));
      if (cacheSeconds === undefined || output === undefined) return sendJson(reply.headers(caching), output);
      return sendShared(request, reply, { caching, bytes: Buffer.from(JSON.stringify(output)), keep });
    },
  });
}

const JSON_TYPE = "application/json; charset=utf-8";

/** Keeps an answer for others, if it may be kept. */
type Keep = (made: Pick<MadeAnswer, "bytes" | "etag" | "headers">) => void;
type Made = {
  readonly caching: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly keep: Keep;
};

/** Sends an answer that caches may keep, or that the client's own copy of it is still good. */
function sendShared(request: FastifyRequest, reply: FastifyReply, { caching, bytes, keep }: Made): FastifyReply {
  const etag = etagOf(bytes);
  keep({ bytes, etag, headers: { ...SECURITY_HEADERS, ...caching, "content-type": JSON_TYPE } });
  reply.headers({ ...caching, etag });
  if (isKnown(etag, request.headers["if-none-match"])) return reply.code(304).send();
  return reply.header("content-type", JSON_TYPE).send(bytes);
}

/** Ends the connection without an answer. */
function breakOff(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

/** What a success tells caches. */
function cachingOf({ cacheSeconds }: Operation): Readonly<Record<string, string>> {
  if (cacheSeconds === undefined) return { "cache-control": "no-store" };
  const caching = `public, max-age=${cacheSeconds}, stale-while-revalidate=${cacheSeconds * 10}`;
  return { "cache-control": caching, vary: "tradepost-market, accept-language" };
}

/** The fields of headers, path, and query or body. */
function inputOf(request: FastifyRequest, operation: Operation, mode: Mounting["mode"]): object {
  const check = checkFor(operation);
  const parts = check.fromText({ ...headerParts(request, operation), ...(request.params as object) });
  const told = hasJsonBody(operation) ? bodyFields(request.body) : queryFields(request.query, check, mode);
  const fields = { ...told, ...parts };
  if (operation.body !== "stream") return fields;
  return { ...fields, body: chunksOf(request.body as Readable | undefined) };
}

/** Input fields that the contract takes from headers. */
function headerParts(request: FastifyRequest, operation: Operation): Record<string, unknown> {
  const told = Object.entries(operation.headers ?? {}).map(([field, header]) => [field, request.headers[header]]);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined));
}

/** The chunks of a body. Whoever stops in the middle leaves the connection as it is: it still has to carry the answer, and what
 *  was not read has to leave it before the next request. */
async function* chunksOf(stream: Readable = Readable.from([])): AsyncIterable<Uint8Array> {
  try {
    yield* stream.iterator({ destroyOnReturn: false });
  } finally {
    stream.resume();
  }
}

/** Fields of a JSON body; none when there is no body. */
function bodyFields(body: unknown): object {
  if (body === undefined || body === null) return {};
  if (body instanceof URLSearchParams) throw refuse.UNSUPPORTED_MEDIA_TYPE();
  if (typeof body === "object" && !Array.isArray(body)) return body;
  throw refuse.INVALID_INPUT({ errors: [{ field: "(body)", message: "must be a JSON object" }] });
}

/** Fields of the query; other services send theirs as one JSON text, because a query knows text only. */
function queryFields(query: unknown, check: InputCheck, mode: Mounting["mode"]): object {
  const { [INPUT_PARAMETER]: json, ...texts } = query as Record<string, unknown>;
  if (mode === "strict") return check.fromText(query as Record<string, unknown>);
  return { ...check.fromText(texts), ...(typeof json === "string" ? (JSON.parse(json) as object) : {}) };
}

/** Writes the JSON itself: Fastify would send a text as text/plain, and null as nothing. */
function sendJson(reply: FastifyReply, output: unknown): FastifyReply {
  if (output === undefined) return reply.send();
  return reply.header("content-type", JSON_TYPE).send(JSON.stringify(output));
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

const REQUEST_ID = /^[\w-]{8,64}$/;

/** The id that a client gave its request, when it is one; else a new one. */
export function safeRequestId(told: string | string[] | undefined): string {
  return typeof told === "string" && REQUEST_ID.test(told) ? told : newId("request");
}
