import { ExportResultCode } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Settings } from "../config.ts";
import type { Log } from "../log.ts";
import { telemetrySettings } from "./settings.ts";

/** Sends ended spans to a collector, in batches beside the work; undefined when no endpoint is set. What a slow or dead collector does
 *  not take is dropped (OTEL_BSP_MAX_QUEUE_SIZE waits at most), and told once per outage. */
export function exportingProcessor(settings: Settings, log: Log): SpanProcessor | undefined {
  const url = endpointOf(settings);
  if (url === undefined) return undefined;
  settings.get(telemetrySettings.otlpProtocol); // there is one; another is refused
  const exporter = new OTLPTraceExporter({
    url,
    headers: {
      ...settings.get(telemetrySettings.otlpHeaders),
      ...settings.get(telemetrySettings.otlpTracesHeaders),
    },
    timeoutMillis: settings.get(telemetrySettings.otlpTimeoutMs),
  });
  return new BatchSpanProcessor({
    exporter: tellingOutages(exporter, log),
    scheduledDelayMillis: settings.get(telemetrySettings.batchDelayMs),
    exportTimeoutMillis: settings.get(telemetrySettings.batchTimeoutMs),
    maxQueueSize: settings.get(telemetrySettings.batchQueueSize),
    maxExportBatchSize: settings.get(telemetrySettings.batchSize),
  });
}

function endpointOf(settings: Settings): string | undefined {
  const isOff =
    settings.get(telemetrySettings.tracingDisabled) || settings.get(telemetrySettings.tracesExporter) === "none";
  if (isOff) return undefined;
  const base = settings.get(telemetrySettings.otlpEndpoint);
  const below = base === undefined ? undefined : `${base.replace(/\/$/, "")}/v1/traces`;
  return settings.get(telemetrySettings.otlpTracesEndpoint) ?? below;
}

/** Passes every batch on, and each result as a success: the processor would print every failure of a long outage. */
function tellingOutages(exporter: SpanExporter, log: Log): SpanExporter {
  let lost = 0;
  return {
    export: (spans, done) =>
      exporter.export(spans, ({ code, error }) => {
        if (code !== ExportResultCode.SUCCESS && lost === 0)
          log.warn(
            { cause: error?.name, reason: error?.message },
            "Traces cannot be exported; they are dropped until the collector answers",
          );
        if (code === ExportResultCode.SUCCESS && lost > 0) log.info({ lostSpans: lost }, "Traces are exported again");
        lost = code === ExportResultCode.SUCCESS ? 0 : lost + spans.length;
        done({ code: ExportResultCode.SUCCESS });
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
