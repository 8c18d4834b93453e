import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Telemetry } from "../telemetry.ts";
import type { Histogram } from "./histogram.ts";
import type { ActiveSpan } from "./spans.ts";
import { isSampled } from "./traceparent.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Where telemetry watches the route. */
    exchange: Exchange | undefined;
  }
}

type Told = Pick<FastifyRequest, "id"> & { readonly store?: string; readonly market?: string };

/** One request to the public edge and its answer. */
class Exchange {
  /** The trace context of what is done for it. */
  readonly traceparent: string;
  readonly #span: ActiveSpan | undefined;
  readonly #startedMs = performance.now();

  constructor(traceparent: string, span: ActiveSpan | undefined) {
    this.traceparent = traceparent;
    this.#span = span;
  }

  /** Who asks is known now. */
  admitted({ id, store, market }: Told): void {
    if (this.#span === undefined) return;
    this.#span.set({
      "tradepost.request_id": id,
      ...(store === undefined ? {} : { "tradepost.store": store }),
      ...(market === undefined ? {} : { "tradepost.market": market }),
    });
  }

  /** The answer is ready: records how long it took. */
  answered(status: number, histogram: Histogram): void {
    histogram.record((performance.now() - this.#startedMs) / 1_000);
    this.#span?.endAnswered(status);
  }
}

/** Prepares a server for routes that are watched. */
export function prepareExchanges(app: FastifyInstance): void {
  app.decorateRequest("exchange", undefined);
}

/** Measures answers that no route gives, because they lie ready, as those of their route. */
export function readyMeter({ metrics }: Telemetry, { method, path }: { method: string; path: string }) {
  const of = (hundreds: string) => metrics.requests.of(method, path, hundreds);
  let both: { readonly 200: Histogram; readonly 304: Histogram } | undefined; // there is no series before the first
  return (status: 200 | 304, tookMs: number): void => {
    both ??= { 200: of("2xx"), 304: of("3xx") };
    both[status].record(tookMs / 1_000);
  };
}

/** Hooks of one route. */
export type RouteWatch = ReturnType<typeof watchRoute>;

/** Hooks of one route that measure its requests and begin a trace where one is kept: `service` is who serves it. */
export function watchRoute(telemetry: Telemetry, service: string, route: { method: string; path: string }) {
  const { method, path } = route;
  const name = `${method} ${path}`;
  const attributes = { "http.request.method": method, "http.route": path };
  const isRead = method === "GET";
  const histograms = new Map<number, Histogram>();
  const histogramOf = (status: number) => {
    const hundreds = Math.trunc(status / 100);
    let histogram = histograms.get(hundreds);
    if (histogram === undefined)
      histograms.set(hundreds, (histogram = telemetry.metrics.requests.of(method, path, `${hundreds}xx`)));
    return histogram;
  };
  return {
    onRequest: (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
      const parent = telemetry.sampler.decide(request.headers["traceparent"], isRead);
      const span = isSampled(parent)
        ? telemetry.spans.start({ service, name, kind: "SERVER", parent, attributes })
        : undefined;
      request.exchange = new Exchange(span?.traceparent ?? parent, span);
      done();
    },
    onSend: (
      request: FastifyRequest,
      reply: FastifyReply,
      payload: unknown,
      done: (error: null, payload: unknown) => void,
    ) => {
      const status = reply.statusCode;
      request.exchange?.answered(status, histogramOf(status));
      done(null, payload);
    },
  };
}
