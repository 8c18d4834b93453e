import { join } from "node:path";
import { parseArgs } from "node:util";
import { stages, type Outcome, type Stage } from "./stages.ts";

// `npm test`: runs every stage and ends with `N passed, N failed`. `npm test -- --stages lint,types` runs some.
const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { stages: { type: "string" } } });
const chosen = chooseStages(values.stages);
const skipped: string[] = [];
let passed = 0;
let failed = 0;
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (isInterrupted = true));

for (const stage of chosen) {
  const startedAtMs = performance.now();
  const outcome = await stage.run(root);
  if (isInterrupted) {
    console.log("Interrupted: this stage and the rest were not checked.");
    failed++;
    break;
  }
  passed += outcome.passed;
  failed += outcome.failed;
  skipped.push(...outcome.skipped.map((name) => `${stage.name}: ${name}`));
  console.log(summary(stage, outcome, performance.now() - startedAtMs));
  if (outcome.failed > 0) console.log(`\n${outcome.output.trim()}\n\nThis stage checks that ${stage.explains}.\n`);
}

if (skipped.length > 0) console.log(`\nSKIPPED, so not checked (${skipped.length}):`);
for (const name of skipped) console.log(`  - ${name}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function chooseStages(names: string | undefined): readonly Stage[] {
  if (names === undefined) return stages;
  return names.split(",").map((name) => {
    const stage = stages.find((one) => one.name === name);
    if (stage !== undefined) return stage;
    console.error(`There is no stage "${name}"; choose from ${stages.map((one) => one.name).join(", ")}.`);
    process.exit(2);
  });
}

function summary(stage: Stage, outcome: Outcome, tookMs: number): string {
  const state = outcome.failed > 0 ? "✗" : outcome.passed > 0 ? "✓" : "○";
  const counts = [`${outcome.passed} passed`, `${outcome.failed} failed`, `${outcome.skipped.length} skipped`];
  const shown = counts.filter((count) => !count.startsWith("0 ")).join(", ") || "nothing to check";
  return `${state} ${stage.name.padEnd(13)}${(tookMs / 1000).toFixed(1).padStart(6)} s  ${shown}`;
}
