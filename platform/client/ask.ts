import { setTimeout as pause } from "node:timers/promises";
import { refuse, type Refusal } from "#kernel/refusal";
import type { Address, Addresses } from "./addresses.ts";
import type { Nature } from "./breaker.ts";
import type { Outcome, RawAnswer } from "./exchange.ts";
import { TRIES, pauseMs, type RetryBudget } from "./repeating.ts";
import type { Target } from "./wire.ts";

/** Where to ask, and what there is to repeat it with. */
export type Remote = {
  readonly service: string;
  readonly addresses: Addresses;
  readonly budget: RetryBudget;
  readonly nature: Nature;
  onRetry(): void;
};

export type Asking = {
  readonly target: Target;
  /** A repeat does no more than the first. */
  readonly isHarmless: boolean;
  readonly deadlineAtMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onRetry?: (() => void) | undefined;
  /** The headers of one try. */
  headers(): Promise<Record<string, string>>;
};

/** The answer of the first try that brings one, refusals too. Refuses SERVICE_UNAVAILABLE when nothing can have happened, or nothing
 *  that a repeat would make worse, else OUTCOME_UNKNOWN; DEADLINE_EXCEEDED too means that it may have happened. */
export async function ask(remote: Remote, asking: Asking): Promise<RawAnswer> {
  const tried = new Set<Address>();
  let wasSent = false;
  let last: Outcome | undefined;
  remote.budget.earn();
  for (let tries = 1; ; tries++) {
    const address = remote.addresses.next(tried);
    if (address === undefined) throw noAnswer(remote, asking, { wasSent, cause: causeOf(last) });
    const headers = await asking.headers();
    tried.add(address);
    // A frozen replica answers nobody: half of the time is left for another one, where two answers at once do no harm.
    const isHalf = asking.target.method === "GET" && tries < TRIES && remote.addresses.hasUntried(tried);
    const leftMs = asking.deadlineAtMs - Date.now();
    const timeoutMs = Math.max(1, isHalf ? leftMs / 2 : leftMs);
    last = await address.ask({ ...asking.target, headers, timeoutMs, signal: asking.signal });
    wasSent ||= last.kind !== "unsent";
    if (last.kind === "late" && !isHalf) throw withCause(refuse.DEADLINE_EXCEEDED(), last.cause);
    if (last.kind === "gone") throw refuse.DEADLINE_EXCEEDED(); // there is nobody to tell
    if (last.kind === "answer" && last.answer.status !== 503) return last.answer;
    if (!(await mayRepeat(remote, asking, { tries, outcome: last, tried }))) {
      if (last.kind === "answer") return last.answer;
      throw noAnswer(remote, asking, { wasSent, cause: last.cause });
    }
    remote.onRetry();
    asking.onRetry?.();
  }
}

type Failure = { readonly tries: number; readonly outcome: Outcome; readonly tried: ReadonlySet<Address> };

/** Claims, after the pause that it takes, that the request is to be sent once more. */
async function mayRepeat(remote: Remote, asking: Asking, { tries, outcome, tried }: Failure): Promise<boolean> {
  const isUnsent = outcome.kind === "unsent";
  // Of a stream that has begun, a part is gone.
  const isWhole = typeof asking.target.body !== "object";
  if (tries >= TRIES || !(isUnsent || (asking.isHarmless && isWhole))) return false;
  // An address that has not seen it: going there at once adds nothing to the load of the one that failed.
  if (isUnsent && remote.addresses.hasUntried(tried)) return true;
  if (!remote.budget.spend()) return false;
  const waitMs = pauseMs(tries, remote.nature);
  if (Date.now() + waitMs >= asking.deadlineAtMs) return false;
  await pause(waitMs);
  return true;
}

function causeOf(outcome: Outcome | undefined): unknown {
  if (outcome === undefined) return new Error("Left alone for a while, after several failures.");
  return outcome.kind === "answer" ? new Error(`The last answer was ${outcome.answer.status}.`) : outcome.cause;
}

function noAnswer(remote: Remote, asking: Asking, { wasSent, cause }: { wasSent: boolean; cause: unknown }): Error {
  if (wasSent && !asking.isHarmless) return withCause(refuse.OUTCOME_UNKNOWN({ service: remote.service }), cause);
  return unavailable(remote.service, `${remote.service} does not answer.`, cause);
}

export function unavailable(service: string, detail: string, cause: unknown): Refusal {
  return withCause(refuse.SERVICE_UNAVAILABLE({ service, detail }), cause);
}

function withCause(refusal: Refusal, cause: unknown): Refusal {
  refusal.cause = cause;
  return refusal;
}
