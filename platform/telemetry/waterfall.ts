import type { SpanRecord, TraceRecord } from "./recent-traces.ts";

/** A stretch on the time axis, as shares of its width (0–1). */
export type Stretch = { readonly left: number; readonly width: number };

/** A moment when nothing was under way for so long that the axis leaves it out. */
export type Pause = Stretch & { readonly ms: number };

/** One row: a span, with the statements that it sent to its database drawn on its bar. */
export type Row = Stretch & {
  readonly span: SpanRecord;
  /** 0 for what began the trace, or came in from outside. */
  readonly depth: number;
  readonly statements: readonly (Stretch & { readonly span: SpanRecord })[];
  /** Milliseconds from the trace's beginning. */
  readonly offsetMs: number;
};

export type Waterfall = {
  readonly rows: readonly Row[];
  readonly beganMs: number;
  readonly durationMs: number;
  readonly pauses: readonly Pause[];
  readonly ticks: readonly { readonly at: number; readonly offsetMs: number }[];
  /** In the order in which they come in. */
  readonly services: readonly string[];
};

/** Lays the spans of a trace out: parents before children, by time, on an axis without the long waits. */
export function layOut({ spans }: Pick<TraceRecord, "spans">): Waterfall {
  const beganMs = spans.reduce((first, span) => Math.min(first, span.startMs), Infinity);
  const endedMs = spans.reduce((last, span) => Math.max(last, span.endMs), -Infinity);
  const axis = timeAxis(spans);
  const stretch = (span: SpanRecord): Stretch => {
    const left = axis.place(span.startMs);
    return { left, width: axis.place(span.endMs) - left };
  };
  const known = new Set(spans.map((span) => span.spanId));
  const children = Map.groupBy(
    spans.toSorted((a, b) => a.startMs - b.startMs || b.endMs - a.endMs),
    (span) => (span.parentId !== undefined && known.has(span.parentId) ? span.parentId : ""),
  );
  const rows: Row[] = [];
  const visit = (span: SpanRecord, depth: number) => {
    const below = children.get(span.spanId) ?? [];
    const statements = below.flatMap((child) => (isOfDatabase(child) ? statementsOf(child, children) : []));
    rows.push({
      span,
      depth,
      ...stretch(span),
      statements: statements.map((one) => ({ span: one, ...stretch(one) })),
      offsetMs: span.startMs - beganMs,
    });
    for (const child of belowRows(span, children)) visit(child, depth + 1);
  };
  for (const root of children.get("") ?? []) visit(root, 0);
  const services = [...new Set(rows.map((row) => row.span.service))];
  const isEmpty = spans.length === 0;
  return {
    rows,
    beganMs: isEmpty ? 0 : beganMs,
    durationMs: isEmpty ? 0 : endedMs - beganMs,
    pauses: axis.pauses,
    ticks: axis.ticks.map(({ at, ms }) => ({ at, offsetMs: ms - beganMs })),
    services,
  };
}

export function isOfDatabase(span: SpanRecord): boolean {
  return span.attributes["db.system.name"] !== undefined;
}

type Children = ReadonlyMap<string, readonly SpanRecord[]>;

/** The spans that get rows of their own below a span, also those inside its transactions. */
function belowRows(span: SpanRecord, children: Children): readonly SpanRecord[] {
  return (children.get(span.spanId) ?? []).flatMap((child) =>
    isOfDatabase(child) ? belowRows(child, children) : [child],
  );
}

/** The statements of a transaction, or the one statement itself. */
function statementsOf(span: SpanRecord, children: Children): readonly SpanRecord[] {
  const inside = (children.get(span.spanId) ?? []).filter(isOfDatabase);
  return inside.length === 0 ? [span] : inside.flatMap((child) => statementsOf(child, children));
}

const SHORTEST_PAUSE_MS = 250;
const PAUSE_WIDTH = 0.045;
const TICKS = 5;

type Segment = { readonly fromMs: number; readonly toMs: number; readonly isPause: boolean };

/** Time to place: busy times in proportion, each long pause in a small width of its own. */
function timeAxis(spans: readonly SpanRecord[]) {
  const segments = segmentsOf(spans);
  const busyMs = segments.reduce((sum, one) => sum + (one.isPause ? 0 : one.toMs - one.fromMs), 0);
  const pauseCount = segments.filter((one) => one.isPause).length;
  const pauseWidth = pauseCount === 0 ? 0 : Math.min(PAUSE_WIDTH, 0.4 / pauseCount);
  const perMs = (1 - pauseCount * pauseWidth) / Math.max(busyMs, 0.001);
  let left = 0;
  const placed = segments.map((segment) => {
    const width = segment.isPause ? pauseWidth : (segment.toMs - segment.fromMs) * perMs;
    left += width;
    return { ...segment, left: left - width, width };
  });
  const place = (ms: number): number => {
    const inside = placed.find((one) => ms <= one.toMs) ?? placed.at(-1);
    if (inside === undefined) return 0;
    const share = inside.toMs === inside.fromMs ? 0 : (ms - inside.fromMs) / (inside.toMs - inside.fromMs);
    return inside.left + Math.min(1, Math.max(0, share)) * inside.width;
  };
  const pauses = placed.filter((one) => one.isPause);
  const stepMs = niceStep(busyMs / TICKS);
  const busy = placed.filter((one) => !one.isPause);
  return {
    place,
    pauses: pauses.map(({ left: at, width, fromMs, toMs }) => ({ left: at, width, ms: toMs - fromMs })),
    ticks: busy.flatMap((one) => ticksOf(one, stepMs)).map((ms) => ({ ms, at: place(ms) })),
  };
}

function segmentsOf(spans: readonly SpanRecord[]): readonly Segment[] {
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const { startMs, endMs } of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = merged.at(-1);
    if (last === undefined || startMs > last.toMs) merged.push({ fromMs: startMs, toMs: endMs });
    else last.toMs = Math.max(last.toMs, endMs);
  }
  const busyMs = merged.reduce((sum, one) => sum + one.toMs - one.fromMs, 0);
  const shortestMs = Math.max(SHORTEST_PAUSE_MS, busyMs / 4);
  const segments: Segment[] = [];
  for (const { fromMs, toMs } of merged) {
    const before = segments.at(-1);
    const gapMs = before === undefined ? 0 : fromMs - before.toMs;
    if (before !== undefined && gapMs < shortestMs) segments[segments.length - 1] = { ...before, toMs };
    else {
      if (before !== undefined) segments.push({ fromMs: before.toMs, toMs: fromMs, isPause: true });
      segments.push({ fromMs, toMs, isPause: false });
    }
  }
  return segments;
}

/** From the beginning of a stretch on, at most as close as a step. */
function ticksOf({ fromMs, toMs }: Segment, stepMs: number): readonly number[] {
  const count = Math.floor((toMs - fromMs) / stepMs);
  return Array.from({ length: count + 1 }, (_, index) => fromMs + index * stepMs);
}

/** 1, 2 or 5 times a power of ten, at least `ms`. */
function niceStep(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(ms, 0.01)));
  return power * ([1, 2, 5].find((one) => one * power >= ms) ?? 10);
}
