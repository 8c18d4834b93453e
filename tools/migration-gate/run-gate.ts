import { cpSync, existsSync, globSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { lastRelease, migrationHashes, type Release } from "../compatibility/releases.ts";
import { runCommand } from "../run-command.ts";
import type { Outcome } from "../stages.ts";
import { runVitest } from "../vitest-stage.ts";

const WHOLE = "npm run migration-gate";
/** Where test databases come from: what the release's tests say of them stays the release's. */
const TODAYS_SERVER = ["platform/testing-postgres.ts", "platform/testing-folder.ts"];
const OWN_TABLES = "is left out: it makes its own tables and touches none of ours";
/** Database tests that say nothing about a newer schema. Whatever stands here is told as skipped. */
const NOT_ON_A_NEWER_SCHEMA: Readonly<Record<string, string>> = {
  "platform/database.db.test.ts": OWN_TABLES,
  "platform/database-problem.db.test.ts": OWN_TABLES,
  "platform/testing-postgres.db.test.ts": OWN_TABLES,
};

/** Holds the migrations of the tree under `root` against the last release: what was released is unchanged, and the release's
 *  own database tests pass on the schema of today, as its processes must during a rollout and after a step back. Only the
 *  parts whose migrations changed are run; without `isWhole` not the platform's own tests, whose tables every service's tests use. */
export async function runMigrationGate(root: string, { isWhole = false } = {}): Promise<Outcome> {
  const release = lastRelease(root);
  if (release === undefined) return failure("There is no release in releases/ to be held against.");
  const now = migrationHashes(root);
  const changed = Object.entries(release.migrations).filter(([file, hash]) => now[file] !== hash);
  if (changed.length > 0) return failure(...changed.map(([file]) => told(file, now[file], release.version)));
  const parts = partsWithNewMigrations(release, now);
  const unchanged = { passed: 1, failed: 0, skipped: [] };
  if (parts.length === 0) return { ...unchanged, output: `No migration was added since ${release.version}.` };
  const hasCommit = await runCommand(root, ["git", "cat-file", "-e", `${release.commit}^{commit}`]);
  if (!hasCommit.isOk) {
    const missing = `the database tests of ${release.version} on the new schema of ${parts.join(", ")}: its commit ${release.commit.slice(0, 12)} is not in this clone (git fetch --unshallow)`;
    return { ...unchanged, skipped: [missing], output: missing };
  }
  const ran = await runOldTests(root, { release, parts, isWhole });
  return { ...ran, passed: ran.passed + 1 };
}

function told(file: string, hash: string | undefined, version: string): string {
  const what = hash === undefined ? "was deleted" : "was edited";
  return `${file} ${what}, but databases of ${version} have run it: put it back and add a migration after it.`;
}

/** The folders of the release with migrations that it does not know: `services/orders`, `platform`. */
function partsWithNewMigrations(release: Release, now: Readonly<Record<string, string>>): readonly string[] {
  const known = new Set(Object.keys(release.migrations).map((file) => dirname(dirname(file))));
  const added = Object.keys(now).filter((file) => !Object.hasOwn(release.migrations, file));
  return [...new Set(added.map((file) => dirname(dirname(file))))].filter((part) => known.has(part)).toSorted();
}

type Gate = { readonly release: Release; readonly parts: readonly string[]; readonly isWhole: boolean };

async function runOldTests(root: string, { release, parts, isWhole }: Gate): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "tradepost-gate-"));
  try {
    const archive = join(folder, "release.tar");
    const tree = join(folder, "tree");
    const taken = await runCommand(root, ["git", "archive", "--prefix=tree/", "-o", archive, release.commit]);
    const unpacked = taken.isOk ? await runCommand(folder, ["tar", "-xf", archive]) : taken;
    if (!unpacked.isOk) return failure(`The release cannot be taken out of git.\n${unpacked.output}`);
    for (const migrations of new Set(Object.keys(release.migrations).map(dirname)))
      cpSync(join(root, migrations), join(tree, migrations), { recursive: true });
    for (const file of TODAYS_SERVER) cpSync(join(root, file), join(tree, file));
    if (!existsSync(join(tree, "node_modules"))) symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
    // Tables of the platform are in every service's database.
    const isPlatform = parts.includes("platform");
    const tested = isPlatform ? [...(isWhole ? ["platform"] : []), "services/*"] : parts;
    const later =
      isPlatform && !isWhole ? [`the platform's own database tests of ${release.version}: ${WHOLE} runs them`] : [];
    const patterns = tested.map((part) => `${part}/**/*.db.test.ts`);
    const left = Object.keys(NOT_ON_A_NEWER_SCHEMA).filter((file) => globSync(patterns, { cwd: tree }).includes(file));
    const outcome = await runVitest(tree, {
      name: "database",
      files: patterns,
      except: left,
      isPart: true,
      options: ["--no-isolate"], // as our own do
    });
    return {
      ...outcome,
      skipped: [...outcome.skipped, ...later, ...left.map((file) => `${file} ${NOT_ON_A_NEWER_SCHEMA[file]}`)],
      output: `The database tests of ${release.version}, on the schema of today:\n${outcome.output}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failure(...lines: readonly string[]): Outcome {
  return { passed: 0, failed: lines.length, skipped: [], output: lines.join("\n") };
}
