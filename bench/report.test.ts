import { expect, test } from "vitest";
import { chartOf, escapeXml } from "./chart.ts";
import { compare } from "./compare.ts";
import { withResult } from "./publish.ts";
import { asMarkdown, asText, furtherNumbers, shown, tableOf } from "./report.ts";
import type { Bar } from "./sample.ts";
import { resultWith } from "./testing-result.ts";

const bar: Bar = { what: "of bare", unit: "×", kind: "at least", bar: 0.8, measured: 0.5, isDeciding: true };
const detail = {
  name: "detail",
  numbers: {
    at1: 100,
    at16: 1_500,
    at64: 2_000.4,
    limitAt1: 200,
    limitAt16: 3_000,
    limitAt64: 4_000,
    ratio: 0.5,
    openP99: 12.3,
    peak: 2_000.4,
    settleMs: 3,
  },
  bars: [bar],
};

test("the table tells measured numbers, limit, ratio, latency and the verdict", () => {
  const [, line] = tableOf(resultWith(detail));
  expect(line).toEqual([
    "detail",
    "100 / 1,500 / 2,000",
    "requests/s",
    "200 / 3,000 / 4,000",
    "0.50 ×",
    "12.3 ms",
    "of bare 0.5 ≥ 0.8 ×: MISS",
  ]);
});

test("a row of another number of connections says how many", () => {
  const numbers = { at32: 2_000, limitAt32: 3_000, ratio: 0.67, peak: 2_000 };
  expect(tableOf(resultWith({ ...detail, numbers }))[1]!.slice(1, 4)).toEqual([
    "2,000 (32)",
    "requests/s",
    "3,000 (32)",
  ]);
});

test("a missed target is told apart from a missed bar, and a fault from both", () => {
  const missed = tableOf(resultWith({ ...detail, bars: [{ ...bar, isDeciding: false }] }))[1]!.at(-1);
  expect(missed).toContain("below target");
  expect(tableOf(resultWith({ ...detail, fault: "404" }))[1]!.at(-1)).toBe("FAULT");
});

test("numbers without a column are listed, those with one are not", () => {
  expect(furtherNumbers(resultWith(detail)).slice(1)).toEqual([["detail", "settleMs", "3"]]);
});

test("numbers keep three digits, or their thousands", () => {
  expect([0.12345, 12.345, 123.45, 12_345.6, undefined, Number.NaN].map(shown)).toEqual([
    "0.123",
    "12.3",
    "123",
    "12,346",
    "–",
    "–",
  ]);
});

test("text is in columns; markdown survives a bar in a cell", () => {
  expect(
    asText([
      ["a", "b"],
      ["long", "c"],
    ]),
  ).toBe("a     b\nlong  c");
  expect(asMarkdown([["a"], ["x|y"]])).toBe("| a |\n|---|\n| x\\|y |");
});

test("results are compared by their ratio to the limit, and by their number where there is none", () => {
  const before = resultWith(
    detail,
    { name: "import", numbers: { value: 100 } },
    { name: "gone", numbers: { value: 1 } },
  );
  const now = resultWith(
    { ...detail, numbers: { ...detail.numbers, ratio: 0.75, peak: 10 } },
    { name: "import", numbers: { value: 50 } },
    { name: "new" },
  );
  expect(compare(before, now)).toEqual([
    { row: "detail", of: "ratio to the limit", before: 0.5, now: 0.75, change: 1.5 },
    { row: "import", of: "number", before: 100, now: 50, change: 0.5 },
  ]);
});

test("the chart has no script, escapes what it shows, and follows the reader's ground", () => {
  const chart = chartOf(resultWith({ ...detail, name: 'a<b & "c"' }));
  expect(chart).toContain("a&lt;b &amp; &quot;c&quot;");
  expect(chart).not.toMatch(/<script|NaN|undefined/);
  expect(chart).toContain("prefers-color-scheme:dark");
  expect(escapeXml('<>&"')).toBe("&lt;&gt;&amp;&quot;");
});

test("a page without any result has a chart without lines", () => {
  expect(chartOf(resultWith())).not.toMatch(/NaN|Infinity/);
});

test("a result goes between the marks of its mode and nowhere else", () => {
  const page = "# P\n<!-- bench:process -->old<!-- /bench:process -->\nend\n";
  const published = withResult(page, resultWith(detail));
  expect(published).toContain("| detail |");
  expect(published).not.toContain("old");
  expect(withResult(published, resultWith(detail))).toBe(published);
  expect(() => withResult("# P", resultWith())).toThrow("no place for a run of mode process");
});
