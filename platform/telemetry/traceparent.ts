import { randomFillSync } from "node:crypto";

/** W3C trace context, version 00: `00-<trace id, 32 hex>-<span id, 16 hex>-<flags>`. Inside the shop the flags are `00` or `01`. */
const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);
const FLAG_AT = 54;
const ONE = 49; // "1"

export type TraceContext = { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean };

/** Claims that spans of this trace are kept. */
export function isSampled(traceparent: string): boolean {
  return traceparent.charCodeAt(FLAG_AT) === ONE;
}

/** The trace context to keep with a thing that others go on with later; null when its trace is not kept. */
export function keptTrace({ traceparent }: { readonly traceparent: string }): string | null {
  return isSampled(traceparent) ? traceparent : null;
}

/** Claims that there is no kept trace to change to. */
export function isInTrace({ traceparent }: { readonly traceparent: string }, kept: string | null): boolean {
  return kept === null || traceIdOf(kept) === traceIdOf(traceparent);
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

export function spanIdOf(traceparent: string): string {
  return traceparent.slice(36, 52);
}

export function traceparentFrom({ traceId, spanId, isSampled: isKept }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isKept ? "01" : "00"}`;
}

/** What a stranger told; undefined when it is not of the form that W3C gives it. */
export function readTraceparent(told: unknown): TraceContext | undefined {
  const [, traceId, spanId, flags] = (typeof told === "string" && FORM.exec(told)) || [];
  if (traceId === undefined || spanId === undefined || traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

/** A new trace context, unsampled unless told. */
export function newTraceparent(isKept = false): string {
  const random = randomHex();
  return `00-${random.slice(0, 32)}-${random.slice(32)}-${isKept ? "01" : "00"}`;
}

const BYTES = 24;
const pool = Buffer.alloc(BYTES * 128);
let used = pool.length;

/** 48 hexadecimal digits; one call of the system's generator serves many. */
function randomHex(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.toString("hex", used - BYTES, used);
}
