import { isReached, peakOf, ratioOf, type Bar, type Result, type Row } from "./result.ts";

const HEAD = ["row", "1", "16", "64", "limit", "of the limit", "p99 at 60 %", "bar", ""];

/** The rows of a table, its head first. */
export function tableOf(result: Result): readonly (readonly string[])[] {
  return [HEAD, ...result.rows.map(lineOf)];
}

function lineOf(row: Row): readonly string[] {
  const { measured, limit, p99Ms, bar } = row;
  const single = measured[""] === undefined ? undefined : shown(measured[""]);
  const at = (connections: string) => (measured[connections] === undefined ? "" : shown(measured[connections]));
  const ratio = ratioOf(row);
  const reached = isReached(row);
  return [
    `${row.name} (${row.unit})`,
    at("1"),
    at("16"),
    single ?? at("64"),
    limit === undefined ? "" : shown(peakOf(limit.measured)),
    ratio === undefined ? "" : ratio.toFixed(2),
    p99Ms === undefined ? "" : `${shown(p99Ms)} ms`,
    bar === undefined ? "" : barText(bar),
    reached === undefined ? "" : reached ? "reached" : "missed",
  ];
}

function barText({ kind, value }: Bar): string {
  if (kind === "atLeastRatio") return `≥ ${value} × limit`;
  return `${kind === "atLeast" ? "≥" : "≤"} ${shown(value)}`;
}

function shown(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}

/** For a terminal. */
export function textOf(result: Result): string {
  const table = tableOf(result);
  const widths = HEAD.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  const lines = table.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  "),
  );
  return `${aboutOf(result).join("\n")}\n\n${lines.join("\n")}\n`;
}

/** For a page. */
export function markdownOf(result: Result): string {
  const [head, ...lines] = tableOf(result).map((line) => `| ${line.join(" | ")} |`);
  const rule = `|---|${HEAD.slice(1)
    .map(() => "---:|")
    .join("")}`;
  return [...aboutOf(result).map((line) => `${line}  `), "", head, rule, ...lines].join("\n");
}

function aboutOf(result: Result): readonly string[] {
  const { date, commit, isDirty, machine, node, postgres, durability, rounds, secondsPerPhase } = result;
  const settings = Object.entries(durability).map(([name, value]) => `${name} ${value}`);
  return [
    `${date}, commit ${commit}${isDirty ? " and uncommitted changes" : ""}`,
    `${machine}; Node ${node}; PostgreSQL ${postgres} (${settings.join(", ")})`,
    `Medians of ${rounds} interleaved rounds of ${secondsPerPhase} s; the generator runs on the same machine.`,
  ];
}

const WIDTH = 720;
const BAR_HEIGHT = 26;

/** A picture of how near each row comes to its limit: a bar for what was measured, a mark where it should be. */
export function chartOf(result: Result): string {
  const rows = result.rows.filter((row) => row.limit !== undefined);
  const most = Math.max(1, ...rows.map((row) => ratioOf(row)!));
  const scale = (WIDTH - 320) / most;
  const height = rows.length * BAR_HEIGHT + 50;
  const bars = rows.map((row, index) => {
    const y = 20 + index * BAR_HEIGHT;
    const ratio = ratioOf(row)!;
    const mark =
      row.bar?.kind === "atLeastRatio"
        ? `<line x1="${x(row.bar.value)}" x2="${x(row.bar.value)}" y1="${y - 2}" y2="${y + 18}" class="mark"/>`
        : "";
    const text = `${ratio.toFixed(2)} × ${row.limit!.what}`;
    return `<text x="8" y="${y + 13}">${escaped(row.name)}</text><rect x="200" y="${y}" width="${Math.round(ratio * scale)}" height="16" rx="3"/>${mark}<text x="${Math.round(208 + ratio * scale)}" y="${y + 13}" class="value">${escaped(text)}</text>`;
  });
  function x(value: number): number {
    return Math.round(200 + value * scale);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="How near each row comes to its limit">
<style>text{font:13px system-ui,sans-serif;fill:#222}.value{fill:#666}rect{fill:#3b7dd8}.mark{stroke:#c2410c;stroke-width:3}.one{stroke:#999;stroke-dasharray:3 3}@media(prefers-color-scheme:dark){text{fill:#ddd}.value{fill:#aaa}rect{fill:#6ea8ff}}</style>
<line x1="${x(1)}" x2="${x(1)}" y1="8" y2="${height - 30}" class="one"/>
${bars.join("\n")}
<text x="200" y="${height - 10}" class="value">dashed: the limit itself · red: the bar</text>
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
