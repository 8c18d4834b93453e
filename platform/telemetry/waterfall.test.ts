import { describe, expect, test } from "vitest";
import type { SpanRecord } from "./recent-traces.ts";
import { layOut } from "./waterfall.ts";

const span = (spanId: string, [startMs, endMs]: [number, number], more: Partial<SpanRecord> = {}): SpanRecord => ({
  spanId,
  parentId: undefined,
  service: "bell",
  name: spanId,
  kind: "INTERNAL",
  startMs: 1_000 + startMs,
  endMs: 1_000 + endMs,
  attributes: {},
  isFault: false,
  ...more,
});
const database = { attributes: { "db.system.name": "postgresql" } };
const shown = (spans: SpanRecord[]) => layOut({ spans }).rows.map((row) => `${"  ".repeat(row.depth)}${row.span.name}`);

describe("a waterfall", () => {
  test("has parents before children, children by time, strangers' children at the top", () => {
    const spans = [
      span("late", [60, 70], { parentId: "root" }),
      span("early", [10, 30], { parentId: "root" }),
      span("deep", [12, 20], { parentId: "early" }),
      span("root", [0, 100], { parentId: "of-a-client" }),
      span("second", [110, 120]),
    ];
    expect(shown(spans)).toEqual(["root", "  early", "    deep", "  late", "second"]);
  });

  test("draws statements on the row that sent them, those of a transaction too, and shows what is below them", () => {
    const spans = [
      span("root", [0, 100]),
      span("lone", [5, 10], { parentId: "root", ...database }),
      span("transaction", [20, 60], { parentId: "root", ...database }),
      span("inside", [30, 40], { parentId: "transaction", ...database }),
      span("work", [45, 50], { parentId: "transaction" }),
    ];
    const { rows } = layOut({ spans });
    expect(rows.map((row) => row.span.name)).toEqual(["root", "work"]);
    expect(rows[0]!.statements.map((one) => one.span.name)).toEqual(["lone", "inside"]);
    expect(rows[0]!.statements[1]).toMatchObject({ left: 0.3, width: expect.closeTo(0.1) });
  });

  test("is in proportion to time", () => {
    const { rows, durationMs, ticks } = layOut({ spans: [span("root", [0, 100]), span("half", [50, 75])] });
    expect(rows[1]).toMatchObject({ left: 0.5, width: 0.25, offsetMs: 50 });
    expect(durationMs).toBe(100);
    expect(ticks.map(({ offsetMs }) => offsetMs)).toEqual([0, 20, 40, 60, 80, 100]);
  });

  test("leaves long waits out, short ones not", () => {
    const spans = [span("pays", [0, 100]), span("soon", [200, 300]), span("returns", [60_000, 60_100])];
    const { rows, pauses } = layOut({ spans });
    expect(pauses).toEqual([{ left: expect.closeTo(0.71625), width: 0.045, ms: 59_700 }]);
    expect(rows[2]!.left).toBeCloseTo(0.76125);
    expect(rows[2]!.left + rows[2]!.width).toBeCloseTo(1);
  });

  test("stays on the page with many waits, with no time at all, and without spans", () => {
    const many = Array.from({ length: 30 }, (_, index) => span(`s${index}`, [index * 10_000, index * 10_000 + 1]));
    for (const spans of [many, [span("point", [0, 0])], []])
      for (const row of layOut({ spans }).rows) {
        expect(row.left).toBeGreaterThanOrEqual(0);
        expect(row.left + row.width).toBeLessThanOrEqual(1.000001);
      }
    expect(layOut({ spans: [] })).toMatchObject({ durationMs: 0, beganMs: 0 });
  });

  test("lists services as they come in", () => {
    const spans = [span("a", [0, 9], { service: "gateway" }), span("b", [1, 2], { service: "bell", parentId: "a" })];
    expect(layOut({ spans }).services).toEqual(["gateway", "bell"]);
  });
});
