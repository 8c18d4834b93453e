import type { FastifyReply } from "fastify";
import type { RawAnswer } from "../client/exchange.ts";

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

/** Aborted when the client hangs up before it has its answer. */
export function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
