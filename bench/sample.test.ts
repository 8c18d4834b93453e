import { expect, test } from "vitest";
import { median, medianOf, passes, type Bar } from "./sample.ts";

test("the median is the middle one, or between the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test("samples are put together number by number, over the rounds that have it", () => {
  expect(medianOf([{ a: 1, b: 5 }, { a: 3 }, { a: 2 }])).toEqual({ a: 2, b: 5 });
  expect(medianOf([])).toEqual({});
});

test("a bar is passed on its own side", () => {
  const bar: Bar = { what: "x", unit: "", kind: "at least", bar: 1, measured: 1, isDeciding: true };
  expect(passes(bar)).toBe(true);
  expect(passes({ ...bar, measured: 0.99 })).toBe(false);
  expect(passes({ ...bar, kind: "at most", measured: 0.99 })).toBe(true);
  expect(passes({ ...bar, measured: Number.NaN })).toBe(false);
});
