import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { lookAround } from "../chaos/report.ts";
import { Bench } from "./bench.ts";
import { recordFlow } from "./limits/record-flow.ts";
import { chartOf, markdownOf, textOf } from "./report.ts";
import { compare, type Result } from "./result.ts";

// `npm run bench`: what the shop reaches, beside what the same work reaches with nothing around it, in one run.
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
    publish: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});
const RESULTS = join(import.meta.dirname, "results");
const PAGE = join(import.meta.dirname, "../docs/performance.md");

if (values.record) {
  await recordFlow();
  process.exit(0);
}
const bench = await Bench.open({ rounds: Number(values.rounds), phaseMs: Number(values.seconds) * 1_000 });
try {
  const { commit, durability, ...around } = await lookAround(bench.shop);
  const result: Result = {
    version: 1,
    ...around,
    durability,
    commit: commit.split(" ")[0]!,
    isDirty: commit.includes(" "),
    rounds: Number(values.rounds),
    secondsPerPhase: Number(values.seconds),
    rows: await bench.measure(),
  };
  console.log(`\n${textOf(result)}`);
  const before = await readFile(join(RESULTS, "latest.json"), "utf8").catch(() => undefined);
  if (before !== undefined) tellComparison(result, JSON.parse(before) as Result);
  if (values.publish) await publish(result);
} finally {
  await bench.close();
}

function tellComparison(result: Result, before: Result): void {
  console.log(`Against ${before.commit} (${before.date}); above 1 is better:`);
  for (const { name, factor } of compare(result, before)) console.log(`  ${factor.toFixed(2).padStart(6)}  ${name}`);
}

async function publish(result: Result): Promise<void> {
  await writeFile(join(RESULTS, "latest.json"), `${JSON.stringify(result, undefined, 2)}\n`);
  await writeFile(join(RESULTS, "ratios.svg"), chartOf(result));
  const page = await readFile(PAGE, "utf8");
  const [begin, end] = ["<!-- bench -->", "<!-- /bench -->"];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no place for the table: ${begin} … ${end}`);
  await writeFile(PAGE, `${page.slice(0, from + begin.length)}\n\n${markdownOf(result)}\n\n${page.slice(to)}`);
}
