import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Operation } from "#kernel/contract";

/** An answer that is the same for everybody who asks for it so. */
type SharedAnswer = {
  readonly operation: Operation;
  readonly bytes: Buffer;
  readonly etag: string;
  /** Names and values in turn. */
  readonly head: readonly string[];
  readonly headUnchanged: readonly string[];
  readonly basis: Basis;
  readonly until: number;
};

/** What an answer is made from: a number that is another as soon as something of it may have changed; undefined where nobody tells. */
export type Basis = { readonly generation: number | undefined };

export type SharedAnswersOptions = {
  /** A number that grows whenever a service forgets something that its answers are made of; undefined for one in another process. */
  generationOf(service: string): number | undefined;
  /** Unix milliseconds. */
  now(): number;
  /** Counts the request; throws when this client may not ask now. */
  count(operation: Operation, ip: string, nowMs: number): void;
  /** The request's id, as told or a new one. */
  requestIdOf(told: string | string[] | undefined): string;
  /** Told of every answer that was given from here, and how long it took. */
  onServed?(operation: Operation, status: 200 | 304, tookMs: number): void;
};

const LONGEST_MS = 5_000;
/** Of another process' answers, which nobody tells us to forget: a small part of what caches beyond us may. */
const LONGEST_UNTOLD_MS = 1_000;
const MOST_BYTES = 32 * 1024 * 1024;
const LARGEST_BYTES = 256 * 1024;
const LONGEST_KEY = 2_048;

/** Serialised answers of operations with `cacheSeconds`, kept for seconds, by what they depend on: the address, the market and the
 *  languages asked for. They are written without routing, checking and making them again. Nothing of one client is in them: a
 *  request with an Authorization goes the long way. At most 32 MiB; the oldest leave first. */
export class SharedAnswers {
  readonly #options: SharedAnswersOptions;
  readonly #answers = new Map<string, SharedAnswer>();
  #bytes = 0;
  #isClosed = false;

  constructor(options: SharedAnswersOptions) {
    this.#options = options;
  }

  /** Answers the request if its answer lies ready; false: nothing was done. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== "GET" || this.#answers.size === 0 || this.#isClosed) return false;
    const startedMs = performance.now();
    const { headers } = request;
    if (headers.authorization !== undefined || headers.host === undefined || wantsTrace(headers)) return false;
    const key = keyOf(request.url!, headers);
    const answer = this.#answers.get(key);
    if (answer === undefined) return false;
    const nowMs = this.#options.now();
    if (answer.until <= nowMs || answer.basis.generation !== this.#options.generationOf(answer.operation.service)) {
      this.#forget(key, answer);
      return false;
    }
    try {
      this.#options.count(answer.operation, request.socket.remoteAddress ?? "", nowMs);
    } catch {
      return false; // refused the long way
    }
    const requestId = this.#options.requestIdOf(headers["x-request-id"]);
    const isUnchanged = isKnown(answer.etag, headers["if-none-match"]);
    if (isUnchanged) response.writeHead(304, ["x-request-id", requestId, ...answer.headUnchanged]).end();
    else response.writeHead(200, ["x-request-id", requestId, ...answer.head]).end(answer.bytes);
    this.#options.onServed?.(answer.operation, isUnchanged ? 304 : 200, performance.now() - startedMs);
    return true;
  }

  /** What an answer to this request would be made from; ask before it is made. Undefined: it is not to be kept. */
  basisOf(request: IncomingMessage, operation: Operation): Basis | undefined {
    const isShared = operation.cacheSeconds !== undefined && request.headers.authorization === undefined;
    return isShared && request.method === "GET"
      ? { generation: this.#options.generationOf(operation.service) }
      : undefined;
  }

  /** Keeps a success, unless something of it changed since its basis was asked for. */
  keep(
    request: IncomingMessage,
    made: {
      readonly operation: Operation;
      readonly basis: Basis;
      readonly bytes: Buffer;
      readonly etag: string;
      readonly headers: Readonly<Record<string, string>>;
    },
  ): void {
    const { operation, basis, bytes, etag, headers } = made;
    const key = keyOf(request.url!, request.headers);
    if (bytes.length > LARGEST_BYTES || key.length > LONGEST_KEY) return;
    if (basis.generation !== this.#options.generationOf(operation.service)) return;
    const longestMs = basis.generation === undefined ? LONGEST_UNTOLD_MS : LONGEST_MS;
    const lines = Object.entries(headers);
    const present = this.#answers.get(key);
    if (present !== undefined) this.#forget(key, present);
    this.#answers.set(key, {
      operation,
      bytes,
      etag,
      head: [...lines.flat(), "etag", etag, "content-length", String(bytes.length)],
      headUnchanged: [...lines.filter(([name]) => name !== "content-type").flat(), "etag", etag],
      basis,
      until: this.#options.now() + Math.min(longestMs, operation.cacheSeconds! * 1_000),
    });
    this.#bytes += bytes.length;
    for (const [oldest, answer] of this.#answers) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#forget(oldest, answer);
    }
  }

  /** From now on every answer is made, so that it can tell its connection to close. */
  close(): void {
    this.#isClosed = true;
  }

  #forget(key: string, answer: SharedAnswer): void {
    if (this.#answers.delete(key)) this.#bytes -= answer.bytes.length;
  }
}

/** A validator of these bytes (RFC 9110, 8.8.3). */
export function etagOf(bytes: Buffer): string {
  return `"${createHash("sha1").update(bytes).digest("base64url")}"`;
}

/** Claims that the client has the answer already: `told` is an If-None-Match (RFC 9110, 13.1.2). */
export function isKnown(etag: string, told: string | undefined): boolean {
  if (told === undefined) return false;
  return told.trim() === "*" || told.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

function keyOf(url: string, headers: IncomingMessage["headers"]): string {
  return `${url}\n${String(headers["tradepost-market"] ?? "")}\n${headers["accept-language"] ?? ""}`;
}

/** Claims that the client keeps a trace of this request (W3C trace context): it is to see what an answer is made of. */
function wantsTrace({ traceparent }: IncomingMessage["headers"]): boolean {
  return typeof traceparent === "string" && traceparent.endsWith("-01");
}
