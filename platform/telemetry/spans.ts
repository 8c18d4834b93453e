import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  type Attributes,
  type Span,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, TracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace";
import { Refusal } from "#kernel/refusal";
import type { Settings } from "../config.ts";
import { telemetrySettings } from "./settings.ts";
import { spanIdOf, traceIdOf } from "./traceparent.ts";

export type SpanFacts = {
  /** The service whose work it is. */
  readonly service: string;
  readonly name: string;
  readonly kind: keyof typeof SpanKind;
  /** The trace context that it begins in. */
  readonly parent: string;
  readonly attributes?: Attributes;
};

/** Begins spans. Ask `isSampled` first: a trace that is not kept must cost nothing. */
export type Spans = { start(facts: SpanFacts): ActiveSpan };

/** Work under way that is recorded. */
export class ActiveSpan {
  /** The trace context of what is done inside. */
  readonly traceparent: string;
  readonly #span: Span;

  constructor(span: Span) {
    const { traceId, spanId } = span.spanContext();
    this.traceparent = `00-${traceId}-${spanId}-01`;
    this.#span = span;
  }

  /** Never personal data, tokens, bodies or texts of errors. */
  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  end(): void {
    this.#span.end(wallClockMs());
  }

  /** Ends it with what was thrown: an expected refusal is an answer like others, anything else marks it as failed. Texts of errors
   *  may hold anything and stay in the log. */
  endThrown(error: unknown): void {
    if (error instanceof Refusal) this.#span.setAttribute("tradepost.refusal", error.code);
    if (isFault(error)) {
      this.#span.setAttribute("error.type", error instanceof Refusal ? error.code : nameOf(error));
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.end();
  }

  /** Ends an HTTP exchange. */
  endAnswered(status: number): void {
    this.#span.setAttribute("http.response.status_code", status);
    if (status >= 500) {
      this.#span.setAttribute("error.type", String(status));
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.end();
  }
}

/** Claims that what was thrown is none of the answers that a caller is to expect: a fault, an outage, a deadline. */
export function isFault(error: unknown): boolean {
  return !(error instanceof Refusal) || error.status >= 500;
}

/** Spans of the OpenTelemetry SDK. Each service is a resource of its own, in one process too. */
export function createSpans(settings: Settings, processors: readonly SpanProcessor[]): Spans {
  const tracers = new Map<string, ReturnType<TracerProvider["getTracer"]>>();
  const tracerOf = (service: string) => {
    let tracer = tracers.get(service);
    if (tracer === undefined) {
      const resource = resourceFromAttributes({
        "service.namespace": "tradepost",
        "telemetry.sdk.language": "nodejs",
        "process.pid": process.pid,
        ...settings.get(telemetrySettings.telemetryResource),
        "service.name": settings.get(telemetrySettings.telemetryName) ?? service,
      });
      const spanProcessors = [...processors];
      const provider = new TracerProvider({
        resource,
        spanProcessors,
        sampler: new AlwaysOnSampler(),
        spanLimits: LIMITS,
      });
      tracers.set(service, (tracer = provider.getTracer(service)));
    }
    return tracer;
  };
  return {
    start: ({ service, name, kind, parent, attributes = {} }) => {
      const around = { traceId: traceIdOf(parent), spanId: spanIdOf(parent), traceFlags: TraceFlags.SAMPLED };
      const context = trace.setSpanContext(ROOT_CONTEXT, around);
      const startTime = wallClockMs();
      return new ActiveSpan(
        tracerOf(service).startSpan(name, { kind: SpanKind[kind], attributes, startTime }, context),
      );
    },
  };
}

const LIMITS = { attributeCountLimit: 32, attributeValueLengthLimit: 200, eventCountLimit: 0, linkCountLimit: 0 };
const DRIFT_MS = 20;
let originMs = performance.timeOrigin;

/** Unix milliseconds with fractions; follows the clock when that is set. */
function wallClockMs(): number {
  const nowMs = originMs + performance.now();
  const driftMs = Date.now() - nowMs;
  if (Math.abs(driftMs) < DRIFT_MS) return nowMs;
  originMs += driftMs;
  return nowMs + driftMs;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
