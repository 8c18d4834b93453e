import { describe, expect, it } from "vitest";
import { planKills } from "./kills.ts";
import { randomPlan, shelvesFor } from "./load/plans.ts";

const VICTIMS = ["process", "postgres", "relay"];

describe("a seed", () => {
  it("decides who dies and when, and which shopper does what", () => {
    const kills = (seed: number) => planKills(seed, { kills: 9, victims: VICTIMS });
    const plans = (seed: number) => Array.from({ length: 50 }, (_, at) => randomPlan(seed, at, shelvesFor(9)));
    expect(kills(1)).toEqual(kills(1));
    expect(kills(1)).not.toEqual(kills(2));
    expect(plans(1)).toEqual(plans(1));
    expect(plans(1)).not.toEqual(plans(2));
  });

  it("lets every victim die as often as any other", () => {
    const dead = planKills(3, { kills: 9, victims: VICTIMS }).map(({ victim }) => victim);
    for (const victim of VICTIMS) expect(dead.filter((one) => one === victim)).toHaveLength(3);
  });

  it("begins with the same kills however many follow", () => {
    const of = (kills: number) => planKills(5, { kills, victims: VICTIMS });
    expect(of(9).slice(0, 4)).toEqual(of(4));
  });
});
