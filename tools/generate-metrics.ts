import { DELAYS, SECONDS } from "#platform/telemetry/histogram";
import { metricTable, type Metric } from "#platform/telemetry/metric-table";
import { metricOf, processMetrics } from "#platform/telemetry/scrape";
import { loadService } from "../load-service.ts";
import { topology } from "../topology.ts";
import { writeOrCheck } from "./write-or-check.ts";

/** Writes docs/metrics.md from the declarations: what the platform measures, each service's gauges, the process. */
const parts = [
  "# Metrics",
  "",
  "Served for Prometheus at `/metrics` of the operators' port. Written by `node tools/generate-metrics.ts` from the declarations in the code.",
  "",
  ...table("The platform", Object.values(metricTable)),
];
for (const row of topology) {
  const service = await loadService(row.name);
  if ((service.gauges ?? []).length > 0) parts.push(...table(row.name, service.gauges!.map(metricOf)));
}
const LINUX_ONLY = ["process_virtual_memory_bytes", "process_heap_bytes", "process_open_fds", "process_max_fds"];
const ofProcess = (await processMetrics().getMetricsAsJSON()).filter(({ name }) => !LINUX_ONLY.includes(name));
parts.push(
  ...table(
    "The process",
    ofProcess.map(({ name, help, type }) => ({ name, help, kind: String(type), labels: [] })),
  ),
  `On Linux also ${LINUX_ONLY.map((name) => `\`${name}\``).join(", ")} (gauges).`,
  "",
  "## Buckets",
  "",
  `Durations: ${SECONDS.join(", ")} s. The delay of events: ${DELAYS.join(", ")} s.`,
  "",
);
await writeOrCheck("docs/metrics.md", parts.join("\n"));
process.exit(); // the observers of the process would keep it running

function table(title: string, metrics: readonly (Omit<Metric, "kind"> & { readonly kind: string })[]): string[] {
  const rows = metrics.map(({ name, kind, labels, help }) => {
    const told = labels.length === 0 ? "–" : labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${kind} | ${unitOf(name)} | ${told} | ${help.replaceAll("|", "\\|")} |`;
  });
  return [`## ${title}`, "", "| metric | type | unit | labels | meaning |", "|---|---|---|---|---|", ...rows, ""];
}

/** Prometheus names end in their unit. */
function unitOf(name: string): string {
  return /_(seconds|bytes|ratio)(_total)?$/.exec(name)?.[1] ?? "–";
}
