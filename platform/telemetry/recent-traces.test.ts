import { beforeEach, describe, expect, test } from "vitest";
import { refuse } from "#kernel/refusal";
import { Settings } from "../config.ts";
import { summaryOf } from "./read-trace.ts";
import { RecentTraces } from "./recent-traces.ts";
import { createSpans, type SpanFacts, type Spans } from "./spans.ts";
import { newTraceparent, spanIdOf, traceIdOf } from "./traceparent.ts";

let recent: RecentTraces;
let spans: Spans;
beforeEach(() => {
  recent = new RecentTraces();
  spans = createSpans(new Settings({}), [recent]);
});

function begin(parent: string, facts: Partial<SpanFacts> = {}) {
  return spans.start({ service: "bell", name: "bell.ring", kind: "INTERNAL", parent, ...facts });
}

/** A trace of one span; its id. */
function keep(facts: Partial<SpanFacts> = {}, thrown?: Error): string {
  const parent = newTraceparent(true);
  const span = begin(parent, facts);
  if (thrown === undefined) span.end();
  else span.endThrown(thrown);
  return traceIdOf(parent);
}

describe("the last traces", () => {
  test("have the spans of a trace with their parents, services and times", () => {
    const parent = newTraceparent(true);
    const outer = begin(parent, { kind: "SERVER", name: "POST /ring", attributes: { "http.route": "/ring" } });
    const inner = begin(outer.traceparent, { service: "rope" });
    inner.end();
    outer.endAnswered(201);
    const [first, second] = recent.find(traceIdOf(parent))!.spans;
    expect(first).toMatchObject({ service: "rope", kind: "INTERNAL", parentId: spanIdOf(outer.traceparent) });
    expect(second).toMatchObject({
      name: "POST /ring",
      kind: "SERVER",
      parentId: spanIdOf(parent),
      isFault: false,
      attributes: { "http.route": "/ring", "http.response.status_code": 201 },
    });
    expect(second!.startMs).toBeLessThanOrEqual(first!.startMs);
    expect(second!.endMs).toBeGreaterThanOrEqual(first!.endMs);
    expect(Math.abs(second!.endMs - Date.now())).toBeLessThan(5_000);
  });

  test("let go of the oldest, those that only read before those that published, faults last", () => {
    const [read, change, fault] = [
      keep(),
      keep({ kind: "PRODUCER", name: "publish Rung" }),
      keep({}, new Error("planned")),
    ];
    for (let index = 0; index < 100; index++) keep();
    const isKept = (traceId: string) => recent.find(traceId) !== undefined;
    expect([read, change, fault].map(isKept)).toEqual([false, true, true]);
    for (let index = 0; index < 100; index++) keep({ kind: "PRODUCER" });
    expect([change, fault].map(isKept)).toEqual([false, true]);
    expect(recent.list()).toHaveLength(80 + 80 + 1);
    for (let index = 0; index < 100; index++) keep({}, new Error("planned"));
    expect(isKept(fault)).toBe(false);
    expect(recent.list()).toHaveLength(200);
  });

  test("are bounded in spans and in bytes", () => {
    const parent = newTraceparent(true);
    for (let index = 0; index < 700; index++) begin(parent).end();
    expect(recent.find(traceIdOf(parent))).toMatchObject({ dropped: 100, spans: { length: 600 } });
    const attributes = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, "x".repeat(5_000)]));
    const first = keep({ attributes });
    for (let traces = 0; traces < 70; traces++) {
      const one = newTraceparent(true);
      for (let index = 0; index < 100; index++) begin(one, { attributes }).end();
    }
    expect(recent.find(first)).toBeUndefined();
    expect(recent.list().length).toBeLessThan(70); // 70 × 100 × about 8 KB would be 56 MB
  });
});

describe("what was thrown", () => {
  const attributesOf = (thrown: Error) => recent.find(keep({}, thrown))!.spans[0]!;

  test("is a code when it is an expected refusal, and no fault", () => {
    expect(attributesOf(refuse.NOT_FOUND())).toMatchObject({
      isFault: false,
      attributes: { "tradepost.refusal": "NOT_FOUND" },
    });
  });

  test("is a fault otherwise, without its text, which may hold anything", () => {
    const span = attributesOf(new TypeError("ada@example.com"));
    expect(span).toMatchObject({ isFault: true, attributes: { "error.type": "TypeError" } });
    expect(JSON.stringify(span)).not.toContain("ada@");
    expect(attributesOf(refuse.DEADLINE_EXCEEDED()).isFault).toBe(true);
  });
});

test("a trace in one line is about the request with the most behind it", () => {
  const parent = newTraceparent(true);
  const server = (name: string) => begin(parent, { service: "gateway", kind: "SERVER", name });
  server("GET /bells").endAnswered(200);
  const main = server("POST /ring");
  const operation = begin(main.traceparent, { name: "bell.ring" });
  begin(operation.traceparent, { kind: "PRODUCER", name: "publish Rung" }).end();
  begin(operation.traceparent, { service: "rope", kind: "PRODUCER", name: "publish Pulled" }).end();
  begin(operation.traceparent, { attributes: { "db.system.name": "postgresql" } }).end();
  operation.endThrown(refuse.TOO_MANY_REQUESTS());
  main.endAnswered(429);
  expect(summaryOf(recent.find(traceIdOf(parent))!)).toMatchObject({
    title: "POST /ring",
    otherRequests: 1,
    spans: 6,
    statements: 1,
    published: ["Rung"],
    otherEvents: 1,
    outcome: { kind: "refusal", text: "429 TOO_MANY_REQUESTS" },
  });
});
