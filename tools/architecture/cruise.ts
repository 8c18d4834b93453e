import { cruise, type ICruiseResult } from "dependency-cruiser";
import { importRules } from "./import-rules.ts";
import type { Finding } from "./rule.ts";

/** What dependency-cruiser found: findings by rule name, and the files whose imports it really read. */
export type Cruise = { readonly findings: ReadonlyMap<string, readonly Finding[]>; readonly seen: ReadonlySet<string> };

/** Follows the imports of `files` under `root` and holds them against every import rule. Imports of types count, too. */
export async function cruiseImports(root: string, files: readonly string[]): Promise<Cruise> {
  if (files.length === 0) return { findings: new Map(), seen: new Set() };
  const forbidden = importRules.map((rule) => ({
    name: rule.name,
    severity: "error" as const,
    from: rule.from,
    to: rule.to,
  }));
  const { output } = await cruise(
    [...files],
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden },
      doNotFollow: { path: "(^|/)node_modules/" },
      tsPreCompilationDeps: true,
    },
    {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".mjs", ".js"],
      bustTheCache: true,
    },
  );
  const result = output as ICruiseResult;
  const findings = new Map<string, Finding[]>();
  for (const violation of result.summary.violations) {
    const path = violation.cycle?.map((step) => step.name).join(" → ") ?? violation.unresolvedTo ?? violation.to;
    const told = `imports ${shortened(violation.cycle === undefined ? violation.to || path : path)}`;
    findings.set(violation.rule.name, [...(findings.get(violation.rule.name) ?? []), { file: violation.from, told }]);
  }
  return { findings, seen: new Set(result.modules.map((module) => module.source)) };
}

function shortened(path: string): string {
  return path.replaceAll(/(\S*\/)?node_modules\/((@[^/]+\/)?[^/]+)\S*/g, "the package $2");
}
