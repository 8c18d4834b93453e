import { beforeEach, describe, expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

let nowMs: number;
let breaker: Breaker;
beforeEach(() => {
  nowMs = 5_000;
  breaker = new Breaker({ now: () => nowMs, random: () => 1 });
});

const fail = (times = 1) => {
  for (let time = 0; time < times; time++) breaker.begin()("fails");
};
/** Lets the rest pass to its last millisecond, then over it; the rest is as long as told when this answers true. */
const restsExactly = (ms: number) => {
  nowMs += ms - 1;
  const isStillResting = !breaker.isUsable;
  nowMs += 1;
  return isStillResting && breaker.isUsable;
};

describe("a breaker", () => {
  test("opens after five failures in a row, and not before", () => {
    fail(4);
    breaker.begin()("answers");
    fail(4);
    expect(breaker.isUsable).toBe(true);
    fail();
    expect(breaker.isUsable).toBe(false);
  });

  test("takes what tells nothing for neither", () => {
    fail(4);
    for (let time = 0; time < 9; time++) breaker.begin()("unknown");
    expect(breaker.isUsable).toBe(true);
    fail();
    expect(breaker.isUsable).toBe(false);
  });

  test("lets one request try after a rest, and everyone once it has an answer", () => {
    fail(5);
    expect(restsExactly(1_000)).toBe(true);
    const tell = breaker.begin();
    expect(breaker.isUsable).toBe(false);
    tell("answers");
    expect(breaker.isUsable).toBe(true);
    fail(4);
    expect(breaker.isUsable).toBe(true);
  });

  test("rests twice as long after each failed try, four seconds at most, and begins anew once it works", () => {
    fail(5);
    for (const ms of [1_000, 2_000, 4_000, 4_000]) {
      expect(restsExactly(ms)).toBe(true);
      fail();
    }
    nowMs += 10_000;
    breaker.begin()("answers");
    fail(5);
    expect(restsExactly(1_000)).toBe(true);
  });

  test("lets another try when the first learnt nothing", () => {
    fail(5);
    nowMs += 1_000;
    breaker.begin()("unknown");
    expect(breaker.isUsable).toBe(true);
  });

  test("rests no longer for failures of requests that began before", () => {
    const old = Array.from({ length: 20 }, () => breaker.begin());
    for (const tell of old) tell("fails");
    expect(restsExactly(1_000)).toBe(true);
  });

  test("closes when a request that began before is answered", () => {
    const old = breaker.begin();
    fail(5);
    old("answers");
    expect(breaker.isUsable).toBe(true);
  });

  test("rests up to a quarter less, at random", () => {
    breaker = new Breaker({ now: () => nowMs, random: () => 0 });
    fail(5);
    expect(restsExactly(750)).toBe(true);
  });
});
