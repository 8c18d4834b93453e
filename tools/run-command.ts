import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

/** How a command ended. `output` is stdout and stderr as they came. */
export type CommandResult = { readonly isOk: boolean; readonly output: string };

/** Runs a program of node_modules/.bin (or an absolute path) in `root` and waits for it. Ends it, and everything that it
 *  started, after `limitMs`. */
export function runCommand(
  root: string,
  [program, ...args]: readonly [string, ...string[]],
  limitMs = 15 * 60_000,
): Promise<CommandResult> {
  const path = [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, PATH: path, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own, so that nothing it started stays behind
  });
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => parts.push(text));

  const endGroup = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It is gone already.
    }
  };
  let lastResort: NodeJS.Timeout | undefined; // set once the limit has passed
  const timer = setTimeout(() => {
    parts.push(`\nStopped after ${limitMs / 1000} s.\n`);
    endGroup("SIGTERM");
    lastResort = setTimeout(() => endGroup("SIGKILL"), 10_000);
  }, limitMs);
  // Own groups do not get the terminal's Ctrl-C: hand it on and let the command clean up.
  const onInterrupt = () => endGroup("SIGINT");
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);

  return new Promise((resolve) => {
    const finish = (isOk: boolean) => {
      clearTimeout(timer);
      clearTimeout(lastResort);
      process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
      resolve({ isOk, output: parts.join("") });
    };
    child.once("error", (error) => {
      parts.push(`${program} cannot be started: ${error.message}\n`);
      finish(false);
    });
    child.once("close", (code) => finish(code === 0 && lastResort === undefined));
  });
}
