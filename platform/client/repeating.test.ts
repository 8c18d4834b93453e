import Type from "typebox";
import { describe, expect, test } from "vitest";
import { defineContract, type OperationSpec } from "#kernel/contract";
import type { CallContext } from "../ctx.ts";
import { RetryBudget, isHarmless, pauseMs } from "./repeating.ts";

const spec = { path: "/x", summary: "", access: "service", input: Type.Object({}), output: Type.Null() } as const;
const withKey = { idempotencyKey: "key-12345" } as CallContext;
const without = { idempotencyKey: undefined } as CallContext;
const harmless = (told: Partial<OperationSpec>, context: CallContext) => {
  const { it } = defineContract("test", { it: { ...spec, method: "POST", ...told } });
  return isHarmless(it, context);
};

test("a repeat is harmless by method, by an id of the caller's, by a key that is kept, or by declaration", () => {
  expect((["GET", "PUT", "DELETE"] as const).map((method) => harmless({ method }, without))).toEqual([
    true,
    true,
    true,
  ]);
  expect((["POST", "PATCH"] as const).map((method) => harmless({ method }, without))).toEqual([false, false]);
  expect(harmless({ keyedBy: "id" }, without)).toBe(true);
  expect(harmless({ isRepeatable: true }, without)).toBe(true);
  expect(harmless({ idempotencyKey: "optional" }, without)).toBe(false);
  expect(harmless({ idempotencyKey: "optional" }, withKey)).toBe(true);
  expect(harmless({}, withKey)).toBe(false);
});

describe("repeats", () => {
  test("come after any time up to a limit that grows", () => {
    const pauses = (chance: number) => [1, 2, 3].map((tries) => pauseMs(tries, { now: () => 0, random: () => chance }));
    expect([pauses(0), pauses(0.5), pauses(1)]).toEqual([
      [0, 0, 0],
      [20, 100, 100],
      [40, 200, 200],
    ]);
  });

  test("are many at once, and then as many as a quarter of the calls and five a second", () => {
    let nowMs = 0;
    const budget = new RetryBudget({ now: () => nowMs, random: () => 0 });
    const spendAll = () => {
      let count = 0;
      while (budget.spend()) count++;
      return count;
    };
    expect(spendAll()).toBe(100);
    for (let call = 0; call < 50; call++) budget.earn();
    expect(spendAll()).toBe(12);
    nowMs += 2_000;
    budget.earn();
    expect(spendAll()).toBe(10);
    nowMs += 3_600_000;
    budget.earn();
    expect(spendAll()).toBe(100);
  });
});
