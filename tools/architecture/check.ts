import { join } from "node:path";
import type { Finding } from "./rule.ts";
import { rules } from "./rules.ts";
import { readTree } from "./tree.ts";

// `npm run architecture`: holds the tree against every rule; `--list` only names them.
const root = join(import.meta.dirname, "../..");

if (process.argv.includes("--list")) {
  for (const rule of rules) console.log(`${rule.name}\n    ${rule.sentence}`);
} else {
  const tree = readTree(root);
  let failed = 0;
  for (const rule of rules) {
    const findings = await rule.find(tree);
    if (findings.length === 0) continue;
    failed++;
    console.log(`✗ ${rule.name}\n  ${rule.sentence}`);
    for (const finding of findings) console.log(`    ${line(finding)}`);
  }
  console.log(`${rules.length - failed} passed, ${failed} failed`);
  // A service that did something on import must not keep this process alive.
  process.exit(failed === 0 ? 0 : 1);
}

function line({ file, line: at, told }: Finding): string {
  return `${at === undefined ? file : `${file}:${at}`} ${told}`;
}
