import { CONNECTIONS } from "./bench.ts";
import { mainNumber, type Result, type RowResult } from "./result.ts";
import { passes, type Bar, type Sample } from "./sample.ts";

export type Table = readonly (readonly string[])[];

const HEAD = ["row", "1 / 16 / 64 connections", "unit", "limit", "of the limit", "p99 at 60 %", "bars"];

/** A line a row. */
export function tableOf(result: Result): Table {
  return [HEAD, ...result.rows.map(lineOf)];
}

function lineOf(row: RowResult): readonly string[] {
  if (row.fault !== undefined) return [row.name, "–", row.unit, "–", "–", "–", "FAULT"];
  const { numbers } = row;
  const measured = byConnections(numbers, "at") ?? shown(mainNumber(row));
  const limit = byConnections(numbers, "limitAt") ?? shown(numbers["limit"]);
  const ratio = numbers["ratio"];
  const { openP99 } = numbers;
  return [
    row.name,
    measured,
    row.unit,
    limit,
    ratio === undefined ? "–" : `${ratio.toFixed(2)} ×`,
    openP99 === undefined ? "–" : `${shown(openP99)} ms`,
    row.bars.map(toldBar).join("; ") || "–",
  ];
}

/** Undefined where nothing was measured by connections. Another number of them than the head's is said. */
function byConnections(numbers: Sample, begin: "at" | "limitAt"): string | undefined {
  const usual = CONNECTIONS.map((connections) => numbers[`${begin}${connections}`]);
  if (usual.some((one) => one !== undefined)) return usual.map(shown).join(" / ");
  const names = Object.keys(numbers).filter((name) => new RegExp(`^${begin}\\d+$`).test(name));
  const told = names.map((name) => `${shown(numbers[name])} (${name.slice(begin.length)})`);
  return told.length === 0 ? undefined : told.join(" / ");
}

function toldBar(bar: Bar): string {
  const sign = bar.kind === "at least" ? "≥" : "≤";
  const verdict = passes(bar) ? "pass" : bar.isDeciding ? "MISS" : "below target";
  return `${bar.what} ${shown(bar.measured)} ${sign} ${shown(bar.bar)} ${bar.unit}`.trimEnd() + `: ${verdict}`;
}

/** Three digits are what a measurement is good for. */
export function shown(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en-GB");
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

const IN_TABLE = /^(at|limitAt)\d+$|^(ratio|openP99|value|limit|peak)$/;

/** What the table has no room for: a line per number. */
export function furtherNumbers(result: Result): Table {
  const lines = result.rows.flatMap(({ name, numbers }) =>
    Object.entries(numbers)
      .filter(([number]) => !IN_TABLE.test(number))
      .map(([number, value]) => [name, number, shown(value)]),
  );
  return [["row", "number", "measured"], ...lines];
}

export function asText(table: Table): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function asMarkdown([head, ...lines]: Table): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(head!), `|${"---|".repeat(head!.length)}`, ...lines.map(row)].join("\n");
}

/** Where and how it was measured. */
export function surroundings({ at, commit, isDirty, machine, durability, rounds, seconds, mode }: Result): string {
  const settings = Object.entries(durability).map(([name, value]) => `${name} ${value}`);
  const { cpu, cores, memoryGib, node, postgres } = machine;
  return [
    `${mode}, ${at}, commit ${commit}${isDirty ? " and changes" : ""}; ${rounds} rounds of ${seconds} s a measurement, medians`,
    `${cpu}, ${cores} cores for everything (shop, PostgreSQL, generator), ${memoryGib} GiB; node ${node}, PostgreSQL ${postgres}: ${settings.join(", ")}`,
  ].join("\n");
}
