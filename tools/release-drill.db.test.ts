import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runMigrationGate } from "./migration-gate/run-gate.ts";
import { runCommand } from "./run-command.ts";
import { stages } from "./stages.ts";

const project = join(import.meta.dirname, "..");
const COPIED = ["package.json", "tsconfig.json", "vitest.config.ts", "topology.ts", ".gitignore", "kernel", "platform"];
const CONTRACT = "services/cart/contract.ts";
const MIGRATION = "services/payment-simulator/migrations/0001_create_charge.sql";
const ADDED = "services/payment-simulator/migrations/0002_add_risk.sql";

/** A drill in a copy of the project that is released as it is, and then changed by careless hands. */
describe("after a release", () => {
  let root: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "tradepost-drill-"));
    for (const path of [...COPIED, "services", "tools"])
      cpSync(join(project, path), join(root, path), { recursive: true });
    symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
    await git("init", "--quiet");
    await git("add", "--all");
    await commit();
  }, 120_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const tool = (name: string) => runCommand(root, [process.execPath, `tools/${name}.ts`]);
  const git = async (...args: readonly string[]) =>
    expect(await runCommand(root, ["git", ...args])).toMatchObject({ isOk: true });
  const commit = () =>
    git("-c", "user.name=drill", "-c", "user.email=drill@example.com", "commit", "--quiet", "-m", "drill: release");
  const text = (file: string) => readFileSync(join(root, file), "utf8");
  const write = (file: string, content: string) => writeFileSync(join(root, file), content);

  it("its snapshot is written once, of a commit", async () => {
    write("left-over.txt", "not committed");
    expect(await tool("release-snapshot")).toEqual({ isOk: false, output: expect.stringContaining("Commit first") });
    rmSync(join(root, "left-over.txt"));
    expect(await tool("check-compatibility")).toEqual({ isOk: false, output: expect.stringContaining("no release") });
    expect(await runMigrationGate(root)).toMatchObject({ passed: 0, failed: 1 });
    expect(await tool("release-snapshot")).toMatchObject({ isOk: true });
    await git("add", "--all");
    await commit();
    const written = text("releases/0.1.0/contracts.json");
    expect(await tool("release-snapshot")).toEqual({ isOk: false, output: expect.stringContaining("never changes") });
    expect(text("releases/0.1.0/contracts.json")).toBe(written);
  }, 120_000);

  describe("the check of compatibility", () => {
    let before: string;
    beforeAll(() => void (before = text(CONTRACT)));
    afterEach(() => {
      write(CONTRACT, before);
      rmSync(join(root, "releases/0.1.0/accepted.json"), { force: true });
    });

    it("passes when nothing changed", async () => {
      expect(await tool("check-compatibility")).toEqual({ isOk: true, output: expect.stringContaining(", 0 failed") });
    }, 180_000);

    it("fails when what was promised is edited", async () => {
      const promised = text("releases/0.1.0/contracts.json");
      write("releases/0.1.0/contracts.json", promised.replace("/cart/merge", "/cart/join"));
      expect(await tool("check-compatibility")).toEqual({ isOk: false, output: expect.stringContaining("was edited") });
      write("releases/0.1.0/contracts.json", promised);
    }, 180_000);

    it("fails on a contract that an old client cannot use, with the sentence, unless that is accepted with a reason", async () => {
      write(CONTRACT, before.replaceAll(`path: "/cart/merge"`, `path: "/cart/join"`));
      const failed = await tool("check-compatibility");
      const [, key] = /^ {4}\((address-changed [\w. -]+)\)$/m.exec(failed.output) ?? [];
      expect(failed.isOk).toBe(false);
      expect(failed.output).toContain("is POST /cart/join, no longer POST /cart/merge: an old client gets 404");
      expect(failed.output).toMatch(/\d+ passed, 1 failed$/m);
      write("releases/0.1.0/accepted.json", JSON.stringify({ [key!]: "Nobody merges carts in this drill." }));
      const accepted = await stages.find(({ name }) => name === "compatibility")!.run(root);
      expect(accepted).toMatchObject({ failed: 0, output: expect.stringContaining("because Nobody merges carts") });
      expect(accepted.skipped).toEqual([expect.stringContaining("is POST /cart/join")]);
    }, 180_000);
  });

  describe("the migration gate", () => {
    let before: string;
    beforeAll(() => void (before = text(MIGRATION)));
    afterEach(() => {
      write(MIGRATION, before);
      rmSync(join(root, ADDED), { force: true });
    });

    it("has nothing to run when no migration was added", async () => {
      const told = expect.stringContaining("No migration was added since 0.1.0");
      expect(await runMigrationGate(root)).toEqual({ passed: 1, failed: 0, skipped: [], output: told });
    });

    it("fails when a released migration was edited or is gone", async () => {
      write(MIGRATION, `${before}\n-- and a thought\n`);
      expect(await runMigrationGate(root)).toMatchObject({ failed: 1, output: expect.stringContaining("was edited") });
      rmSync(join(root, MIGRATION));
      expect(await runMigrationGate(root)).toMatchObject({ failed: 1, output: expect.stringContaining("was deleted") });
    });

    it("passes when the last release works on the new schema", async () => {
      write(ADDED, "-- Why: the drill.\nalter table charge add column risk text;\n");
      const { passed, failed, skipped } = await runMigrationGate(root);
      expect({ failed, skipped }).toEqual({ failed: 0, skipped: [] });
      expect(passed).toBeGreaterThan(1);
    }, 180_000);

    it("fails when the last release does not work on the new schema", async () => {
      write(ADDED, "-- Why: the drill.\nalter table charge add column risk text not null;\n");
      const { failed, output } = await runMigrationGate(root);
      expect(failed).toBeGreaterThan(0);
      expect(output).toContain(`null value in column "risk"`);
    }, 180_000);

    it("says what it could not run where the commit of the release is not there", async () => {
      const release = text("releases/0.1.0/release.json");
      write("releases/0.1.0/release.json", release.replace(/"commit": "\w+"/, `"commit": "${"0".repeat(40)}"`));
      write(ADDED, "-- Why: the drill.\nalter table charge add column risk text;\n");
      const { passed, failed, skipped } = await runMigrationGate(root);
      expect({ passed, failed, skipped }).toEqual({
        passed: 1,
        failed: 0,
        skipped: [expect.stringContaining("on the new schema of services/payment-simulator")],
      });
      write("releases/0.1.0/release.json", release);
    });
  });
});
