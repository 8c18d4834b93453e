import { expect, test } from "vitest";
import { shapeOf } from "./generate.ts";

test("values are alike when their fields and kinds are, whatever is in them", () => {
  expect(shapeOf({ b: 1, a: ["x"] })).toBe(shapeOf({ a: ["y", "z"], b: 2 }));
  expect(shapeOf({ a: null })).not.toBe(shapeOf({ a: "x" }));
  expect(shapeOf({ a: 1 })).not.toBe(shapeOf({ a: 1, b: 1 }));
  expect(shapeOf([])).toBe("[]");
});
