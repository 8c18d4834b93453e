import { writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Bench, Row } from "./bench.ts";
import { comparisonTable } from "./compare.ts";
import { lookAround } from "./machine.ts";
import { openBench } from "./open-bench.ts";
import type { Options } from "./options.ts";
import { findPublished, publish } from "./publish.ts";
import { asText, furtherNumbers, surroundings, tableOf } from "./report.ts";
import type { Result, RowResult } from "./result.ts";
import { catalogRows } from "./rows/catalog-rows.ts";
import { fleetRows } from "./rows/fleet-rows.ts";
import { insideRows } from "./rows/inside-rows.ts";
import { pageRows } from "./rows/page-rows.ts";
import { processRows } from "./rows/process-rows.ts";
import { shoppingRows } from "./rows/shopping-rows.ts";
import { telemetryRow } from "./rows/telemetry-row.ts";
import { medianOf, type Sample } from "./sample.ts";

const ROWS: readonly Row[] = [
  ...catalogRows,
  ...pageRows,
  ...shoppingRows,
  telemetryRow,
  ...insideRows,
  ...processRows,
];

/** Measures all rows, round after round, and tells. False when an answer was not the expected one, or a row did not work. */
export async function runBench(options: Options): Promise<boolean> {
  const rows = chosen(options.mode === "fleet" ? fleetRows : ROWS, options.rows);
  const { bench, stop } = await openBench(options);
  const leave = () => void stop().then(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);
  try {
    const around = await lookAround(bench.stage.postgres);
    const measured = await measureRounds(rows, bench, options.rounds);
    return await tell({ ...resultOf(options), ...around, rows: measured }, options);
  } finally {
    await stop();
  }
}

export function resultOf({
  mode,
  rounds,
  seconds,
}: Options): Pick<Result, "schema" | "mode" | "at" | "rounds" | "seconds"> {
  return { schema: 1, mode, at: new Date().toISOString(), rounds, seconds };
}

function chosen(rows: readonly Row[], names: readonly string[] | undefined): readonly Row[] {
  const unknown = (names ?? []).filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no row ${unknown.join(", ")}. There are: ${rows.map(({ name }) => name).join(", ")}.`);
  return names === undefined ? rows : rows.filter(({ name }) => names.includes(name));
}

const BETWEEN_MS = 300;

/** The rounds are the outer loop, so that whatever the machine does meanwhile meets every row. */
export async function measureRounds(rows: readonly Row[], bench: Bench, rounds: number): Promise<readonly RowResult[]> {
  const samples = new Map<string, Sample[]>(rows.map(({ name }) => [name, []]));
  const faults = new Map<string, string>();
  for (let round = 1; round <= rounds; round++)
    for (const row of rows) {
      const startedMs = performance.now();
      try {
        samples.get(row.name)!.push(await row.measure(bench));
      } catch (error) {
        faults.set(row.name, (error as Error).stack ?? String(error));
        console.error(`${row.name}: ${faults.get(row.name)}`);
      }
      console.error(
        `round ${round} of ${rounds}  ${row.name}  ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`,
      );
      await pause(BETWEEN_MS);
    }
  return rows.map((row) => resultOfRow(row, samples.get(row.name)!, faults.get(row.name)));
}

function resultOfRow({ name, what, unit, limit, bars }: Row, samples: readonly Sample[], fault?: string): RowResult {
  const numbers = medianOf(samples);
  return {
    name,
    what,
    unit,
    ...(limit === undefined ? {} : { limit }),
    numbers,
    bars: samples.length === 0 ? [] : bars(numbers),
    ...(fault === undefined ? {} : { fault: fault.split("\n")[0]! }),
  };
}

export async function tell(result: Result, options: Options): Promise<boolean> {
  console.log(`${surroundings(result)}\n\n${asText(tableOf(result))}\n\n${asText(furtherNumbers(result))}`);
  const before = await findPublished(result.mode);
  if (before !== undefined) console.log(`\n${asText(comparisonTable(before, result))}`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (options.publishes) await publish(result);
  return result.rows.every(({ fault }) => fault === undefined);
}
