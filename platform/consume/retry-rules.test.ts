import { expect, test } from "vitest";
import { refuse } from "#kernel/refusal";
import { afterFailure, DEFAULT_RETRY_RULES } from "./retry-rules.ts";

const rules = { ...DEFAULT_RETRY_RULES, attempts: 4, firstMs: 100, longestMs: 1_000 };
const error = new Error("planned");
const outage = refuse.SERVICE_UNAVAILABLE({ service: "shipping", detail: "It does not answer." });

test("each wait is twice the one before, up to the longest", () => {
  const waits = Array.from({ length: 8 }, (_, attempts) => {
    const next = afterFailure({ ...rules, attempts: 100 }, { attempts, failingMs: 0, error });
    return { most: rules.firstMs * 2 ** attempts, waitMs: next.waitMs };
  });
  for (const { most, waitMs } of waits) {
    expect(waitMs).toBeLessThanOrEqual(Math.min(most, 1_000));
    expect(waitMs).toBeGreaterThanOrEqual(Math.min(most, 1_000) / 2);
  }
});

test("an event dies with its last try", () => {
  const deaths = [0, 1, 2, 3].map((attempts) => afterFailure(rules, { attempts, failingMs: 0, error }).isDead);
  expect(deaths).toEqual([false, false, false, true]);
});

test("an outage counts as no try, is waited out ever longer, and ends after a day", () => {
  const during = afterFailure(rules, { attempts: 3, failingMs: 400, error: outage });
  expect(during).toMatchObject({ isDead: false, attempts: 3 });
  expect(during.waitMs).toBeGreaterThanOrEqual(200);
  expect(during.waitMs).toBeLessThanOrEqual(400);
  expect(afterFailure(rules, { attempts: 3, failingMs: rules.outageMs, error: outage }).isDead).toBe(true);
});
