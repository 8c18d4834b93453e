import { openBench } from "./open-bench.ts";
import type { Options } from "./options.ts";
import type { Row } from "./bench.ts";
import { catalogRows } from "./rows/catalog-rows.ts";
import { insideRows } from "./rows/inside-rows.ts";
import { processRows } from "./rows/process-rows.ts";
import { shoppingRows } from "./rows/shopping-rows.ts";
import { medianOf, type Sample } from "./sample.ts";

const ROWS: readonly Row[] = [...catalogRows, ...shoppingRows, ...insideRows, ...processRows];

export async function runBench(options: Options): Promise<boolean> {
  const rows = ROWS.filter(({ name }) => options.rows?.includes(name) ?? true);
  const bench = await openBench(options);
  const samples = new Map<string, Sample[]>();
  try {
    for (let round = 1; round <= options.rounds; round++)
      for (const row of rows) {
        console.error(`round ${round}/${options.rounds} ${row.name}`);
        const s = await row.measure(bench.bench).catch((e) => (console.error(e), undefined));
        if (!s) continue;
        console.error(s, row.bars(s));
        samples.set(row.name, [...(samples.get(row.name) ?? []), s]);
      }
    for (const [n, s] of samples) console.log(n, medianOf(s));
  } finally {
    await bench.stop();
  }
  return true;
}
