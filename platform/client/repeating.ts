import type { Operation } from "#kernel/contract";
import type { CallContext } from "../ctx.ts";
import type { Nature } from "./breaker.ts";

/** Claims that doing it twice does no more than doing it once. */
export function isHarmless(operation: Operation, context: CallContext): boolean {
  if (operation.method === "GET" || operation.method === "PUT" || operation.method === "DELETE") return true;
  if (operation.keyedBy !== undefined || operation.isRepeatable === true) return true;
  return operation.idempotencyKey !== undefined && context.idempotencyKey !== undefined;
}

/** Tries of one call at most. */
export const TRIES = 3;

const LONGEST_PAUSE_MS = [40, 200] as const;

/** How long to wait after the `tries`th try failed: anything up to a limit, so that callers do not come back in step. */
export function pauseMs(tries: number, { random }: Nature): number {
  return random() * (LONGEST_PAUSE_MS[tries - 1] ?? LONGEST_PAUSE_MS[1]);
}

const MOST = 100;
const PER_CALL = 0.25;
const PER_MS = 0.005;

/** How many repeats may be sent on top of the calls: many at once (a replica died), few in the long run (all are down). */
export class RetryBudget {
  readonly #nature: Nature;
  #left = MOST;
  #toldAtMs: number;

  constructor(nature: Nature) {
    this.#nature = nature;
    this.#toldAtMs = nature.now();
  }

  /** A call begins. */
  earn(): void {
    const nowMs = this.#nature.now();
    this.#left = Math.min(MOST, this.#left + PER_CALL + (nowMs - this.#toldAtMs) * PER_MS);
    this.#toldAtMs = nowMs;
  }

  /** Claims that one more repeat may be sent. */
  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
