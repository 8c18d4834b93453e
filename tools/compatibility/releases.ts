import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Snapshot } from "./snapshot.ts";

/** A release as `releases/<version>/` keeps it; needs no git history to be read. */
export type Release = {
  readonly version: string;
  /** The commit that was released, to run its tests. */
  readonly commit: string;
  /** SHA-256 of `contracts.json`, so that nobody makes a change pass by editing what was promised. */
  readonly contractsHash: string;
  /** SHA-256 of every migration, by its path. */
  readonly migrations: Readonly<Record<string, string>>;
  readonly contracts: Snapshot;
  /** Reasons why a finding is let through, by the finding's key. */
  readonly accepted: Readonly<Record<string, string>>;
};

/** The release with the highest version; undefined when there is none. */
export function lastRelease(root: string): Release | undefined {
  const versions = globSync("releases/*/release.json", { cwd: root }).map((file) => file.split(/[/\\]/)[1]!);
  const version = versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (version === undefined) return undefined;
  const path = (file: string) => join(root, "releases", version, file);
  const read = (file: string) => JSON.parse(readFileSync(path(file), "utf8")) as unknown;
  const release = read("release.json") as Omit<Release, "contracts" | "accepted">;
  if (hashOf(path("contracts.json")) !== release.contractsHash)
    throw new Error(`releases/${version}/contracts.json was edited: what was promised cannot be changed afterwards.`);
  const hasAccepted = existsSync(path("accepted.json"));
  return {
    ...release,
    contracts: read("contracts.json") as Snapshot,
    accepted: hasAccepted ? (read("accepted.json") as Release["accepted"]) : {},
  };
}

/** SHA-256 of every migration in the tree, by its path. */
export function migrationHashes(root: string): Readonly<Record<string, string>> {
  const files = globSync(["services/*/migrations/*.sql", "platform/*migrations/*.sql"], { cwd: root });
  return Object.fromEntries(files.toSorted().map((file) => [file.replaceAll("\\", "/"), hashOf(join(root, file))]));
}

export function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
