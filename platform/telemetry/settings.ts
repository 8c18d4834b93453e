import { choiceSetting, integerSetting, optionalSetting, type Setting } from "../config.ts";

export const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

const disabled: Setting<boolean> = {
  name: "OTEL_SDK_DISABLED",
  doc: "`true`: no trace is recorded or exported. Metrics stay.",
  accepts: "true | false",
  defaultValue: false,
  parse: (text) => text.toLowerCase() === "true",
};

const sampler: Setting<SamplerName | undefined> = {
  name: "OTEL_TRACES_SAMPLER",
  doc: "Which traces are kept (docs/telemetry.md). Without it: some of each second, see TRACES_PER_SECOND.",
  accepts: SAMPLERS.join(" | "),
  defaultValue: undefined,
  parse: (text) => {
    const name = SAMPLERS.find((one) => one === text);
    if (name === undefined && text !== "") throw new Error(`must be one of ${SAMPLERS.join(" | ")}`);
    return name;
  },
};

const samplerArgument: Setting<number> = {
  name: "OTEL_TRACES_SAMPLER_ARG",
  doc: "The share of traces that `traceidratio` keeps.",
  accepts: "number 0–1",
  defaultValue: 1,
  parse: (text) => {
    const share = Number(text);
    if (text.trim() === "" || !(share >= 0 && share <= 1)) throw new Error("must be a number 0–1");
    return share;
  },
};

function urlSetting(name: string, doc: string): Setting<string | undefined> {
  const accepts = "http:// or https:// address";
  return {
    name,
    doc,
    accepts,
    defaultValue: undefined,
    parse: (text) => {
      if (text === "") return undefined;
      if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new Error(`must be an ${accepts}`);
      return text;
    },
  };
}

/** `key=value,key=value`, values percent-encoded. */
function pairsSetting(
  name: string,
  told: { doc: string; isSecret?: boolean },
): Setting<Readonly<Record<string, string>> | undefined> {
  const accepts = "key=value pairs, separated by commas";
  return {
    name,
    accepts,
    defaultValue: undefined,
    parse: (text) => {
      const parts = text.split(",").filter((part) => part.trim() !== "");
      const pairs = parts.map((part) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(part));
      if (pairs.includes(null)) throw new Error(`must be ${accepts}`);
      return Object.fromEntries(pairs.map((pair) => [pair![1]!, decoded(pair![2]!)]));
    },
    ...told,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Traces: what is kept, and where they are sent. The names are those of OpenTelemetry, where it has one. */
export const telemetrySettings = {
  tracesPerSecond: integerSetting("TRACES_PER_SECOND", {
    doc: "New traces that are kept at most, unless OTEL_TRACES_SAMPLER decides.",
    defaultValue: 10,
    maximum: 10_000,
  }),
  tracingDisabled: disabled,
  tracesSampler: sampler,
  tracesSamplerArgument: samplerArgument,
  telemetryName: optionalSetting("OTEL_SERVICE_NAME", {
    doc: "Name of every span's resource; the name of the service that the span is of, unless told.",
  }),
  telemetryResource: pairsSetting("OTEL_RESOURCE_ATTRIBUTES", {
    doc: "Added to the resource of every span, such as deployment.environment.name=staging.",
  }),
  tracesExporter: choiceSetting("OTEL_TRACES_EXPORTER", {
    doc: "`none` exports nothing even if there is an endpoint.",
    choices: ["otlp", "none"],
    defaultValue: "otlp",
  }),
  otlpEndpoint: urlSetting(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "Where a collector takes OTLP over HTTP; traces go to `/v1/traces` below it. Nothing is exported without it.",
  ),
  otlpTracesEndpoint: urlSetting(
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "The full address for traces, instead of the one above.",
  ),
  otlpHeaders: pairsSetting("OTEL_EXPORTER_OTLP_HEADERS", {
    doc: "Headers of every export, such as an API key.",
    isSecret: true,
  }),
  otlpTracesHeaders: pairsSetting("OTEL_EXPORTER_OTLP_TRACES_HEADERS", {
    doc: "Headers of every export of traces, beside those above.",
    isSecret: true,
  }),
  otlpProtocol: choiceSetting("OTEL_EXPORTER_OTLP_PROTOCOL", {
    doc: "How traces are sent.",
    choices: ["http/protobuf"],
    defaultValue: "http/protobuf",
  }),
  otlpTimeoutMs: integerSetting("OTEL_EXPORTER_OTLP_TIMEOUT", {
    doc: "Longest wait for the collector's answer.",
    unit: "milliseconds",
    defaultValue: 10_000,
    minimum: 1,
  }),
  batchDelayMs: integerSetting("OTEL_BSP_SCHEDULE_DELAY", {
    doc: "Longest wait before ended spans are sent.",
    unit: "milliseconds",
    defaultValue: 5_000,
    minimum: 1,
  }),
  batchTimeoutMs: integerSetting("OTEL_BSP_EXPORT_TIMEOUT", {
    doc: "Longest time for one export, its repeats included.",
    unit: "milliseconds",
    defaultValue: 30_000,
    minimum: 1,
  }),
  batchQueueSize: integerSetting("OTEL_BSP_MAX_QUEUE_SIZE", {
    doc: "Ended spans that wait at most; more are dropped.",
    defaultValue: 2_048,
    minimum: 1,
    maximum: 1_000_000,
  }),
  batchSize: integerSetting("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", {
    doc: "Spans of one export at most.",
    defaultValue: 512,
    minimum: 1,
    maximum: 1_000_000,
  }),
} as const;
