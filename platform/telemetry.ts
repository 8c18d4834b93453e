import type { Settings } from "./config.ts";
import type { Log } from "./log.ts";
import { exportingProcessor } from "./telemetry/export-spans.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { RecentTraces } from "./telemetry/recent-traces.ts";
import { createSampler, type Sampler } from "./telemetry/sampler.ts";
import { createSpans, type Spans } from "./telemetry/spans.ts";
import { within } from "./within.ts";

/** What a process tells of itself: traces by OpenTelemetry, metrics for Prometheus. The carrier of a trace is the `traceparent` of
 *  every call and event; there is no hidden context. */
export type Telemetry = {
  /** Decides at the edges which traces are kept. */
  readonly sampler: Sampler;
  readonly spans: Spans;
  readonly metrics: Metrics;
  /** The last traces, for the built-in pages. */
  readonly recent: RecentTraces;
  /** Sends what is not exported yet, as far as that takes no longer than 2 s. */
  stop(): Promise<void>;
};

const STOP_LIMIT_MS = 2_000;

/** Opens the telemetry of this process, as the settings OTEL_… say. */
export function openTelemetry(settings: Settings, log: Log): Telemetry {
  const recent = new RecentTraces();
  const exporting = exportingProcessor(settings, log);
  return {
    sampler: createSampler(settings),
    spans: createSpans(settings, exporting === undefined ? [recent] : [recent, exporting]),
    metrics: new Metrics(),
    recent,
    stop: async () => {
      if (exporting !== undefined) await within(STOP_LIMIT_MS, exporting.shutdown()); // what is lost was told by the exporter
    },
  };
}
