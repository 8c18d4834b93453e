import { execFile } from "node:child_process";
import { cpus, totalmem, platform, arch } from "node:os";
import { promisify } from "node:util";
import { askDatabase } from "./ask-database.ts";
import type { Outcome } from "./run-chaos.ts";
import type { Target } from "./target.ts";

/** What a run found and what it ran on, as it is published. */
export type Report = {
  readonly mode: string;
  readonly replicas: string;
  readonly seed: number;
  readonly commit: string;
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  /** As the server shows them; a run on a server that does not wait for the disk proves nothing and is refused. */
  readonly durability: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly killsByVictim: Readonly<Record<string, number>>;
  readonly recoveryMs: { readonly median: number; readonly largest: number };
  readonly orders: Readonly<Record<string, number>>;
  readonly events: number;
  readonly requests: number;
  readonly unanswered: number;
  readonly violations: Readonly<Record<string, number>>;
  readonly faults: number;
};

/** What is known of the machine and the server before the run. */
export type Surroundings = Pick<Report, "commit" | "date" | "machine" | "node" | "postgres" | "durability">;

const DURABILITY = ["fsync", "full_page_writes", "synchronous_commit"];

/** Throws when the server would lose what it has acknowledged. */
export async function lookAround(target: Target): Promise<Surroundings> {
  const url = target.databaseUrl("postgres");
  const durability = await durabilityOf(url);
  const [{ version } = { version: "" }] = await askDatabase<{ version: string }>(
    url,
    "select current_setting('server_version') as version",
  );
  const processors = cpus();
  return {
    commit: await readCommit(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${processors.length} × ${processors[0]?.model.trim() ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GB, ${platform()} ${arch()}`,
    node: process.version,
    postgres: version,
    durability,
  };
}

/** What decides whether the server waits for its disk, as it shows it. Throws when it would lose what it has acknowledged: a run on it
 *  proves nothing, and measures nothing. */
export async function durabilityOf(url: string): Promise<Readonly<Record<string, string>>> {
  const durability: Record<string, string> = {};
  for (const name of DURABILITY) {
    const [row] = await askDatabase<{ value: string }>(url, `select current_setting('${name}') as value`);
    durability[name] = row!.value;
    if (row!.value !== "on") throw new Error(`${name} is ${row!.value}: what is acknowledged could be lost by design.`);
  }
  return durability;
}

/** With a mark when the working tree has changes; `unknown` outside a repository. */
async function readCommit(): Promise<string> {
  const git = async (...words: string[]) =>
    (await promisify(execFile)("git", words, { cwd: import.meta.dirname })).stdout.trim();
  try {
    const isChanged = (await git("status", "--porcelain", "--untracked-files=no")) !== "";
    return `${await git("rev-parse", "--short=12", "HEAD")}${isChanged ? " with changes" : ""}`;
  } catch {
    return "unknown";
  }
}

export function reportOf(
  outcome: Outcome,
  run: { readonly mode: string; readonly replicas: string; readonly seed: number; readonly surroundings: Surroundings },
): Report {
  const { kills, evidence, findings, faults, seconds } = outcome;
  const recoveries = kills.map(({ recoveryMs }) => recoveryMs).toSorted((a, b) => a - b);
  const { surroundings, ...named } = run;
  return {
    ...named,
    ...surroundings,
    seconds,
    killsByVictim: counted(kills.map(({ victim }) => victim)),
    recoveryMs: { median: recoveries[Math.floor(recoveries.length / 2)] ?? 0, largest: recoveries.at(-1) ?? 0 },
    orders: counted(evidence.orders.map(({ state }) => state)),
    events: evidence.events.length,
    requests: evidence.journal.length,
    unanswered: evidence.journal.filter(({ httpStatus }) => httpStatus === undefined).length,
    violations: Object.fromEntries(findings.map(({ invariant, violations }) => [invariant, violations.length])),
    faults: faults.length,
  };
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Claims that nothing was wrong. */
export function isClean({ violations, faults }: Report): boolean {
  return faults === 0 && Object.values(violations).every((count) => count === 0);
}

/** The rows of a report, as people read them. */
export function rowsOf(report: Report): readonly (readonly [string, string])[] {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", ");
  const kills = Object.values(report.killsByVictim).reduce((sum, count) => sum + count, 0);
  const violations = Object.values(report.violations).reduce((sum, count) => sum + count, 0);
  const shown = Object.entries(report.durability).map(([name, value]) => `${name} ${value}`);
  return [
    ["violations", `${violations} of ${Object.keys(report.violations).length} invariants`],
    ["kills", `${kills}: ${list(report.killsByVictim)}`],
    ["orders", list(report.orders)],
    ["back after", `${report.recoveryMs.median} ms (median), ${report.recoveryMs.largest} ms (longest)`],
    ["requests", `${report.requests}, ${report.unanswered} of them never answered; ${report.events} events`],
    ["mode", report.replicas === "" ? report.mode : `${report.mode}, ${report.replicas}`],
    ["seed", String(report.seed)],
    ["commit", `${report.commit}, ${report.date}`],
    ["machine", report.machine],
    ["software", `Node ${report.node}, PostgreSQL ${report.postgres} (${shown.join(", ")})`],
    ["took", `${report.seconds} s`],
  ];
}
