import { globSync } from "node:fs";
import { runMigrationGate } from "./migration-gate/run-gate.ts";
import { runCommand } from "./run-command.ts";
import { runVitest } from "./vitest-stage.ts";

/** What a stage found. `skipped` names what was not checked; `output` is shown when something failed. */
export type Outcome = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  readonly output: string;
};

/** One stage of `npm test`; `explains` completes "This stage checks that …". */
export type Stage = { readonly name: string; readonly explains: string; run(root: string): Promise<Outcome> };

// The domain decides how wide a counter is; a backfill may take as long as it takes, as long as it holds no lock.
const SQUAWK_EXCLUDED = "prefer-bigint-over-int,require-statement-timeout";

/** All stages in their order: quick ones first. */
export const stages: readonly Stage[] = [
  {
    name: "format",
    explains: "every file is formatted; `npm run format` does it",
    run: (root) => command(root, "oxfmt", "--check", "."),
  },
  {
    name: "lint",
    explains: "the code keeps our bans and has no likely bug",
    run: (root) => command(root, "oxlint", "--type-aware"),
  },
  {
    name: "types",
    explains: "the types agree",
    run: checkTypes,
  },
  {
    name: "architecture",
    explains: "the house keeps its rules; `npm run architecture -- --list` names them",
    run: async (root) => counted(await command(root, process.execPath, "tools/architecture/check.ts")),
  },
  {
    name: "unused",
    explains: "no file, export or dependency is unused",
    run: (root) => command(root, "knip", "--no-config-hints"),
  },
  { name: "sql", explains: "migrations lock nothing for long", run: lintMigrations },
  {
    name: "secrets",
    explains: "no secret is in the tree",
    run: (root) => command(root, "secretlint", "--no-color", "**/*", "**/.*", "**/.*/**"),
  },
  {
    name: "compatibility",
    explains:
      "the last release and this one work side by side; docs/compatibility.md says how to change what is promised",
    run: checkCompatibility,
  },
  { name: "generated", explains: "generated files are up to date; run the generator it names", run: checkGenerated },
  {
    name: "unit",
    explains: "unit tests pass",
    run: (root) =>
      runVitest(root, {
        name: "unit",
        files: "**/*.test.ts",
        except: ["**/*.db.test.ts", "scenarios/**/!(*-report).test.ts", "chaos/chaos.test.ts"],
      }),
  },
  {
    name: "database",
    explains: "tests on a real PostgreSQL pass",
    run: (root) => runVitest(root, { name: "database", files: "**/*.db.test.ts" }),
  },
  {
    name: "migrations",
    explains: "released migrations are unchanged, and the last release's database tests pass on the new schema",
    run: (root) => runMigrationGate(root),
  },
  {
    name: "scenarios",
    explains: "whole stories pass",
    run: (root) =>
      runVitest(root, {
        name: "scenarios",
        files: "{scenarios/**/*,chaos/chaos}.test.ts",
        except: [
          "scenarios/**/*.fleet.test.ts",
          "scenarios/**/*-report.test.ts",
          "scenarios/browser/*.browser.test.ts",
        ],
      }),
  },
  {
    name: "fleet",
    explains: "a fleet sells as one process does, whatever dies; `npm run fleet-scenarios` tells it every story",
    run: (root) =>
      runVitest(root, {
        name: "fleet",
        files: "scenarios/{purchase,start.fleet,replicas.fleet}.test.ts",
        isPart: true,
      }),
  },
];

async function command(root: string, ...words: readonly [string, ...string[]]): Promise<Outcome> {
  const { isOk, output } = await runCommand(root, words);
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: [], output };
}

/** What runs in browsers has types of its own, beside the rest's. */
async function checkTypes(root: string): Promise<Outcome> {
  const projects = [".", ...globSync("apps/*/client", { cwd: root })];
  const tsc = (project: string) => command(root, process.execPath, "node_modules/typescript7/bin/tsc", "-p", project);
  const outcomes: Outcome[] = [];
  for (const project of projects) outcomes.push(await tsc(project));
  return together(outcomes);
}

/** Takes the counts from a last line `N passed, N failed`. */
function counted(outcome: Outcome): Outcome {
  const counts = /^(\d+) passed, (\d+) failed\s*$/m.exec(outcome.output);
  if (counts === null) return outcome;
  return { ...outcome, passed: Number(counts[1]), failed: Math.max(Number(counts[2]), outcome.failed) };
}

/** What a reviewer accepted stays in sight: it is told at every run as not checked. */
async function checkCompatibility(root: string): Promise<Outcome> {
  const outcome = counted(await command(root, process.execPath, "tools/check-compatibility.ts"));
  const accepted = [...outcome.output.matchAll(/^ACCEPTED (.*)$/gm)].map((match) => match[1]!);
  return { ...outcome, skipped: accepted };
}

async function lintMigrations(root: string): Promise<Outcome> {
  const files = globSync(["services/*/migrations/*.sql", "platform/*migrations/*.sql"], { cwd: root }).toSorted();
  if (files.length === 0) return { passed: 0, failed: 0, skipped: ["there are no migrations"], output: "" };
  return command(
    root,
    "squawk",
    "--pg-version=18",
    "--assume-in-transaction",
    `--exclude=${SQUAWK_EXCLUDED}`,
    ...files,
  );
}

/** Every `tools/generate-*.ts` compares its files with what it would write when it is called with `--check`. */
async function checkGenerated(root: string): Promise<Outcome> {
  const generators = globSync("tools/generate-*.ts", { cwd: root, exclude: ["**/*.test.ts"] }).toSorted();
  if (generators.length === 0) return { passed: 0, failed: 0, skipped: ["there are no generators"], output: "" };
  const outcomes: Outcome[] = [];
  for (const generator of generators) outcomes.push(await command(root, process.execPath, generator, "--check"));
  return together(outcomes);
}

function together(outcomes: readonly Outcome[]): Outcome {
  const failed = outcomes.filter((outcome) => outcome.failed > 0);
  return {
    passed: outcomes.length - failed.length,
    failed: failed.length,
    skipped: [],
    output: failed.map(({ output }) => output).join("\n"),
  };
}
