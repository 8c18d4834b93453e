import { join } from "node:path";
import { compareReleases } from "./compatibility/compare-releases.ts";
import { keyOf } from "./compatibility/finding.ts";
import { judge } from "./compatibility/judge.ts";
import { lastRelease } from "./compatibility/releases.ts";
import { takeSnapshot } from "./compatibility/snapshot.ts";
import { failingExamples } from "./compatibility/try-examples.ts";

// `npm run compatibility`: holds what services promise now against releases/<last version>/, by rules and by examples.
const root = join(import.meta.dirname, "..");
const release = lastRelease(root);
if (release === undefined) {
  console.log("There is no release in releases/ to be compatible with.\n0 passed, 1 failed");
  process.exit(1);
}
const now = await takeSnapshot(root);
const findings = compareReleases(release.contracts, now);
const examples = failingExamples(release.contracts, now, { runs: 20, seed: Math.trunc(Date.now() / 86_400_000) });
const verdict = judge({ findings, examples, accepted: release.accepted });

for (const { sentence, reason } of verdict.accepted) console.log(`ACCEPTED ${sentence}\n    because ${reason}`);
for (const finding of verdict.open) console.log(`✗ ${finding.sentence}\n    (${keyOf(finding)})`);
for (const problem of verdict.problems) console.log(`✗ ${problem}`);
for (const { callers, operation } of newCalls()) console.log(`NEW ${operation}: roll it out before ${callers}.`);
const checked = Object.keys({ ...release.contracts.operations, ...release.contracts.events }).length;
const broken = new Set(verdict.open.map(({ about }) => about)).size + verdict.problems.length;
console.log(`Held against ${release.version}.\n${Math.max(0, checked - broken)} passed, ${broken} failed`);
// A service that did something on import must not keep this process alive.
process.exit(broken === 0 ? 0 : 1);

/** What no old server has yet: its callers come later in a rollout. */
function newCalls(): readonly { readonly operation: string; readonly callers: string }[] {
  return Object.entries(now.operations)
    .filter(([name, { calledBy }]) => release!.contracts.operations[name] === undefined && calledBy.length > 0)
    .map(([operation, { calledBy }]) => ({ operation, callers: calledBy.join(", ") }));
}
