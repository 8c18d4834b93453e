import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { encodingFor } from "./compress.ts";
import { isKnown } from "./etag.ts";
import { withoutTracking } from "./tracking.ts";

/** Whose answers are kept: an operation's, which depend on the address, the market and the languages asked for; or a page's, which
 *  depend on the address, its scheme and host too, and on the encoding. */
export type Source = {
  readonly kind: "operation" | "page";
  readonly service: string;
  /** Counts a request of a client; throws when it may not ask now. */
  readonly count?: (ip: string, nowMs: number) => void;
  /** Told of every answer that was given from here, and how long it took. */
  readonly onServed?: (status: 200 | 304, tookMs: number) => void;
};

/** Where answers are kept, and whose those of an operation or of a page are. */
export type Sharing<Of> = { readonly answers: SharedAnswers; sourceOf(one: Of): Source };

/** What an answer is made for and from: `generation` is another as soon as something of it may have changed; undefined where nobody
 *  tells. */
export type Basis = { readonly key: string; readonly generation: number | undefined };

export type MadeAnswer = {
  readonly source: Source;
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** How long caches may keep it. */
  readonly cacheSeconds: number;
};

/** An answer that is the same for everybody who asks for it so. */
type SharedAnswer = {
  readonly source: Source;
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
  /** Names and values in turn. */
  readonly head: readonly string[];
  readonly headUnchanged: readonly string[];
  readonly generation: number | undefined;
  readonly until: number;
};

export type SharedAnswersOptions = {
  /** A number that grows whenever a service forgets something that its answers are made of; undefined for one in another process. */
  generationOf(service: string): number | undefined;
  /** Unix milliseconds. */
  now(): number;
  /** The request's id, as told or a new one. */
  requestIdOf(told: string | string[] | undefined): string;
  /** What the addresses of operations begin with, and those of pages do not; without it there are pages only. */
  readonly operationsBelow?: string | undefined;
};

const LONGEST_MS = 5_000;
/** Of another process' answers, which nobody tells us to forget: a small part of what caches beyond us may. */
const LONGEST_UNTOLD_MS = 1_000;
/** What was made together leaves one after the other, so that not all of it is made anew at the same moment. */
const SPREAD = 0.25;
const MOST_BYTES = 32 * 1024 * 1024;
const LARGEST_BYTES = 256 * 1024;
const LONGEST_KEY = 2_048;

/** Answers of operations and pages with `cacheSeconds`, ready to be sent, kept for seconds by what they depend on. They are written
 *  without routing, checking and making them again. Nothing of one client is in them: a request with an Authorization goes the
 *  long way. At most 32 MiB; the oldest leave first. */
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
    const key = this.#keyOf(request.url!, headers);
    const answer = this.#answers.get(key);
    if (answer === undefined) return false;
    const { source, etag } = answer;
    const nowMs = this.#options.now();
    if (answer.until <= nowMs || answer.generation !== this.#options.generationOf(source.service)) {
      this.#forget(key, answer);
      return false;
    }
    try {
      source.count?.(request.socket.remoteAddress ?? "", nowMs);
    } catch {
      return false; // refused the long way
    }
    const requestId = this.#options.requestIdOf(headers["x-request-id"]);
    const isUnchanged = etag !== undefined && isKnown(etag, headers["if-none-match"]);
    if (isUnchanged) response.writeHead(304, ["x-request-id", requestId, ...answer.headUnchanged]).end();
    else response.writeHead(200, ["x-request-id", requestId, ...answer.head]).end(answer.bytes);
    source.onServed?.(isUnchanged ? 304 : 200, performance.now() - startedMs);
    return true;
  }

  /** What an answer to this request would be made for and from; ask before it is made. Undefined: it is not to be kept. */
  basisOf(request: IncomingMessage, source: Source): Basis | undefined {
    const url = request.url!;
    if (request.method !== "GET" || request.headers.authorization !== undefined) return undefined;
    // An address may be written in full, "http://…": it leads to the same route, and says less of whose it is.
    if (url[0] !== "/" || this.#isOfOperation(url) !== (source.kind === "operation")) return undefined;
    return { key: this.#keyOf(url, request.headers), generation: this.#options.generationOf(source.service) };
  }

  /** Keeps a success, unless something of it changed since its basis was asked for. */
  keep({ key, generation }: Basis, { source, bytes, etag, headers, cacheSeconds }: MadeAnswer): void {
    if (bytes.length > LARGEST_BYTES || key.length > LONGEST_KEY) return;
    if (generation !== this.#options.generationOf(source.service)) return;
    const longestMs = generation === undefined ? LONGEST_UNTOLD_MS : LONGEST_MS;
    const lines = [...Object.entries(headers), ...(etag === undefined ? [] : [["etag", etag] as const])];
    const present = this.#answers.get(key);
    if (present !== undefined) this.#forget(key, present);
    this.#answers.set(key, {
      source,
      // Compressors and `Buffer.from` answer a view of 64 KiB, all of which would stay.
      bytes: new Uint8Array(bytes),
      etag,
      head: [...lines.flatMap(lineOf), "content-length", String(bytes.length)],
      headUnchanged: lines.filter(([name]) => !ABOUT_BYTES.has(name)).flatMap(lineOf),
      generation,
      until: this.#options.now() + Math.min(longestMs, cacheSeconds * 1_000) * (1 - SPREAD * Math.random()),
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

  #isOfOperation(url: string): boolean {
    const { operationsBelow } = this.#options;
    return operationsBelow !== undefined && url.startsWith(operationsBelow);
  }

  #keyOf(url: string, headers: IncomingHttpHeaders): string {
    if (this.#isOfOperation(url))
      return `${url}\n${String(headers["tradepost-market"] ?? "")}\n${headers["accept-language"] ?? ""}`;
    return `${withoutTracking(url)}\n${schemeOf(headers)}://${headers.host ?? ""}\n${encodingFor(headers["accept-encoding"])}`;
  }

  #forget(key: string, answer: SharedAnswer): void {
    if (this.#answers.delete(key)) this.#bytes -= answer.bytes.length;
  }
}

/** Headers that an answer without its bytes leaves out (RFC 9110, 15.4.5). */
export const ABOUT_BYTES: ReadonlySet<string> = new Set(["content-type", "content-encoding", "content-length"]);

function lineOf([name, value]: readonly [string, string | readonly string[]]): readonly string[] {
  return typeof value === "string" ? [name, value] : value.flatMap((one) => [name, one]);
}

/** What the client asked by, as far as the proxy before us tells. */
export function schemeOf(headers: IncomingHttpHeaders): "http" | "https" {
  return headers["x-forwarded-proto"] === "https" ? "https" : "http";
}

/** Claims that the client keeps a trace of this request (W3C trace context): it is to see what an answer is made of. */
function wantsTrace({ traceparent }: IncomingHttpHeaders): boolean {
  return typeof traceparent === "string" && traceparent.endsWith("-01");
}
