import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import type { Postmaster } from "./process.ts";

type Target = Pick<Postmaster, "pid" | "isGone">;

export type StopLimits = { readonly fastMs: number; readonly immediateMs: number };

/** Fast shutdown (sessions are ended, everything is written), after `fastMs` an immediate one, after `immediateMs` a kill. Resolves
 *  when it is gone; safe to repeat. */
export async function stopPostmaster(target: Target, binaries: Binaries, limits: StopLimits): Promise<void> {
  if (await signalAndWait(target, binaries, "INT", limits.fastMs)) return;
  if (await signalAndWait(target, binaries, "QUIT", limits.immediateMs)) return;
  await signalAndWait(target, binaries, "KILL", 2_000);
}

async function signalAndWait(target: Target, binaries: Binaries, signal: Signal, limitMs: number): Promise<boolean> {
  const until = Date.now() + limitMs;
  signalPostmaster(target, binaries, signal);
  while (!target.isGone()) {
    if (Date.now() > until) return false;
    await delay(10);
  }
  return true;
}

type Signal = "INT" | "QUIT" | "KILL";

/** Sends a signal unless it is gone. Synchronous, so that it works while this process exits. */
export function signalPostmaster(target: Target, binaries: Binaries, signal: Signal): void {
  if (target.isGone()) return;
  try {
    // Windows has no signals, and there kill() ends a process hard; PostgreSQL has its own pipe for them.
    if (process.platform === "win32" && signal !== "KILL")
      execFileSync(binaries.pgCtl, ["kill", signal, String(target.pid)]);
    else process.kill(target.pid, `SIG${signal}`);
  } catch {
    // it went meanwhile
  }
}
