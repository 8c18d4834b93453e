import { execFile } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LocatedPostgres } from "#platform/postgres/locate";
import { askDatabase } from "../chaos/ask-database.ts";
import { durabilityOf } from "../chaos/report.ts";
import type { Machine, Result } from "./result.ts";

const ROOT = join(import.meta.dirname, "..");

export type Surroundings = Pick<Result, "commit" | "isDirty" | "machine" | "durability">;

/** Where this is measured. A fault when PostgreSQL does not wait for its disk: then nothing that is measured is worth anything. */
export async function lookAround(postgres: LocatedPostgres): Promise<Surroundings> {
  const url = postgres.url("postgres");
  const durability = await durabilityOf(url);
  const [server] = await askDatabase<{ version: string }>(url, "select current_setting('server_version') as version");
  const machine = { ...describeMachine(), postgres: server!.version };
  const [commit, changes] = [await git("rev-parse", "--short", "HEAD"), await git("status", "--porcelain")];
  return { commit: commit || "unknown", isDirty: changes !== "", machine, durability };
}

export function describeMachine(): Omit<Machine, "postgres"> {
  return {
    cpu: cpus()[0]?.model ?? "?",
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  };
}

async function git(...words: readonly string[]): Promise<string> {
  return promisify(execFile)("git", words, { cwd: ROOT }).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
}
