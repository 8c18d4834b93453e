import type { Evidence } from "./evidence.ts";
import { invariants } from "./invariants.ts";
import type { Violation } from "./invariant.ts";
import { openJournal } from "./journal.ts";
import { carryOutKill, planKills, type Between, type Kill } from "./kills.ts";
import { startLoad } from "./load/load.ts";
import { randomPlan, shelvesFor, type Plan, type Shelves } from "./load/plans.ts";
import { openShop } from "./open-shop.ts";
import { randomOf } from "./random.ts";
import { readEvidence } from "./read-evidence.ts";
import { untilFinal, untilQuiet } from "./settle.ts";
import type { Target } from "./target.ts";

export type ChaosOptions = {
  readonly target: Target;
  readonly seed: number;
  readonly kills: number;
  /** Shoppers at once. */
  readonly shoppers: number;
  /** What the nth shopper is up to; undefined ends the load. Random ones for ever, unless told. */
  planOf?(shopper: number, shelves: Shelves): Plan | undefined;
  /** Who may die; whoever can unless told. */
  readonly victims?: readonly string[];
  /** How many checkouts are answered between a recovery and the next kill; 8 to 40 unless told. */
  readonly checkoutsPerKill?: Between;
  /** Within which every order must be final once nobody shops any more; 30,000 unless told. */
  readonly finalWithinMs?: number;
  /** Longest wait for the events to have gone everywhere; 60,000 unless told. */
  readonly quietWithinMs?: number;
  onKill?(kill: Kill, progress: { readonly number: number; readonly checkouts: number }): void;
};

export type Finding = { readonly invariant: string; readonly violations: readonly Violation[] };

export type Outcome = {
  readonly kills: readonly Kill[];
  readonly evidence: Evidence;
  /** One per invariant, also those that hold. */
  readonly findings: readonly Finding[];
  /** Parts of the shop that ended by themselves. */
  readonly faults: readonly string[];
  readonly seconds: number;
};

const FINAL_WITHIN_MS = 30_000;
const QUIET_WITHIN_MS = 60_000;

/** Opens the shop, lets shoppers in, kills, waits until all is done, and checks every invariant. */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const { target, seed } = options;
  const startedMs = Date.now();
  const journal = openJournal();
  const shelves = shelvesFor(options.kills);
  const opening = await openShop(target, shelves);
  const planOf = options.planOf ?? ((shopper: number) => randomPlan(seed, shopper, shelves));
  const load = startLoad({
    target,
    journal,
    atOnce: options.shoppers,
    planOf: (shopper) => planOf(shopper, shelves),
  });
  const kills: Kill[] = [];
  try {
    const { kills: wanted, checkoutsPerKill: checkouts } = options;
    const plans = planKills(seed, { kills: wanted, victims: options.victims ?? target.victims, checkouts });
    for (const [index, plan] of plans.entries()) {
      const kill = await carryOutKill(plan, { target, journal, random: randomOf(seed, "victim", index) });
      kills.push(kill);
      options.onKill?.(kill, { number: kills.length, checkouts: journal.checkouts() });
    }
  } finally {
    await (options.planOf === undefined ? load.stop() : load.done);
  }
  const unsettled = await untilFinal(target, options.finalWithinMs ?? FINAL_WITHIN_MS);
  await untilQuiet(target, options.quietWithinMs ?? QUIET_WITHIN_MS);
  const evidence = { ...(await readEvidence(target.databaseUrl)), journal: journal.entries, opening, unsettled };
  const findings = invariants.map(({ name, check }) => ({ invariant: name, violations: check(evidence) }));
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  return { kills, evidence, findings, faults: target.faults, seconds };
}
