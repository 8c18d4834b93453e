import type { FastifyInstance } from "fastify";
import type { PublicPage } from "#kernel/contract";
import { refuse } from "#kernel/refusal";
import type { PageRequest } from "../client.ts";
import type { RawAnswer } from "../client/exchange.ts";
import type { RouteWatch } from "../telemetry/exchange.ts";
import { newTraceparent } from "../telemetry/traceparent.ts";
import { encodingFor } from "./compress.ts";
import type { PageHandler } from "./pages.ts";
import { whenGone } from "./pass-on.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import type { Sharing } from "./shared-answers.ts";

export type PassedMounting = {
  ask(asked: PageRequest): Promise<RawAnswer>;
  watch(method: string, path: string): RouteWatch;
  /** What the addresses of operations begin with: none of them is a page. */
  readonly outsideOf: string;
  readonly sharing: Sharing<PublicPage>;
};

/** Leads to a page of another process on its public port: everything is the page's own, but for the connections. */
export function mountPassedPage(app: FastifyInstance, page: PublicPage, mounting: PassedMounting): void {
  const { method, path } = page;
  app.route({ method, url: path, ...mounting.watch(method, path), handler: passedPageHandler(page, mounting) });
}

/** What answers requests for a page of another process. */
export function passedPageHandler(page: PublicPage, { ask, outsideOf, sharing }: PassedMounting): PageHandler {
  const source = sharing.sourceOf(page);
  return async (request, reply) => {
    if (request.url.startsWith(outsideOf)) throw refuse.NOT_FOUND();
    const basis = sharing.answers.basisOf(request.raw, source);
    const { status, headers, bytes } = await ask({
      method: page.method,
      path: request.url,
      headers: {
        ...(passed(request.headers) as Record<string, string>),
        "x-request-id": request.id,
        traceparent: request.exchange?.traceparent ?? newTraceparent(),
      },
      body: request.body instanceof URLSearchParams ? request.body.toString() : undefined,
      signal: page.method === "GET" ? whenGone(reply) : undefined,
    });
    const own = passed(headers);
    reply.code(status).headers(own);
    if (bytes.length === 0) return reply.send();
    const cacheSeconds = status === 200 ? keptSeconds(own, request.headers["accept-encoding"]) : 0;
    if (basis !== undefined && cacheSeconds > 0) {
      const { etag, ...others } = { ...SECURITY_HEADERS, ...own } as Record<string, string | string[]>;
      sharing.answers.keep(basis, { source, bytes, etag: etag?.toString(), headers: others, cacheSeconds });
    }
    return reply.send(bytes);
  };
}

// They are about one connection (RFC 9110, 7.6.1), or made anew here. The host is not among them: a page tells its own address.
const NOT_PASSED = new Set(
  "connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect content-length x-request-id".split(
    " ",
  ),
);

function passed(headers: RawAnswer["headers"]): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !NOT_PASSED.has(name));
  return Object.fromEntries(kept) as Record<string, string | string[]>;
}

/** For how long an answer may be kept by what it depends on here, the address and the encoding; 0: not at all (RFC 9111, 3). */
function keptSeconds(headers: RawAnswer["headers"], accepted: string | undefined): number {
  const { "cache-control": caching, vary = "accept-encoding", "content-encoding": encoding } = headers;
  const isPublic = /\bpublic\b/.test(String(caching)) && !/\b(?:no-store|no-cache|private)\b/.test(String(caching));
  const isOfMore = String(vary).trim().toLowerCase() !== "accept-encoding";
  const isOtherwise = encoding !== undefined && encoding !== encodingFor(accepted);
  if (!isPublic || isOfMore || isOtherwise || headers["set-cookie"] !== undefined) return 0;
  return Number(/\bmax-age=(\d+)/.exec(String(caching))?.[1] ?? 0);
}
