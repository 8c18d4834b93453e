import { ROOT_CONTEXT } from "@opentelemetry/api";
import { SamplingDecision, TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace";
import type { Settings } from "../config.ts";
import { telemetrySettings } from "./settings.ts";
import { newTraceparent, readTraceparent, traceIdOf, traceparentFrom, type TraceContext } from "./traceparent.ts";

/** Decides, where something comes in from outside, whether its trace is kept; everything behind it follows. */
export type Sampler = {
  /** The trace context to go on with: the stranger's own ids where it told any (`told` is its header), flags as decided.
   *  `isRead`: it changes nothing. */
  decide(told: unknown, isRead: boolean): string;
};

/** What OTEL_TRACES_SAMPLER says; unless it says anything, at most TRACES_PER_SECOND new traces. */
export function createSampler(settings: Settings, now: () => number = () => performance.now()): Sampler {
  const name = settings.get(telemetrySettings.tracesSampler);
  if (settings.get(telemetrySettings.tracingDisabled) || name === "always_off") return deciding(() => false);
  if (name === undefined) return rateLimited(settings.get(telemetrySettings.tracesPerSecond), now);
  const isRoot = rootDecision(name, settings.get(telemetrySettings.tracesSamplerArgument));
  if (!name.startsWith("parentbased_")) return deciding((_, traceId) => isRoot(traceId));
  return deciding((told, traceId) => told?.isSampled ?? isRoot(traceId));
}

type Decision = (told: TraceContext | undefined, traceId: string, isRead: boolean) => boolean;

function deciding(isKept: Decision): Sampler {
  return {
    decide: (header, isRead) => {
      const told = header === undefined ? undefined : readTraceparent(header);
      if (told !== undefined) return traceparentFrom({ ...told, isSampled: isKept(told, told.traceId, isRead) });
      const fresh = newTraceparent();
      return isKept(undefined, traceIdOf(fresh), isRead) ? `${fresh.slice(0, -2)}01` : fresh;
    },
  };
}

function rootDecision(name: string, share: number): (traceId: string) => boolean {
  if (!name.endsWith("traceidratio")) return () => name.endsWith("always_on");
  const ratio = new TraceIdRatioBasedSampler(share); // the same traces as other programs with the same share
  return (traceId) => ratio.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
}

/** Requests that one kept trace may have, however many its client sends under its id. */
const REQUESTS_PER_TRACE = 100;
const KEPT_TRACES = 1_000;

/** A developer sees every request and a rush costs nothing. A stranger's `00` is kept to; its `01` takes a token as if it had told
 *  none, once per trace. Reads leave half of the tokens to what changes something: browsing must not hide the purchases. */
function rateLimited(perSecond: number, now: () => number): Sampler {
  const most = Math.max(perSecond, Math.min(20, perSecond * 2));
  const kept = new Map<string, number>();
  let tokens = most;
  let toldAtMs = now();
  const takeToken = (isRead: boolean) => {
    const nowMs = now();
    tokens = Math.min(most, tokens + ((nowMs - toldAtMs) * perSecond) / 1_000);
    toldAtMs = nowMs;
    if (tokens < (isRead ? 1 + most / 2 : 1)) return false;
    tokens -= 1;
    return true;
  };
  const isAnother = (traceId: string) => {
    const left = kept.get(traceId);
    if (left === undefined || left === 0) return left;
    kept.set(traceId, left - 1);
    return left;
  };
  return deciding((told, traceId, isRead) => {
    if (told === undefined) return takeToken(isRead);
    if (!told.isSampled) return false;
    const left = isAnother(traceId);
    if (left !== undefined) return left > 0;
    if (!takeToken(isRead)) return false;
    kept.set(traceId, REQUESTS_PER_TRACE - 1);
    if (kept.size > KEPT_TRACES) kept.delete(kept.keys().next().value!);
    return true;
  });
}
