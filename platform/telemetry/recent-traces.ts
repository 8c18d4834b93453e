import { SpanKind, SpanStatusCode, type HrTime } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";

/** One ended span as it is kept for the built-in pages. Times are Unix milliseconds with fractions. */
export type SpanRecord = {
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly service: string;
  readonly name: string;
  readonly kind: keyof typeof SpanKind;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isFault: boolean;
};

export type TraceRecord = {
  readonly traceId: string;
  readonly spans: readonly SpanRecord[];
  /** Spans that were left out because the trace has too many. */
  readonly dropped: number;
};

/** Which traces leave first: those that only read, then those that published something, then those with a fault. */
const RANKS = ["reads", "changes", "faults"] as const;
type Rank = (typeof RANKS)[number];
const PLACES: Readonly<Record<Rank, number>> = { reads: 80, changes: 80, faults: 40 };
const SPANS_PER_TRACE = 600;
const BYTES = 24 * 1024 * 1024;

type Kept = { readonly spans: SpanRecord[]; rank: Rank; bytes: number; dropped: number };

/** The last traces of this process, in bounded memory: about 200, 600 spans of each, 24 MB. */
export class RecentTraces implements SpanProcessor {
  /** By trace id, of each rank the oldest first. */
  readonly #ranks: Readonly<Record<Rank, Map<string, Kept>>> = {
    reads: new Map(),
    changes: new Map(),
    faults: new Map(),
  };
  #bytes = 0;

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const { traceId } = span.spanContext();
    const record = recordOf(span);
    const own: Rank = record.isFault ? "faults" : record.kind === "PRODUCER" ? "changes" : "reads";
    const kept = this.#find(traceId) ?? this.#begin(traceId, own);
    if (kept.spans.length >= SPANS_PER_TRACE) kept.dropped += 1;
    else {
      kept.spans.push(record);
      const bytes = bytesOf(record);
      kept.bytes += bytes;
      this.#bytes += bytes;
    }
    if (RANKS.indexOf(own) > RANKS.indexOf(kept.rank)) this.#move(traceId, kept, own);
    while (this.#bytes > BYTES) this.#dropOldest();
  }

  find(traceId: string): TraceRecord | undefined {
    const kept = this.#find(traceId);
    return kept === undefined ? undefined : { traceId, spans: kept.spans, dropped: kept.dropped };
  }

  /** Every trace that is kept, the one that began last first. */
  list(): readonly TraceRecord[] {
    const all = Object.values(this.#ranks).flatMap((rank) => [...rank]);
    const began = (spans: readonly SpanRecord[]) =>
      spans.reduce((first, { startMs }) => Math.min(first, startMs), Infinity);
    return all
      .map(([traceId, { spans, dropped }]) => ({ traceId, spans, dropped, beganMs: began(spans) }))
      .toSorted((a, b) => b.beganMs - a.beganMs);
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}

  #find(traceId: string): Kept | undefined {
    const { reads, changes, faults } = this.#ranks;
    return reads.get(traceId) ?? changes.get(traceId) ?? faults.get(traceId);
  }

  #begin(traceId: string, rank: Rank): Kept {
    const kept: Kept = { spans: [], rank, bytes: 0, dropped: 0 };
    this.#place(traceId, kept);
    return kept;
  }

  #move(traceId: string, kept: Kept, rank: Rank): void {
    this.#ranks[kept.rank].delete(traceId);
    kept.rank = rank;
    this.#place(traceId, kept);
  }

  #place(traceId: string, kept: Kept): void {
    const rank = this.#ranks[kept.rank];
    rank.set(traceId, kept);
    if (rank.size > PLACES[kept.rank]) this.#drop(kept.rank);
  }

  #dropOldest(): void {
    this.#drop(RANKS.find((rank) => this.#ranks[rank].size > 0)!);
  }

  #drop(name: Rank): void {
    const [oldest] = this.#ranks[name];
    this.#bytes -= oldest![1].bytes;
    this.#ranks[name].delete(oldest![0]);
  }
}

function recordOf(span: ReadableSpan): SpanRecord {
  return {
    spanId: span.spanContext().spanId,
    parentId: span.parentSpanContext?.spanId,
    service: span.instrumentationScope.name,
    name: span.name,
    kind: SpanKind[span.kind] as keyof typeof SpanKind,
    startMs: milliseconds(span.startTime),
    endMs: milliseconds(span.endTime),
    attributes: span.attributes,
    isFault: span.status.code === SpanStatusCode.ERROR,
  };
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1_000 + nanoseconds / 1e6;
}

/** About what a span takes in memory. */
function bytesOf({ name, attributes }: SpanRecord): number {
  let bytes = 400 + name.length;
  for (const key in attributes) bytes += 48 + String(attributes[key]).length;
  return bytes;
}
