import { refuse } from "#kernel/refusal";
import type { Settings } from "../config.ts";
import { jittered } from "../loop.ts";
import { processSettings } from "../process-settings.ts";

/** When a failed event is tried again, and when it is given up. */
export type RetryRules = {
  /** Tries of one event before it goes to the dead letters; at least 2. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly longestMs: number;
  /** Failures that say "not available now" count as no try, but only for so long after the first. */
  readonly outageMs: number;
};

const OUTAGE_MS = 24 * 3_600_000;

export const DEFAULT_RETRY_RULES: RetryRules = {
  attempts: processSettings.consumerAttempts.defaultValue,
  firstMs: processSettings.consumerFirstRetryMs.defaultValue,
  longestMs: processSettings.consumerLongestRetryMs.defaultValue,
  outageMs: OUTAGE_MS,
};

/** The rules an operator set. */
export function retryRulesFrom(settings: Settings): RetryRules {
  return {
    attempts: settings.get(processSettings.consumerAttempts),
    firstMs: settings.get(processSettings.consumerFirstRetryMs),
    longestMs: settings.get(processSettings.consumerLongestRetryMs),
    outageMs: OUTAGE_MS,
  };
}

/** What follows from one more failure of an event that counted `attempts` before and fails for `failingMs`: give it up, or wait. */
export function afterFailure(
  rules: RetryRules,
  failed: { readonly attempts: number; readonly failingMs: number; readonly error: unknown },
): { readonly isDead: boolean; readonly attempts: number; readonly waitMs: number } {
  if (isUnavailable(failed.error) && failed.failingMs < rules.outageMs) {
    // It counts as no try: else an outage longer than all tries buries every event that came meanwhile.
    const waitMs = Math.min(rules.longestMs, Math.max(rules.firstMs, failed.failingMs));
    return { isDead: false, attempts: failed.attempts, waitMs: jittered(waitMs) };
  }
  const attempts = failed.attempts + 1;
  const waitMs = Math.min(rules.longestMs, rules.firstMs * 2 ** Math.min(attempts - 1, 40));
  return { isDead: attempts >= rules.attempts, attempts, waitMs: jittered(waitMs) };
}

function isUnavailable(error: unknown): boolean {
  return [refuse.SERVICE_UNAVAILABLE, refuse.DEADLINE_EXCEEDED, refuse.TOO_MANY_REQUESTS].some((kind) =>
    kind.is(error),
  );
}
