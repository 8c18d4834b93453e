import { isOfDatabase } from "./waterfall.ts";
import type { SpanRecord, TraceRecord } from "./recent-traces.ts";

/** A trace in one line. */
export type TraceSummary = {
  readonly traceId: string;
  /** Of the request, or other beginning, that most of it is about. */
  readonly title: string;
  /** The span of that. */
  readonly mainId: string;
  readonly beganMs: number;
  /** How long whoever began it waited. */
  readonly answerMs: number;
  /** Until the last of what followed was done. */
  readonly durationMs: number;
  /** Beside the one it is about. */
  readonly otherRequests: number;
  readonly spans: number;
  readonly statements: number;
  /** Kinds of events that the service it is about published, in their order: what a person knows a purchase by. */
  readonly published: readonly string[];
  /** Kinds of events that others published. */
  readonly otherEvents: number;
  readonly outcome: { readonly kind: "ok" | "refusal" | "fault"; readonly text: string };
};

export function summaryOf({ traceId, spans }: TraceRecord): TraceSummary {
  const main = mainSpan(spans);
  const beganMs = Math.min(...spans.map((span) => span.startMs));
  const endedMs = Math.max(...spans.map((span) => span.endMs));
  const publishing = spans.filter((span) => span.kind === "PRODUCER").toSorted((a, b) => a.startMs - b.startMs);
  const about = spans.find((span) => span.parentId === main.spanId && !isOfDatabase(span))?.service ?? main.service;
  const kindsOf = (of: readonly SpanRecord[]) => [...new Set(of.map((span) => span.name.replace(/^publish /, "")))];
  const published = kindsOf(publishing.filter((span) => span.service === about));
  const roots = rootsOf(spans).filter((span) => span.kind === "SERVER");
  return {
    traceId,
    title: main.name,
    mainId: main.spanId,
    beganMs,
    answerMs: main.endMs - main.startMs,
    durationMs: endedMs - beganMs,
    otherRequests: Math.max(0, roots.length - (main.kind === "SERVER" ? 1 : 0)),
    spans: spans.length,
    statements: spans.filter(isOfDatabase).length,
    published,
    otherEvents: kindsOf(publishing).length - published.length,
    outcome: outcomeOf(main, spans),
  };
}

function outcomeOf(main: SpanRecord, spans: readonly SpanRecord[]): TraceSummary["outcome"] {
  const status = main.attributes["http.response.status_code"];
  const faults = spans.filter((span) => span.isFault).length;
  if (faults > 0)
    return { kind: "fault", text: [status, faults === 1 ? "a fault" : `${faults} faults`].join(" ").trim() };
  const refusal = spans.find(
    (span) => span.parentId === main.spanId && span.attributes["tradepost.refusal"] !== undefined,
  );
  if (typeof status === "number" && status >= 400)
    return { kind: "refusal", text: `${status} ${String(refusal?.attributes["tradepost.refusal"] ?? "")}`.trim() };
  return { kind: "ok", text: String(status ?? "done") };
}

function rootsOf(spans: readonly SpanRecord[]): readonly SpanRecord[] {
  const known = new Set(spans.map((span) => span.spanId));
  return spans.filter((span) => span.parentId === undefined || !known.has(span.parentId));
}

/** The root with the most below it. */
function mainSpan(spans: readonly SpanRecord[]): SpanRecord {
  const children = Map.groupBy(spans, (span) => span.parentId ?? "");
  const sizeOf = (span: SpanRecord): number =>
    (children.get(span.spanId) ?? []).reduce((sum, child) => sum + sizeOf(child), 1);
  const sized = rootsOf(spans).map((span) => ({ span, size: sizeOf(span) }));
  return sized.reduce((best, one) => (one.size > best.size ? one : best)).span;
}
