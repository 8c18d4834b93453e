import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Settings } from "./config.ts";
import { createLog } from "./log.ts";
import { openTelemetry, type Telemetry } from "./telemetry.ts";
import { openTestCollector } from "./telemetry/testing-collector.ts";
import { newTraceparent, spanIdOf, traceIdOf } from "./telemetry/traceparent.ts";

let collector: Awaited<ReturnType<typeof openTestCollector>>;
let logged: { readonly level: number; readonly msg: string }[];
beforeEach(async () => {
  collector = await openTestCollector();
  logged = [];
});
afterEach(() => collector.close());

function open(environment: Record<string, string> = {}): Telemetry {
  const log = createLog({ level: "info", write: (line) => void logged.push(JSON.parse(line)) });
  const told = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "20", ...environment };
  return openTelemetry(new Settings(told), log);
}

function record({ spans }: Telemetry, count = 1, parent = newTraceparent(true)) {
  const started = Array.from({ length: count }, () =>
    spans.start({ service: "bell", name: "bell.ring", kind: "INTERNAL", parent }),
  );
  for (const span of started) span.end();
  return { parent, span: started[0]! };
}

describe("a collector", () => {
  test("gets every span of a kept trace, with its service, by OTLP over HTTP", async () => {
    const telemetry = open({ OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20secret,tenant=shop" });
    const { parent, span } = record(telemetry);
    await expect
      .poll(() => collector.collected)
      .toEqual([
        {
          service: "bell",
          name: "bell.ring",
          traceId: traceIdOf(parent),
          spanId: spanIdOf(span.traceparent),
          parentId: spanIdOf(parent),
        },
      ]);
    expect(collector.requests[0]).toMatchObject({
      url: "/v1/traces",
      headers: { "content-type": "application/x-protobuf", "api-key": "a secret", tenant: "shop" },
    });
    await telemetry.stop();
  });

  test("may have an address of its own for traces, and the whole shop one name", async () => {
    const telemetry = open({
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/ours`,
      OTEL_SERVICE_NAME: "shop",
    });
    record(telemetry);
    await telemetry.stop();
    expect(collector.collected.map((span) => span.service)).toEqual(["shop"]);
    expect(collector.requests.map((request) => request.url)).toEqual(["/ours"]);
  });

  test("gets what is left at the stop", async () => {
    const telemetry = open({ OTEL_BSP_SCHEDULE_DELAY: "60000" });
    record(telemetry, 700);
    await telemetry.stop();
    expect(collector.collected).toHaveLength(700);
  });

  test.each([{ OTEL_TRACES_EXPORTER: "none" }, { OTEL_SDK_DISABLED: "true" }, { OTEL_EXPORTER_OTLP_ENDPOINT: "" }])(
    "gets nothing with %j",
    async (environment) => {
      const telemetry = open(environment as Record<string, string>);
      record(telemetry);
      await telemetry.stop();
      expect(collector.requests).toEqual([]);
    },
  );
});

describe("a collector that fails", () => {
  test("costs its spans and one line of the log, until it takes them again", async () => {
    const telemetry = open({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "10" });
    collector.behaviour.status = 400;
    for (let round = 1; round <= 5; round++) {
      record(telemetry, 10);
      await expect.poll(() => collector.requests.length).toBe(round);
    }
    collector.behaviour.status = 200;
    await expect
      .poll(() => {
        record(telemetry);
        return collector.collected.length;
      })
      .toBeGreaterThan(0);
    await telemetry.stop();
    expect(logged.map((line) => line.msg)).toEqual([
      "Traces cannot be exported; they are dropped until the collector answers",
      "Traces are exported again",
    ]);
  });

  test("by its silence delays no span, holds a bounded number of them, and no stop for longer than 2 s", async () => {
    collector.behaviour.isSilent = true;
    const telemetry = open({ OTEL_BSP_MAX_QUEUE_SIZE: "1000" });
    const startedMs = performance.now();
    record(telemetry, 20_000);
    expect((performance.now() - startedMs) / 20_000).toBeLessThan(0.5);
    expect(telemetry.recent.list()[0]!.spans).toHaveLength(600);
    const stoppedMs = performance.now();
    await telemetry.stop();
    expect(performance.now() - stoppedMs).toBeLessThan(4_000);
  });

  test("because nobody listens is told once", async () => {
    const telemetry = open({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", OTEL_EXPORTER_OTLP_TIMEOUT: "200" });
    record(telemetry);
    await expect.poll(() => logged.length).toBe(1);
    record(telemetry);
    await telemetry.stop();
    expect(logged).toHaveLength(1);
  });
});
