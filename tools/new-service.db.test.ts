import { createHash } from "node:crypto";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTree } from "./architecture/tree.ts";
import { runCommand, type CommandResult } from "./run-command.ts";

const project = join(import.meta.dirname, "..");
const SETTINGS = ["package.json", "tsconfig.json", "vitest.config.ts", "knip.json"];
const COPIED = [...SETTINGS, "topology.ts", "load-service.ts", "main.ts", "docs"];
const DOT_FILES = [".oxlintrc.json", ".oxfmtrc.json", ".gitignore"];
const FOLDERS = ["kernel", "platform", "services", "apps", "tools"];
const BOTH = ["services/wishlist", "services/gift-cards"];

/** A drill in a copy of the project: what a newcomer gets must be ready to work on. */
describe("npm run new-service", () => {
  let root: string;
  let before: ReadonlyMap<string, string>;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "tradepost-drill-"));
    for (const path of [...COPIED, ...DOT_FILES, ...FOLDERS])
      cpSync(join(project, path), join(root, path), { recursive: true });
    symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
    before = fingerprints(root);
    expect(await node("tools/new-service.ts", "wishlist")).toMatchObject({ isOk: true });
    expect(await node("tools/new-service.ts", "gift-cards", "--events")).toMatchObject({ isOk: true });
  }, 180_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const run = (...words: readonly [string, ...string[]]): Promise<CommandResult> => runCommand(root, words);
  const node = (...args: readonly string[]) => run(process.execPath, ...args);
  /** The lines about the new services; others' unfinished work is not this test's business. */
  const about = ({ output }: CommandResult) =>
    output.split("\n").filter((line) => /wishlist|gift-cards|giftCards|WISHLIST|GIFT_CARDS/.test(line));

  it("changes nothing but the folder, the row and the generated lists of what there is", async () => {
    const changed = [...fingerprints(root)].filter(([file, hash]) => before.get(file) !== hash).map(([file]) => file);
    const elsewhere = changed.filter((file) => !BOTH.some((folder) => file.startsWith(`${folder}/`)));
    const pages = ["docs/events.md", "docs/refusals.md", "docs/settings.md"];
    const generated = ["docs/api/asyncapi.json", "docs/api/openapi.json", ...pages];
    expect(elsewhere.filter((file) => !generated.includes(file))).toEqual(["docs/where.md", "topology.ts"]);
    for (const generator of globSync("tools/generate-*.ts", { cwd: root }))
      expect(await node(generator, "--check")).toMatchObject({ isOk: true });
    expect(changed.length).toBeGreaterThan(15);
  });

  it("is formatted and keeps every ban", async () => {
    expect(await run("oxfmt", "--check", ...BOTH, "topology.ts")).toMatchObject({ isOk: true });
    expect(await run("oxlint", ...BOTH)).toMatchObject({ isOk: true });
  });

  it("agrees with the types, the rules of the house and the search for unused code", async () => {
    expect(about(await node("node_modules/typescript7/bin/tsc", "-p", "."))).toEqual([]);
    expect(about(await node("tools/architecture/check.ts"))).toEqual([]);
    expect(about(await run("knip", "--no-config-hints"))).toEqual([]);
  }, 300_000);

  it("passes its own tests and the SQL lint", async () => {
    const tests = await run("vitest", "run", ...BOTH);
    expect(tests).toMatchObject({ isOk: true, output: expect.stringContaining("5 passed") });
    const migrations = BOTH.map((folder) => `${folder}/migrations/0001_create_entry.sql`);
    expect(await run("squawk", "--pg-version=18", "--assume-in-transaction", ...migrations)).toMatchObject({
      isOk: true,
    });
  }, 300_000);
});

function fingerprints(root: string): ReadonlyMap<string, string> {
  const hash = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(root, file)))
      .digest("hex");
  return new Map(readTree(root).files.map((file) => [file, hash(file)]));
}
