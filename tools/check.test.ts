import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand, type CommandResult } from "./run-command.ts";

const project = join(import.meta.dirname, "..");
const CONFIGS = ["package.json", "tsconfig.json", "vitest.config.ts", "knip.json"];
const DOT_CONFIGS = [".oxlintrc.json", ".oxfmtrc.json", ".secretlintrc.json", ".gitignore", ".ci"];
// Written in parts, so that this file itself is no finding.
const privateKey = ["-----BEGIN RSA PRIVATE ", "KEY-----\n", "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn".repeat(4)].join("");

/** One violation per stage and per ban, in a tree that is otherwise this project's tools. */
const planted = {
  "services/orders/unformatted.ts": "export const   a = 1",
  "services/orders/bans.ts": `export default function noName() { console.log(process.env["HOME"]); }
    export const anything: any = 1;
    export namespace Old { export const x = 1; }
    export const isSame = (a: unknown, b: unknown) => a == b;`,
  "services/orders/all.ts": `export * from "./bans.ts";`,
  "services/orders/Order_Thing.ts": `import { join } from "path"; export const x = join("a");`,
  "services/orders/wrong-type.ts": `export enum State { Open }\nexport const n: number = "text";`,
  "services/orders/service.ts": `import { used } from "./half-used.ts";\nexport const service = used;`,
  "services/orders/half-used.ts": `export const used = 1;\nexport const deadExport = 2;`,
  "services/orders/utils.ts": "export {};\n",
  "services/orders/migrations/0001_add_note.sql":
    "-- Planted.\nset lock_timeout = '1s';\ncreate index notes on orders (note);\n",
  "services/orders/key.pem": `${privateKey}\n-----END RSA PRIVATE KEY-----\n`,
  "tools/generate-nothing.ts": `console.log("docs/nothing.md is not up to date"); process.exit(1);\n`,
  "services/orders/sum.test.ts": `import { expect, it } from "vitest";
    it("adds", () => { expect(1 + 1).toBe(3); });
    it("subtracts", () => { expect(1 - 1).toBe(0); });
    it.skip("divides", () => { expect(1 / 1).toBe(1); });`,
  "services/orders/broken.test.ts": `throw new Error("cannot load");`,
};
const STAGES = ["format", "lint", "types", "architecture", "unused", "sql", "secrets", "generated", "unit"];

describe("npm test", () => {
  let root: string;
  let result: CommandResult;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "tradepost-check-"));
    for (const path of [...CONFIGS, ...DOT_CONFIGS, "kernel", "tools"])
      cpSync(join(project, path), join(root, path), {
        recursive: true,
        filter: (source) => !source.endsWith(".test.ts"),
      });
    symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
    for (const [path, text] of Object.entries(planted)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    result = await runCommand(root, [process.execPath, "tools/check.ts", "--stages", STAGES.join(",")]);
  }, 300_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each(STAGES)("fails the stage %s on its planted violation", (stage) => {
    expect(result.output).toMatch(new RegExp(`^✗ ${stage} .* \\d+ failed`, "m"));
  });

  it.each([
    "import(no-default-export)",
    "eslint(no-console)",
    "node(no-process-env)",
    "typescript(no-explicit-any)",
    "typescript(no-namespace)",
    "eslint(eqeqeq)",
    "oxc(no-barrel-file)",
    "unicorn(filename-case)",
    "unicorn(prefer-node-protocol)",
    "error TS1294", // an enum cannot be erased
    "error TS2322",
    "require-concurrent-index-creation",
    "found private key",
    "docs/nothing.md is not up to date",
    "no-junk-drawers",
    "Unused files",
    "deadExport",
  ])("shows %s", (told) => {
    expect(result.output).toContain(told);
  });

  it("counts failed, unloadable and skipped tests, and ends with the counts", () => {
    expect(result.isOk).toBe(false);
    expect(result.output).toMatch(/^✗ unit .*1 passed, 2 failed, 1 skipped$/m);
    expect(result.output).toContain("SKIPPED, so not checked (1):\n  - unit: divides");
    expect(result.output.trimEnd().split("\n").at(-1)).toMatch(/^\d+ passed, \d+ failed$/);
  });

  it("says so when a stage does not exist", async () => {
    const { isOk, output } = await runCommand(root, [process.execPath, "tools/check.ts", "--stages", "lint,luck"]);
    expect({ isOk, output }).toEqual({
      isOk: false,
      output: expect.stringContaining(`There is no stage "luck"; choose from format,`),
    });
  });

  it.each([
    { script: `echo "3 passed, 1 failed"; echo "later words"; exit 1`, isOk: false, last: "3 passed, 1 failed" },
    { script: `echo "4 passed, 0 failed"`, isOk: true, last: "4 passed, 0 failed" },
    { script: `echo "4 passed, 0 failed"; exit 1`, isOk: false, last: "4 passed, 1 failed" },
    { script: `echo "4 passed, 2 failed"`, isOk: false, last: "4 passed, 2 failed" },
    { script: "true", isOk: false, last: "0 passed, 1 failed" },
  ])("ends in .ci/run with its counts and the right exit code: $script", async ({ script, isOk, last }) => {
    writeFileSync(
      join(root, "package.json"),
      JSON.stringify({ name: "planted", private: true, scripts: { test: script } }),
    );
    const run = await runCommand(root, ["bash", ".ci/run"]);
    expect({ isOk: run.isOk, last: run.output.trimEnd().split("\n").at(-1) }).toEqual({ isOk, last });
  });
});
