import { describe, expect, it } from "vitest";
import { controls, runControl } from "./controls.ts";
import { invariants } from "./invariants.ts";
import { startProcessTarget } from "./process-target.ts";
import { runChaos } from "./run-chaos.ts";
import { chaosSettings } from "./settings.ts";
import { tellOrder } from "./tell-order.ts";

const SEED = 20_260_101;

describe("a shop that is killed under load", () => {
  it("comes back from every kind of death with its books in order", { timeout: 300_000 }, async () => {
    const target = await startProcessTarget({ settings: chaosSettings });
    try {
      const { kills, evidence, findings, faults } = await runChaos({
        target,
        seed: SEED,
        kills: 5,
        shoppers: 8,
        checkoutsPerKill: { least: 2, most: 10 },
      });
      const wrong = findings.flatMap(({ invariant, violations }) =>
        violations.map(({ told, orderIds }) => [
          `${invariant}: ${told}`,
          ...orderIds.map((id) => tellOrder(evidence, id)),
        ]),
      );
      expect(wrong).toEqual([]);
      expect(faults).toEqual([]);
      expect(new Set(kills.map(({ victim }) => victim))).toEqual(new Set(target.victims));
      expect(evidence.orders.some(({ state }) => state === "confirmed")).toBe(true);
    } finally {
      await target.stop();
    }
  });

  it("is found out when something is wrong with it", { timeout: 180_000 }, async () => {
    const control = controls.find(({ plant }) => plant === "lost-commit")!;
    expect((await runControl(control, SEED)).isCaught).toBe(true);
  });
});

describe("the controls", () => {
  it("plant a fault for every invariant", () => {
    expect(new Set(controls.map(({ invariant }) => invariant))).toEqual(new Set(invariants.map(({ name }) => name)));
  });
});
