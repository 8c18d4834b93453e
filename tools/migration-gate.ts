import { join } from "node:path";
import { runMigrationGate } from "./migration-gate/run-gate.ts";

// `npm run migration-gate`: what `npm test` does with migrations that were added since the last release, with the platform's own
// tests, and all it says.
const { passed, failed, skipped, output } = await runMigrationGate(join(import.meta.dirname, ".."), { isWhole: true });
console.log(output.trim());
for (const name of skipped) console.log(`SKIPPED, so not checked: ${name}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
