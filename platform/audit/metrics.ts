import type { Database } from "../database.ts";
import { listResults } from "./store.ts";

/** Lines for Prometheus about the audits of these databases, whichever replica ran them. A database that does not answer has none:
 *  its health tells why. */
export async function auditMetrics(
  databases: readonly (readonly [service: string, db: Database])[],
): Promise<string[]> {
  const measured = await Promise.all(
    databases.map(async ([service, db]) => {
      const results = await listResults(db).catch(() => []);
      return results.map((result) => ({ ...result, labels: `{service="${service}",audit="${result.audit}"}` }));
    }),
  );
  const all = measured.flat();
  const gauge = (name: string, value: (result: (typeof all)[number]) => number) => [
    `# TYPE ${name} gauge`,
    ...all.map((result) => `${name}${result.labels} ${value(result)}`),
  ];
  return [
    ...gauge("tradepost_audit_findings", ({ count }) => count),
    ...gauge("tradepost_audit_last_run_timestamp_seconds", ({ ranAt }) => ranAt.getTime() / 1_000),
    ...gauge("tradepost_audit_duration_seconds", ({ tookMs }) => tookMs / 1_000),
  ];
}
