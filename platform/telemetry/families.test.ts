import { describe, expect, test } from "vitest";
import { refuse } from "#kernel/refusal";
import { HistogramFamily, NumberFamily, samplesText } from "./families.ts";
import { Histogram } from "./histogram.ts";
import { Metrics, OperationMeter } from "./metrics.ts";
import type { Metric } from "./metric-table.ts";

const metric = (kind: Metric["kind"], ...labels: string[]): Metric => ({ name: "rings", kind, labels, help: "Rings." });

describe("a histogram", () => {
  test("counts a value in the first bucket that holds it, what is above all in the last", () => {
    const histogram = new Histogram([1, 2, 5]);
    for (const value of [0, 1, 1.5, 2, 4.9, 100]) histogram.record(value);
    expect([...histogram.counts]).toEqual([2, 2, 1, 1]);
    expect([histogram.count, histogram.sum]).toEqual([6, 109.4]);
  });

  test("is told to Prometheus with its buckets added up", () => {
    const family = new HistogramFamily(metric("histogram", "bell"), [0.5, 1]);
    family.of("great").record(0.4);
    family.of("great").record(3);
    expect(family.text()).toBe(
      [
        "# HELP rings Rings.",
        "# TYPE rings histogram",
        'rings_bucket{bell="great",le="0.5"} 1',
        'rings_bucket{bell="great",le="1"} 1',
        'rings_bucket{bell="great",le="+Inf"} 2',
        'rings_sum{bell="great"} 3.4',
        'rings_count{bell="great"} 2',
        "",
      ].join("\n"),
    );
  });
});

describe("counters and gauges", () => {
  test("are kept per label, which may hold anything", () => {
    const family = new NumberFamily(metric("counter", "bell"));
    family.add('a "b"\n\\c');
    family.add('a "b"\n\\c');
    expect(family.text().split("\n")[2]).toBe(String.raw`rings{bell="a \"b\"\n\\c"} 2`);
  });

  test("have a head even without a sample, and may have no labels", () => {
    expect(samplesText(metric("gauge"), [])).toBe("# HELP rings Rings.\n# TYPE rings gauge\n");
    expect(samplesText(metric("gauge"), [{ labels: [], value: 1.5 }])).toContain("\nrings 1.5\n");
  });
});

test("an operation's answers are told apart: refusals are expected, deadlines and outages are not", () => {
  const metrics = new Metrics();
  const meter = new OperationMeter(metrics, "bell", "ring");
  meter.ok(performance.now());
  meter.thrown(performance.now(), refuse.NOT_FOUND());
  for (const error of [refuse.DEADLINE_EXCEEDED(), new Error("planned")]) meter.thrown(performance.now(), error);
  const counts = metrics.operations.entries().map(({ labels, value }) => [labels.at(-1), value.count]);
  expect(Object.fromEntries(counts)).toEqual({ ok: 1, refusal: 1, fault: 2 });
});
