import { expect, test } from "vitest";
import { afterHold, afterwards, beforeHold } from "./checkout-flow-statements.ts";
import { newFlow } from "./sql-flow.ts";

test("before the shopper's answer a purchase needs ten commits, the shared hold of its stock among them", () => {
  expect(beforeHold.length + 1 + afterHold.length).toBe(10);
});

test("every commit says why it is essential, and has statements whose plans are kept", () => {
  const flow = newFlow(["A", "B"]);
  for (const { name, why, statements } of [...beforeHold, ...afterHold, ...afterwards]) {
    expect(why.length, name).toBeGreaterThan(20);
    expect(statements(flow).every((one) => one.name !== "" && one.values.every((value) => value !== undefined))).toBe(
      true,
    );
  }
});

test("the statements of two purchases differ in their values only", () => {
  const texts = (sku: string) =>
    afterHold.flatMap(({ statements }) => statements(newFlow([sku, "B"])).map(({ text }) => text));
  expect(texts("A")).toEqual(texts("C"));
});
