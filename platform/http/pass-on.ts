import type { FastifyInstance, FastifyReply } from "fastify";
import type { PublicPage } from "#kernel/contract";
import type { PageRequest } from "../client.ts";
import type { RawAnswer } from "../client/exchange.ts";
import type { RouteWatch } from "../telemetry/exchange.ts";

/** What an answer of another process tells the client beside its bytes; the rest is between the processes, or the edge's own. */
const KEPT = ["content-type", "idempotency-replayed", "retry-after", "www-authenticate", "allow"];

/** Sends an answer as it came, a success with `caching`, anything else for no cache to keep. */
export function passOn(
  reply: FastifyReply,
  answer: RawAnswer,
  caching: Readonly<Record<string, string>>,
): FastifyReply {
  const { status, headers, bytes } = answer;
  for (const name of KEPT) if (headers[name] !== undefined) reply.header(name, headers[name]);
  reply.headers(status < 400 ? caching : { "cache-control": "no-store" });
  return bytes.length === 0 ? reply.code(status).send() : reply.code(status).send(bytes);
}

// They are about one connection (RFC 9110, 7.6.1), or made anew here.
const NOT_PASSED = new Set(
  "connection keep-alive proxy-connection te trailer transfer-encoding upgrade host expect content-length x-request-id".split(
    " ",
  ),
);

/** Leads to a page of another process on its public port: everything is the page's own, but for the connections. */
export function mountPassedPage(
  app: FastifyInstance,
  page: PublicPage,
  ask: (asked: PageRequest) => Promise<RawAnswer>,
  watch: RouteWatch,
): void {
  app.route({
    method: page.method,
    url: page.path,
    ...watch,
    handler: async (request, reply) => {
      const { status, headers, bytes } = await ask({
        method: page.method,
        path: request.url,
        headers: {
          ...(passed(request.headers) as Record<string, string>),
          "x-request-id": request.id,
          traceparent: request.exchange!.traceparent,
        },
        body: request.body instanceof URLSearchParams ? request.body.toString() : undefined,
        signal: page.method === "GET" ? whenGone(reply) : undefined,
      });
      reply.code(status).headers(passed(headers));
      return bytes.length === 0 ? reply.send() : reply.send(bytes);
    },
  });
}

function passed(headers: RawAnswer["headers"]): Record<string, string | string[] | undefined> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED.has(name)));
}

/** Aborted when the client hangs up before it has its answer. */
export function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
