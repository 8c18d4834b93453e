import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

let folder: string;
let lock: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tradepost-lock-"));
  lock = join(folder, ".setup-lock");
});

const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** A process that takes the lock, runs `work` (an expression) in it, and ends. */
function hold(work: string) {
  const module = JSON.stringify(new URL("setup-lock.mjs", import.meta.url).href);
  const code = `const fs = await import("node:fs");
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    const { withSetupLock } = await import(${module});
    await withSetupLock(${JSON.stringify(lock)}, async (noteChild) => { ${work} });`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(holder);
  return holder;
}

it("lets four setups in one after the other, and leaves nothing behind", async () => {
  const journal = join(folder, "journal");
  const write = (word: string) => `fs.appendFileSync(${JSON.stringify(journal)}, "${word} ");`;
  const holders = [1, 2, 3, 4].map(() => hold(`${write("in")} await pause(50); ${write("out")}`));
  const codes = await Promise.all(holders.map(async (holder) => (await once(holder, "exit"))[0] as number));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(await readFile(journal, "utf8")).toBe("in out ".repeat(4));
  expect(existsSync(lock)).toBe(false);
}, 15_000);

it("takes the lock of a killed setup, but not while the npm that it started runs on", async () => {
  const npm = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  children.push(npm);
  const killed = hold(`noteChild(${npm.pid}); await pause(60_000);`);
  await expect
    .poll(() => readFile(join(lock, "holder.json"), "utf8").catch(() => ""), { timeout: 5_000 })
    .toContain(`${npm.pid}`);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  const next = hold("");
  const [said] = (await once(next.stdout, "data")) as [Buffer];
  expect(said.toString()).toContain(`(pid ${killed.pid}); waiting for it`);
  expect(next.exitCode).toBeNull();
  npm.kill("SIGKILL");
  expect((await once(next, "exit"))[0]).toBe(0);
}, 15_000);

it("takes the lock of another host only after a silence", async () => {
  await mkdir(lock);
  await writeFile(join(lock, "holder.json"), JSON.stringify({ pids: [process.pid], host: `not-${hostname()}` }));
  await utimes(lock, new Date(), new Date(Date.now() - 60_000));
  expect((await once(hold(""), "exit"))[0]).toBe(0);
}, 15_000);
