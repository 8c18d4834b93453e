import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, migrationHashes } from "./compatibility/releases.ts";
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
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), `${JSON.stringify(content, null, 1)}\n`);
  write("contracts.json", await takeSnapshot(root));
  write("release.json", {
    version,
    commit: git("rev-parse", "HEAD"),
    contractsHash: hashOf(join(folder, "contracts.json")),
    migrations: migrationHashes(root),
  });
  console.log(`wrote releases/${version}; commit it`);
}
