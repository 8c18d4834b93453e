import { expect, test } from "vitest";
import { Settings } from "./config.ts";
import { createFaults, faultsFrom } from "./faults.ts";
import { StartupProblem } from "./startup-problem.ts";

test("there is no switchboard unless it is asked for", () => {
  expect(faultsFrom(new Settings({}))).toBeUndefined();
  expect(faultsFrom(new Settings({ NODE_ENV: "production" }))).toBeUndefined();
  expect(faultsFrom(new Settings({ FAULTS: "on" }))).toBeDefined();
});

test("production mode refuses a switchboard with one plain sentence", () => {
  const start = () => faultsFrom(new Settings({ FAULTS: "on", NODE_ENV: "production" }));
  expect(start).toThrow(StartupProblem);
  expect(start).toThrow("FAULTS=on breaks things on purpose and is refused with NODE_ENV=production; set FAULTS=off.");
});

test("chances are the same for the same seed", () => {
  const strikesOf = (seed: number) => {
    const faults = createFaults();
    faults.set({ kind: "append_twice", service: "*", event: "*", probability: 0.3, seed });
    const message = { id: "1", key: "a", type: "orders.OrderNoted.v1", envelope: "" };
    return Array.from({ length: 200 }, () => faults.appendsTwice("orders", [message]));
  };
  expect(strikesOf(4)).toEqual(strikesOf(4));
  expect(strikesOf(4)).not.toEqual(strikesOf(5));
  const count = strikesOf(4).filter((isStruck) => isStruck).length;
  expect(count).toBeGreaterThan(30);
  expect(count).toBeLessThan(90);
});
