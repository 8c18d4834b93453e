import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { runCommand } from "./run-command.ts";

const run = (script: string, limitMs?: number) => runCommand(tmpdir(), [process.execPath, "-e", script], limitMs);

it("tells how a command ended and all that it said, in order", async () => {
  const result = await run(
    `process.stdout.write("one "); setTimeout(() => { console.error("two"); process.exit(3); }, 50);`,
  );
  expect(result).toEqual({ isOk: false, output: "one two\n" });
  expect(await run("console.log('fine')")).toEqual({ isOk: true, output: "fine\n" });
});

it("says so when a program is not there", async () => {
  const result = await runCommand(tmpdir(), ["no-such-program"]);
  expect(result).toEqual({ isOk: false, output: expect.stringContaining("no-such-program cannot be started") });
});

it("ends a command that takes too long, and what it started", async () => {
  const grandchild = `const child = require("node:child_process").spawn("sleep", ["600"], { stdio: "ignore" });
    console.log(child.pid); setInterval(() => {}, 1000);`;
  const { isOk, output } = await run(grandchild, 1_500);
  expect(isOk).toBe(false);
  expect(output).toContain("Stopped after 1.5 s.");
  const pid = Number(output.split("\n")[0]);
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
});

it("does not wait for ever for a program that was left behind with the command's output", async () => {
  const leaves = `require("node:child_process").spawn("sleep", ["600"], { stdio: "inherit" }); process.exit(0);`;
  expect(await run(leaves, 1_500)).toEqual({ isOk: false, output: expect.stringContaining("Stopped after 1.5 s.") });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
