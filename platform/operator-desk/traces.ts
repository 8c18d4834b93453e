import type { FastifyInstance, FastifyRequest } from "fastify";
import { refuse } from "#kernel/refusal";
import type { RecentTraces, TraceRecord } from "../telemetry/recent-traces.ts";
import { sendPage } from "./page.ts";
import { waterfallPage } from "./waterfall-page.ts";

/** `/traces/:traceId` shows one of the last traces, `/traces/:traceId.json` tells it. */
export function mountTraces(app: FastifyInstance, recent: RecentTraces): void {
  const traceOf = (request: FastifyRequest): TraceRecord => {
    const { traceId } = request.params as { traceId: string };
    const trace = recent.find(traceId);
    if (trace === undefined || trace.spans.length === 0) throw refuse.NOT_FOUND();
    return trace;
  };
  app.get("/traces/:traceId([0-9a-f]{32}).json", async (request, reply) =>
    reply.header("cache-control", "no-store").send(traceOf(request)),
  );
  app.get("/traces/:traceId([0-9a-f]{32})", async (request, reply) => {
    const trace = traceOf(request);
    return sendPage(
      reply,
      `Trace ${trace.traceId.slice(0, 8)}`,
      waterfallPage(trace, "whole" in (request.query as object)),
    );
  });
}
