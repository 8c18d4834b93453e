import { describe, expect, test } from "vitest";
import { Settings } from "../config.ts";
import { createSampler } from "./sampler.ts";
import { isSampled, newTraceparent, readTraceparent, traceIdOf, traceparentFrom } from "./traceparent.ts";

const SPAN = "b7ad6b7169203331";
const told = (isKept: boolean, traceId = "0af7651916cd43dd8448eb211c80319c") =>
  traceparentFrom({ traceId, spanId: SPAN, isSampled: isKept });

/** A sampler with a clock that stands still unless moved. */
function sampler(environment: Record<string, string> = {}) {
  let nowMs = 0;
  const { decide } = createSampler(new Settings(environment), () => nowMs);
  const isKept = (header?: unknown, isRead = false) => isSampled(decide(header, isRead));
  return { decide, isKept, advance: (ms: number) => void (nowMs += ms) };
}

function count(times: number, isKept: () => boolean): number {
  return Array.from({ length: times }, isKept).filter(Boolean).length;
}

describe("a trace context", () => {
  test("is new and unsampled unless told, and never the same twice", () => {
    const many = Array.from({ length: 1_000 }, () => newTraceparent());
    expect(new Set(many.map(traceIdOf)).size).toBe(1_000);
    for (const one of many) expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect([isSampled(many[0]!), isSampled(newTraceparent(true))]).toEqual([false, true]);
  });

  test.each([
    undefined,
    "",
    ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
    "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
  ])("is not taken from %j", (header) => {
    expect(readTraceparent(header)).toBeUndefined();
    expect(sampler().decide(header, false)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test("is kept with the flags that a stranger may set, as 00 or 01", () => {
    const { decide } = sampler({ OTEL_TRACES_SAMPLER: "parentbased_always_off" });
    const base = told(true).slice(0, -2);
    expect([decide(`${base}03`, false), decide(`${base}02`, false), decide(`${base}ff`, false)]).toEqual([
      `${base}01`,
      `${base}00`,
      `${base}01`,
    ]);
  });
});

describe("without OTEL_TRACES_SAMPLER", () => {
  test("so many new traces are kept in a second and no more, whatever clients ask for", () => {
    const { isKept, advance } = sampler();
    expect(count(1_000, () => isKept())).toBe(20);
    advance(1_000);
    expect(count(500, () => isKept(told(true, traceIdOf(newTraceparent()))))).toBe(10);
    advance(500);
    expect(count(500, () => isKept())).toBe(5);
  });

  test("a client that wants no trace has none, and takes no token", () => {
    const { isKept } = sampler();
    expect(count(100, () => isKept(told(false)))).toBe(0);
    expect(count(100, () => isKept())).toBe(20);
  });

  test("the requests of one kept trace take one token, up to a hundred", () => {
    const { isKept } = sampler({ TRACES_PER_SECOND: "1" });
    expect(count(150, () => isKept(told(true)))).toBe(100);
    expect(isKept()).toBe(true);
    expect(isKept()).toBe(false);
  });

  test("reads leave half of the tokens to what changes something", () => {
    const { isKept } = sampler();
    expect(count(100, () => isKept(undefined, true))).toBe(10);
    expect(count(100, () => isKept())).toBe(10);
  });

  test("TRACES_PER_SECOND=0 keeps none", () => {
    expect(count(10, () => sampler({ TRACES_PER_SECOND: "0" }).isKept())).toBe(0);
  });
});

describe("with OTEL_TRACES_SAMPLER", () => {
  test.each([
    ["always_on", [true, true, true]],
    ["always_off", [false, false, false]],
    ["parentbased_always_on", [true, true, false]],
    ["parentbased_always_off", [false, true, false]],
  ] as const)("%s decides as OpenTelemetry does (none told, 01, 00)", (name, expected) => {
    const { isKept } = sampler({ OTEL_TRACES_SAMPLER: name });
    expect([isKept(), isKept(told(true)), isKept(told(false))]).toEqual(expected);
  });

  test("traceidratio keeps the share, and the same traces everywhere", () => {
    const environment = { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" };
    const [here, there] = [sampler(environment), sampler(environment)];
    const traces = Array.from({ length: 4_000 }, () => newTraceparent());
    const kept = traces.filter((one) => here.isKept(one));
    expect(kept.length).toBeGreaterThan(850);
    expect(kept.length).toBeLessThan(1_150);
    expect(traces.filter((one) => there.isKept(one))).toEqual(kept);
  });

  test("OTEL_SDK_DISABLED keeps none, whatever else is set", () => {
    expect(sampler({ OTEL_SDK_DISABLED: "TRUE", OTEL_TRACES_SAMPLER: "always_on" }).isKept(told(true))).toBe(false);
  });

  test.each([
    ["OTEL_TRACES_SAMPLER", "sometimes"],
    ["OTEL_TRACES_SAMPLER_ARG", "2"],
  ])("a wrong %s is told at the start", (name, value) => {
    const environment = { OTEL_TRACES_SAMPLER: "traceidratio", [name]: value };
    expect(() => createSampler(new Settings(environment))).toThrow(`Setting ${name}: "${value}" must be`);
  });
});
