import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { controls, runControl } from "./controls.ts";
import { readReplicas } from "../start-fleet.ts";
import { startFleetTarget } from "./fleet-target.ts";
import { startProcessTarget } from "./process-target.ts";
import { publish } from "./publish.ts";
import { isClean, lookAround, reportOf, rowsOf, type Report } from "./report.ts";
import { runChaos, type Outcome } from "./run-chaos.ts";
import { chaosSettings } from "./settings.ts";
import type { Target } from "./target.ts";
import { tellOrder } from "./tell-order.ts";

/** `npm run chaos`: kills a shop under load and checks its books; `--controls` checks the checks. */
const USAGE = `npm run chaos -- [--kills 5] [--mode process|fleet] [--replicas orders=2,inventory=2] [--seed 1] [--shoppers 16]
                 [--victims zombie,orders] [--json file] [--publish docs/reliability.md]
npm run chaos -- --controls [--only plant] [--seed 1]`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "5" },
    mode: { type: "string", default: "process" },
    replicas: { type: "string", default: "" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    shoppers: { type: "string", default: "16" },
    victims: { type: "string" },
    json: { type: "string" },
    publish: { type: "string" },
    controls: { type: "boolean", default: false },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
/** Of each invariant; the rest is in the JSON. */
const TOLD = { violations: 20, orders: 5 };
const seed = Number(values.seed);
if (values.help) console.log(USAGE);
else process.exitCode = (await (values.controls ? checkControls() : kill())) ? 0 : 1;

async function kill(): Promise<boolean> {
  const { mode, replicas } = values;
  console.log(`chaos: ${values.kills} kills, mode ${mode}, seed ${seed}`);
  const target = await startTarget(mode);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void leave(target));
  try {
    const surroundings = await lookAround(target);
    const outcome = await runChaos({
      target,
      seed,
      kills: Number(values.kills),
      shoppers: Number(values.shoppers),
      ...(values.victims === undefined ? {} : { victims: chosenVictims(values.victims, target) }),
      onKill: ({ victim, died, recoveryMs }, { number, checkouts }) =>
        console.log(
          `${number}/${values.kills} ${victim} (${died}): back after ${recoveryMs} ms, ${checkouts} checkouts so far`,
        ),
    });
    const report = reportOf(outcome, { mode, replicas, seed, surroundings });
    await tell(outcome, report, target);
    return isClean(report);
  } catch (error) {
    console.error(target.printed());
    throw error;
  } finally {
    await target.stop();
  }
}

async function startTarget(mode: string): Promise<Target> {
  if (mode === "process") return startProcessTarget({ settings: chaosSettings });
  if (mode === "fleet") {
    const replicas = values.replicas === "" ? new Map<string, number>() : readReplicas(values.replicas);
    return startFleetTarget({ settings: chaosSettings, replicas });
  }
  throw new Error(`There is no mode ${mode}.\n${USAGE}`);
}

function chosenVictims(text: string, { victims }: Target): readonly string[] {
  const chosen = text.split(",");
  const unknown = chosen.filter((name) => !victims.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(", ")} to kill. There are: ${victims.join(", ")}.`);
  return chosen;
}

/** A run that is interrupted leaves nothing behind. */
async function leave(target: Target): Promise<never> {
  await target.stop();
  process.exit(130);
}

async function tell(outcome: Outcome, report: Report, target: Target): Promise<void> {
  for (const [name, value] of rowsOf(report)) console.log(`${name.padEnd(12)} ${value}`);
  if (!isClean(report)) tellViolations(outcome, target);
  if (values.json !== undefined) {
    const found = outcome.findings.filter(({ violations }) => violations.length > 0);
    await writeFile(values.json, `${JSON.stringify({ ...report, kills: outcome.kills, found }, null, 2)}\n`);
  }
  if (values.publish !== undefined) await publish(values.publish, report);
}

function tellViolations({ findings, evidence, faults }: Outcome, target: Target): void {
  const orderIds = new Set<string>();
  for (const { invariant, violations } of findings) {
    if (violations.length > 0) console.log(`\n${invariant}: ${violations.length} violations`);
    for (const one of violations.slice(0, TOLD.violations)) console.log(`  ${one.told} ${one.orderIds.join(" ")}`);
    for (const orderId of violations.slice(0, TOLD.orders).flatMap((one) => one.orderIds)) orderIds.add(orderId);
  }
  for (const orderId of orderIds) console.log(`\n${tellOrder(evidence, orderId)}`);
  for (const fault of faults) console.log(`\n${fault}`);
  console.log(`\nThe shop printed at last:\n${target.printed()}`);
}

async function checkControls(): Promise<boolean> {
  const chosen = controls.filter(({ plant }) => values.only === undefined || plant === values.only);
  const missed: string[] = [];
  for (const control of chosen) {
    const { isCaught, told, findings } = await runControl(control, seed);
    console.log(`${isCaught ? "caught" : "MISSED"} ${control.plant} by ${control.invariant}: ${told[0] ?? ""}`);
    if (isCaught) continue;
    missed.push(control.plant);
    for (const { invariant, violations } of findings)
      if (violations.length > 0) console.log(`  instead ${invariant}: ${violations[0]!.told}`);
  }
  console.log(`${chosen.length - missed.length} of ${chosen.length} planted faults were found`);
  return missed.length === 0 && chosen.length > 0;
}
