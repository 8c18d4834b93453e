import { parseArgs } from "node:util";
import { startProcessTarget } from "./process-target.ts";
import { runChaos } from "./run-chaos.ts";
import { chaosSettings } from "./settings.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "5" },
    mode: { type: "string", default: "process" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    shoppers: { type: "string", default: "16" },
  },
});
const seed = Number(values.seed);
console.log(`seed ${seed}`);
const target = await startProcessTarget({ settings: chaosSettings });
try {
  const outcome = await runChaos({
    target,
    seed,
    kills: Number(values.kills),
    shoppers: Number(values.shoppers),
    onKill: (kill, { number, checkouts }) =>
      console.log(`${number}/${values.kills} ${kill.victim} (${kill.died}): back after ${kill.recoveryMs} ms, ${checkouts} checkouts so far`),
  });
  const { evidence, findings } = outcome;
  console.log(Object.entries(Object.groupBy(evidence.orders, ({ state }) => state)).map(([s, l]) => `${s} ${l!.length}`).join(", "), outcome.seconds, "s");
  for (const { invariant, violations } of findings) {
    console.log(invariant, violations.length);
    for (const one of violations.slice(0, 8)) console.log("   ", one.told, one.orderIds.join(" "));
  }
  console.log(outcome.faults);
} catch (error) {
  console.error(error, target.printed());
} finally {
  await target.stop();
}
