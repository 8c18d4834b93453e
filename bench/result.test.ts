import { describe, expect, test } from "vitest";
import { chartOf, markdownOf, tableOf, textOf } from "./report.ts";
import {
  bucketsOf,
  compare,
  isReached,
  median,
  peakOf,
  quantileBetween,
  ratioOf,
  type Result,
  type Row,
} from "./result.ts";

const row = (told: Partial<Row>): Row => ({
  name: "list",
  what: "a list",
  unit: "per second",
  measured: { "1": 100, "16": 400, "64": 800 },
  ...told,
});
const limit = { what: "bare <server>", measured: { "1": 500, "64": 1_000 } };
const result = (...rows: Row[]): Result => ({
  version: 1,
  date: "2026-11-25",
  commit: "abc",
  isDirty: true,
  machine: "2 × cores",
  node: "v24",
  postgres: "18",
  durability: { fsync: "on" },
  rounds: 3,
  secondsPerPhase: 4,
  rows,
});

describe("a row", () => {
  test("counts with its most connections, and by its ratio to the limit of as many", () => {
    expect([peakOf(row({}).measured), ratioOf(row({ limit })), ratioOf(row({}))]).toEqual([800, 0.8, undefined]);
    expect(peakOf({ "": 7 })).toBe(7);
  });

  test("reaches its bar, misses it, or has none", () => {
    expect(isReached(row({}))).toBeUndefined();
    expect(isReached(row({ limit, bar: { kind: "atLeastRatio", value: 0.8 } }))).toBe(true);
    expect(isReached(row({ limit, bar: { kind: "atLeastRatio", value: 0.81 } }))).toBe(false);
    expect(isReached(row({ bar: { kind: "atLeast", value: 801 } }))).toBe(false);
    expect(isReached(row({ bar: { kind: "atMost", value: 800 } }))).toBe(true);
  });

  test("is compared by its ratio where it has a limit, and so that better is above 1", () => {
    const slowerMachine = { what: limit.what, measured: { "64": 500 } };
    const before = result(row({ limit }), row({ name: "start", unit: "ms", measured: { "": 600 } }));
    const now = result(
      row({ measured: { "64": 600 }, limit: slowerMachine }),
      row({ name: "start", unit: "ms", measured: { "": 300 } }),
      row({ name: "new" }),
    );
    const factors = compare(now, before).map(({ name, factor }) => [name, factor.toFixed(2)]);
    expect(factors).toEqual([
      ["list", "1.50"],
      ["start", "2.00"],
    ]);
  });
});

test("a median is the middle, or between the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

describe("a report", () => {
  const told = result(
    row({ limit, p99Ms: 1.234, bar: { kind: "atLeastRatio", value: 0.9 } }),
    row({ measured: { "": 7 } }),
  );

  test("has a line for each row, as wide as its head", () => {
    const [head, first, second] = tableOf(told);
    expect(first).toEqual([
      "list (per second)",
      "100",
      "400",
      "800",
      "1,000",
      "0.80",
      "1.23 ms",
      "≥ 0.9 × limit",
      "missed",
    ]);
    expect([first!.length, second!.length]).toEqual([head!.length, head!.length]);
    expect(textOf(told)).toContain("abc and uncommitted changes");
    expect(markdownOf(told).split("\n").at(-2)).toMatch(/^\| list \(per second\) \| 100 .* missed \|$/);
  });

  test("has a picture of the rows that have a limit, without markup from their names", () => {
    const picture = chartOf(told);
    expect(picture.match(/<rect/g)).toHaveLength(1);
    expect(picture).toContain("bare &lt;server>");
  });
});

test("a quantile of what a histogram has counted since", () => {
  const told = (low: number, high: number) =>
    [
      "# TYPE delay_seconds histogram",
      `delay_seconds_bucket{service="a",le="0.1"} ${low}`,
      `delay_seconds_bucket{service="a",le="0.2"} ${low + high}`,
      `delay_seconds_bucket{service="a",le="+Inf"} ${low + high}`,
      `delay_seconds_bucket{service="b",le="0.1"} 1`,
      `delay_seconds_bucket{service="b",le="0.2"} 1`,
      `delay_seconds_bucket{service="b",le="+Inf"} 1`,
      "delay_seconds_sum 3",
    ].join("\n");
  const [before, after] = [bucketsOf(told(5, 0), "delay_seconds"), bucketsOf(told(55, 50), "delay_seconds")];
  expect(after.get(0.2)).toBe(106);
  expect(quantileBetween(before, after, 0.5)).toBeCloseTo(0.1);
  expect(quantileBetween(before, after, 0.75)).toBeCloseTo(0.15);
  expect(quantileBetween(after, after, 0.99)).toBe(0);
});
