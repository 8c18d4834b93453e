import { createHash } from "node:crypto";
import type { DiscrepanciesFound, Finding } from "#kernel/audit";
import type { DataOf } from "#kernel/event";
import { newId } from "#kernel/id";
import type { Found, Search } from "../audit.ts";
import type { Database, Tx } from "../database.ts";
import type { Log } from "../log.ts";
import { pause } from "../loop.ts";
import { findResult, lockFingerprint, saveResult } from "./store.ts";

const FINDINGS_AT_MOST = 100;
const FINDINGS_TOLD = 20;
/** Long enough for what was in the middle of happening at the first look. */
const SECOND_LOOK_MS = 1_000;

export type AuditRun = {
  readonly name: string;
  /** Where results are kept. */
  readonly db: Database;
  readonly log: Log;
  readonly scope: "news" | "all";
  now(): Date;
  find(search: Search): Promise<Found>;
  publish(tx: Tx, news: DataOf<DiscrepanciesFound>): void | Promise<void>;
};

export type Report = { readonly findings: readonly Finding[]; readonly checked: number };

/** Looks, looks again at what was found, keeps the result, logs it, and tells of it when it is not what was told last. Two runs at
 *  once do no harm. */
export async function runAudit(run: AuditRun): Promise<Report> {
  const { db, log, name: audit, scope } = run;
  const startedAt = run.now();
  const startedMs = performance.now();
  const last = await findResult(db, audit);
  const suspects = subjectsOf(last?.findings ?? []);
  const base = { limit: FINDINGS_AT_MOST, position: last?.position ?? null };
  const first = await run.find({ ...base, scope, suspects });
  const position = first.position ?? base.position;
  const findings = first.findings.length === 0 ? [] : await lookAgain(run, first.findings, position);
  const result = {
    audit,
    ranAt: startedAt,
    tookMs: Math.round(performance.now() - startedMs),
    checked: first.checked,
    findings: findings.slice(0, FINDINGS_AT_MOST),
    count: findings.length,
    fingerprint: fingerprintOf(findings),
    position,
  };
  await db.transaction(async (tx) => {
    const told = await lockFingerprint(tx, audit, startedAt);
    await saveResult(tx, result);
    if (findings.length === 0 || told === result.fingerprint) return;
    const foundAt = startedAt.toISOString();
    const news = { auditId: newId("audit"), audit, count: findings.length, foundAt };
    await run.publish(tx, { ...news, findings: findings.slice(0, FINDINGS_TOLD) });
  });
  if (findings.length > 0)
    log.error({ audit, count: findings.length, findings: findings.slice(0, 5) }, "an audit found discrepancies");
  else if (suspects.length > 0) log.info({ audit }, "what an audit had found is in order again");
  return { findings, checked: first.checked };
}

/** Only what is still so; as it is now. */
async function lookAgain(
  run: AuditRun,
  findings: readonly Finding[],
  position: string | null,
): Promise<readonly Finding[]> {
  await pause(SECOND_LOOK_MS);
  const known = new Set(findings.map(nameOf));
  const again = await run.find({
    scope: "suspects",
    position,
    suspects: subjectsOf(findings),
    limit: FINDINGS_AT_MOST,
  });
  return again.findings.filter((finding) => known.has(nameOf(finding)));
}

function subjectsOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map((finding) => finding.subject))];
}

function nameOf({ subject, what }: Finding): string {
  return `${subject}\n${what}`;
}

/** Which findings these are; figures that grow while nothing else changes (a lag, an age) make no other ones of them. */
function fingerprintOf(findings: readonly Finding[]): string {
  return createHash("sha256").update(findings.map(nameOf).toSorted().join("\n\n")).digest("base64url");
}

/** A report for people, a line per finding and one that sums up. */
export function linesOf({ findings, checked }: Report): readonly string[] {
  const told = findings.map(
    ({ subject, what, expected, found, likelyCause }) =>
      `${subject}: ${what} should be ${expected} and is ${found} (${likelyCause})`,
  );
  return [...told, `${checked} checked, ${findings.length} findings.`];
}
