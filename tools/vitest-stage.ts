import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { runCommand } from "./run-command.ts";
import type { Outcome } from "./stages.ts";

/** The parts of vitest's JSON report that are counted. */
type Report = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
};

/** One vitest project and the files that belong to it, so that a run which overlooked some cannot pass. */
export type VitestProject = {
  readonly name: string;
  readonly files: string | readonly string[];
  readonly except?: readonly string[];
  /** Claims that the project has more files, which are not to be run. */
  readonly isPart?: true;
  /** What vitest is told beside. */
  readonly options?: readonly string[];
};

/** Runs one vitest project and counts its tests. A file that was not run, or that failed to load, counts as failed. */
export async function runVitest(root: string, project: VitestProject): Promise<Outcome> {
  const { name, files, except = [], isPart, options = [] } = project;
  const excluded = ["**/node_modules/**", "**/.data/**", ...except];
  const patterns = [files].flat();
  const expected = globSync(patterns, { cwd: root, exclude: [...excluded] });
  if (expected.length === 0)
    return { passed: 0, failed: 0, skipped: [`no file matches ${patterns.join(", ")}`], output: "" };
  const chosen = isPart === true ? expected : [];
  const folder = mkdtempSync(join(tmpdir(), "tradepost-check-"));
  const reportFile = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
    const told = ["--project", name, ...options, ...reporters, ...chosen];
    const { isOk, output } = await runCommand(root, ["vitest", "run", ...told]);
    const report = readReport(reportFile);
    if (report === undefined) return { passed: 0, failed: 1, skipped: [], output };
    return countTests(root, { isOk, output, report, expected });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Run = {
  readonly isOk: boolean;
  readonly output: string;
  readonly report: Report;
  readonly expected: readonly string[];
};

function countTests(root: string, { isOk, output, report, expected }: Run): Outcome {
  const ran = new Set(report.testResults.map((file) => relative(root, file.name).replaceAll("\\", "/")));
  const lost = expected.filter((file) => !ran.has(file.replaceAll("\\", "/")));
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const skipped = tests.filter(({ status }) => status !== "passed" && status !== "failed");
  const failed = report.numFailedTests + unloadable.length + lost.length;
  return {
    passed: report.numPassedTests,
    // Errors outside of tests, or a globalSetup that fails, show only in the exit code.
    failed: failed === 0 && !isOk ? 1 : failed,
    skipped: skipped.map(({ fullName }) => fullName),
    output: [output, ...lost.map((file) => `${file} was not run.`)].join("\n"),
  };
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return undefined; // vitest ended before it could write one; its output says why
  }
}
