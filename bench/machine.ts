import { execFile } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LocatedPostgres } from "#platform/postgres/locate";
import { rowsOf, withDatabase } from "../chaos/ask-database.ts";
import type { Result } from "./result.ts";

const ROOT = join(import.meta.dirname, "..");
const DURABILITY = ["fsync", "full_page_writes", "synchronous_commit"];

export type Surroundings = Pick<Result, "commit" | "isDirty" | "machine" | "durability">;

/** Where this is measured. A fault when PostgreSQL does not wait for its disk: then nothing that is measured is worth anything. */
export async function lookAround(postgres: LocatedPostgres): Promise<Surroundings> {
  const settings = await withDatabase(postgres.url("postgres"), (client) =>
    rowsOf<{ name: string; setting: string }>(client, "select name, setting from pg_settings order by name"),
  );
  const of = (name: string) => settings.find((one) => one.name === name)?.setting ?? "?";
  const durability = Object.fromEntries(DURABILITY.map((name) => [name, of(name)]));
  const off = DURABILITY.filter((name) => durability[name] !== "on");
  if (off.length > 0) throw new Error(`${off.join(", ")} must be on.`);
  const machine = {
    cpu: cpus()[0]?.model ?? "?",
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    postgres: of("server_version"),
  };
  const [commit, changes] = [await git("rev-parse", "--short", "HEAD"), await git("status", "--porcelain")];
  return { commit: commit || "unknown", isDirty: changes !== "", machine, durability };
}

async function git(...words: readonly string[]): Promise<string> {
  return promisify(execFile)("git", words, { cwd: ROOT }).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
}
