import { setTimeout as pause } from "node:timers/promises";
import type { Journal } from "./journal.ts";
import { randomOf, type Random } from "./random.ts";
import type { Target } from "./target.ts";

export type KillPlan = {
  readonly victim: string;
  /** Checkouts that are answered between the last recovery and the kill. */
  readonly afterCheckouts: number;
  readonly delayMs: number;
};

export type Between = { readonly least: number; readonly most: number };

const USUAL: Between = { least: 8, most: 40 };

/** What the seed decides: every victim as often as any other, in an order of its own; the moments by how many checkouts were
 *  answered, so that a replay hits the same places. */
export function planKills(
  seed: number,
  { kills, victims, checkouts = USUAL }: { kills: number; victims: readonly string[]; checkouts?: Between | undefined },
): readonly KillPlan[] {
  return Array.from({ length: kills }, (_, kill) => {
    const random = randomOf(seed, "kill", kill);
    const round = Math.floor(kill / victims.length);
    const inRound = randomOf(seed, "victims", round).shuffled(victims);
    return {
      victim: inRound[kill % victims.length]!,
      afterCheckouts: random.between(checkouts.least, checkouts.most),
      delayMs: random.between(0, 60),
    };
  });
}

export type Kill = {
  readonly victim: string;
  /** What exactly died. */
  readonly died: string;
  /** From the kill to the answer to a checkout that was sent after it. */
  readonly recoveryMs: number;
  readonly atMs: number;
};

const WAIT_MS = { checkouts: 20_000, recovery: 60_000 };

/** Carries out one kill under load and waits until shoppers buy again. */
export async function carryOutKill(
  plan: KillPlan,
  { target, journal, random }: { readonly target: Target; readonly journal: Journal; readonly random: Random },
): Promise<Kill> {
  const due = journal.checkouts() + plan.afterCheckouts;
  const isDue = () => journal.checkouts() >= due;
  await until(isDue, WAIT_MS.checkouts);
  await pause(plan.delayMs);
  const died = await target.kill(plan.victim, random);
  const atMs = Date.now();
  const isBack = await until(() => journal.hasAnsweredSince(atMs), WAIT_MS.recovery);
  const recoveryMs = Date.now() - atMs;
  await target.ready();
  if (!isBack) throw new Error(`After the kill of ${died} nobody could buy for ${WAIT_MS.recovery} ms.`);
  return { victim: plan.victim, died, recoveryMs, atMs };
}

async function until(isSo: () => boolean, limitMs: number): Promise<boolean> {
  const endMs = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > endMs) return false;
    await pause(2);
  }
  return true;
}
