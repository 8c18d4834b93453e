import { expect, test } from "vitest";
import { seededNumbers, shuffled } from "./seeded.ts";

const draws = (seed: number, count = 1_000) => {
  const draw = seededNumbers(seed);
  return Array.from({ length: count }, () => draw());
};

test("the same seed draws the same numbers, another seed others", () => {
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
  expect(draws(1, 3)).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
});

test("numbers lie in [0, 1) and are spread evenly", () => {
  const numbers = draws(3, 10_000);
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length / numbers.length;
    expect(share).toBeCloseTo(0.1, 1);
  }
});

test("shuffling keeps every item, by its seed", () => {
  const items = Array.from({ length: 20 }, (_, index) => index);
  const mixed = shuffled(items, seededNumbers(5));
  expect(mixed).not.toEqual(items);
  expect(mixed.toSorted((a, b) => a - b)).toEqual(items);
  expect(shuffled(items, seededNumbers(5))).toEqual(mixed);
});
