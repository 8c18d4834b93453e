import { expect, test } from "vitest";
import { addedUp, quantileBetween, sumOf } from "./metrics.ts";

const text = (fast: number, all: number) => `# TYPE d histogram
d_bucket{service="a",le="0.01"} ${fast}
d_bucket{service="a",le="0.1"} ${all}
d_bucket{service="a",le="+Inf"} ${all}
up 1`;

test("series of several processes are added up, and those of a name whatever their labels", () => {
  const metrics = addedUp(['lag{s="a"} 2\nup 1', 'lag{s="a"} 3\nlag{s="b"} 1\nup 1']);
  expect(metrics.get('lag{s="a"}')).toBe(5);
  expect(sumOf(metrics, "lag")).toBe(6);
  expect(sumOf(metrics, "missing")).toBe(0);
});

test("a quantile is of what came between two looks", () => {
  const [before, after] = [addedUp([text(100, 100)]), addedUp([text(190, 200)])];
  const at = (quantile: number) => quantileBetween(before, after, { name: "d", quantile });
  expect([at(0.5), at(0.9), at(0.99)]).toEqual([0.01, 0.01, 0.1]);
  expect(quantileBetween(after, after, { name: "d", quantile: 0.5 })).toBeUndefined();
});
