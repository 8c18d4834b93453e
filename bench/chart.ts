import { mainNumber, type Result, type RowResult } from "./result.ts";
import { shown } from "./report.ts";

const WIDTH = 760;
const NAMES = 170;
const SCALE = 460;
const LINE = 22;
const STYLE = `text{font:13px system-ui,sans-serif;fill:#1f2328}.h{font-weight:600}.b{fill:#2f6fdb}.m{stroke:#c2410c;stroke-width:2}.g{stroke:#8b949e55}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.b{fill:#6ea8fe}.m{stroke:#fb923c}}`;

type Line = {
  readonly name: string;
  readonly share: number;
  readonly mark?: number | undefined;
  readonly told: string;
};

/** Two charts one above the other: ratios to the limits with the bars' marks, and what was reached a second. Readable on light and on
 *  dark ground; no script. */
export function chartOf(result: Result): string {
  const ratios = result.rows.flatMap(ratioLine);
  const rates = rateLines(result.rows);
  const parts = [
    section("Of the limit measured beside it (mark: the bar)", ratios, 0),
    section("Reached a second (logarithmic)", rates, sectionHeight(ratios)),
  ];
  const height = sectionHeight(ratios) + sectionHeight(rates);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Results of the bench"><style>${STYLE}</style>
${parts.join("\n")}
</svg>
`;
}

const RATIO_AT_MOST = 1.5;

function ratioLine({ name, numbers, bars }: RowResult): readonly Line[] {
  const { ratio } = numbers;
  if (ratio === undefined) return [];
  const bar = bars.find(({ unit }) => unit === "×")?.bar;
  const share = (value: number) => Math.min(1, value / RATIO_AT_MOST);
  return [
    { name, share: share(ratio), mark: bar === undefined ? undefined : share(bar), told: `${ratio.toFixed(2)} ×` },
  ];
}

function rateLines(rows: readonly RowResult[]): readonly Line[] {
  const rated = rows.filter((row) => row.unit.endsWith("/s") && (mainNumber(row) ?? 0) > 0);
  const top = Math.log10(Math.max(10, ...rated.map((row) => mainNumber(row)!)));
  const share = (value: number) => Math.max(0.005, Math.log10(Math.max(1, value)) / top);
  return rated.map((row) => {
    const bar = row.bars.find(({ unit, kind }) => unit === row.unit && kind === "at least")?.bar;
    const value = mainNumber(row)!;
    const mark = bar === undefined ? undefined : Math.min(1, share(bar));
    return { name: row.name, share: share(value), mark, told: `${shown(value)} ${row.unit}` };
  });
}

function sectionHeight(lines: readonly Line[]): number {
  return (lines.length + 2) * LINE;
}

function section(title: string, lines: readonly Line[], top: number): string {
  const texts = lines.map((line, index) => lineOf(line, top + (index + 1) * LINE + 10));
  return [`<text class="h" x="0" y="${top + LINE - 6}">${escapeXml(title)}</text>`, ...texts].join("\n");
}

function lineOf({ name, share, mark, told }: Line, y: number): string {
  const width = Math.round(share * SCALE);
  const at = mark === undefined ? undefined : NAMES + Math.round(mark * SCALE);
  return [
    `<text x="0" y="${y + 12}">${escapeXml(name)}</text>`,
    `<line class="g" x1="${NAMES}" x2="${NAMES + SCALE}" y1="${y + 8}" y2="${y + 8}"/>`,
    `<rect class="b" x="${NAMES}" y="${y}" width="${width}" height="15" rx="2"/>`,
    ...(at === undefined ? [] : [`<line class="m" x1="${at}" x2="${at}" y1="${y - 2}" y2="${y + 17}"/>`]),
    `<text x="${NAMES + SCALE + 8}" y="${y + 12}">${escapeXml(told)}</text>`,
  ].join("");
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
