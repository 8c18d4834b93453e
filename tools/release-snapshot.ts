import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrationHashes } from "./compatibility/releases.ts";
import { takeSnapshot } from "./compatibility/snapshot.ts";

// `npm run release-snapshot`: takes down what the version of package.json promises, in releases/<version>/, once. The commit
// that is checked out is the release; from then on `npm test` holds every change against it.
const root = join(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const folder = join(root, "releases", version);
const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();

if (existsSync(folder)) {
  console.error(`releases/${version} is there already and never changes; raise the version in package.json first.`);
  process.exitCode = 1;
} else if (git("status", "--porcelain") !== "") {
  console.error("Commit first: a release is a commit, and its snapshot is of that commit.");
  process.exitCode = 1;
} else {
  const release = { version, commit: git("rev-parse", "HEAD"), migrations: migrationHashes(root) };
  const contracts = await takeSnapshot(root);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries({ release, contracts }))
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, null, 1)}\n`);
  console.log(`wrote releases/${version}; commit it`);
}
