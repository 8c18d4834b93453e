import type { Finding } from "#kernel/audit";
import type { Database, Tx } from "../database.ts";
import { json, sql } from "../sql.ts";

/** What an audit found the last time; `findings` has the first of them. */
export type AuditResult = {
  readonly audit: string;
  readonly ranAt: Date;
  readonly tookMs: number;
  readonly checked: number;
  readonly count: number;
  readonly findings: readonly Finding[];
  readonly fingerprint: string;
  readonly position: string | null;
};

export function findResult(
  db: Database,
  audit: string,
): Promise<Pick<AuditResult, "findings" | "position" | "ranAt"> | undefined> {
  return db.find(sql<Pick<AuditResult, "findings" | "position" | "ranAt">>`
    select findings, position, ran_at as "ranAt" from audit_result where audit = ${audit}`);
}

/** The fingerprint of what was told last, locked until the transaction ends; "" when the audit never ran. */
export async function lockFingerprint(tx: Tx, audit: string, now: Date): Promise<string> {
  await tx.run(sql`
    insert into audit_result (audit, ran_at, took_ms, checked, finding_count, findings, fingerprint)
    values (${audit}, ${now}, 0, 0, 0, '[]', '') on conflict (audit) do nothing`);
  const row = await tx.get(sql<{ fingerprint: string }>`
    select fingerprint from audit_result where audit = ${audit} for update`);
  return row.fingerprint;
}

export async function saveResult(tx: Tx, result: AuditResult): Promise<void> {
  await tx.run(sql`
    update audit_result set ran_at = ${result.ranAt}, took_ms = ${result.tookMs}, checked = ${result.checked},
      finding_count = ${result.count}, findings = ${json(result.findings)}::jsonb, fingerprint = ${result.fingerprint},
      position = ${result.position}
    where audit = ${result.audit}`);
}

export type Measured = Pick<AuditResult, "audit" | "ranAt" | "tookMs" | "count">;

/** How the audits of a database went the last time, by name. */
export function listResults(db: Database): Promise<Measured[]> {
  return db.rows(sql<Measured>`
    select audit, ran_at as "ranAt", took_ms as "tookMs", finding_count as count from audit_result order by audit limit 100`);
}
