import { Refusal, refuse } from "#kernel/refusal";
import { defineResource, type Ctx } from "#platform/ctx";
import type { Database } from "#platform/database";
import type { Answer } from "./reservation-answer.ts";
import { reserveTogether, type Request } from "./reserve-together.ts";
import { reserveBatchSize } from "./settings.ts";

/** More than this many waiting are turned away at once, instead of being answered when nobody waits any more. */
const WAITING_AT_MOST = 10_000;

type Waiting = Request & {
  /** Asked for on arrival: the deadline runs from then on. */
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
};

/** Gathers reservations while the transaction before is being written and decides them together: under a rush many orders
 *  share one lock, one commit. An idle replica starts at once. */
class ReservationCollector {
  readonly #db: Database;
  readonly #size: number;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(db: Database, size: number) {
    this.#db = db;
    this.#size = size;
  }

  reserve(input: Request["input"], ctx: Ctx): Promise<Answer> {
    if (this.#waiting.length >= WAITING_AT_MOST) {
      const detail = "Too many reservations are waiting; try again shortly.";
      return Promise.reject(refuse.SERVICE_UNAVAILABLE({ service: ctx.service, detail }));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ input, ctx, signal: ctx.signal, resolve, reject });
    this.#running ??= this.#drain();
    return promise;
  }

  async stop(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    // Lets the calls that arrived in the same turn of the event loop into the first batch.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.#decide(this.#waiting.splice(0, this.#size));
    this.#running = undefined;
  }

  async #decide(batch: readonly Waiting[]): Promise<void> {
    const [gone, present] = parted(batch, ({ signal }) => signal.aborted);
    for (const { reject } of gone) reject(refuse.DEADLINE_EXCEEDED());
    if (present.length === 0) return;
    try {
      const answers = await reserveTogether(this.#db, present);
      for (const [index, { resolve, reject }] of present.entries()) {
        const answer = answers[index]!;
        if (answer instanceof Refusal) reject(answer);
        else resolve(answer);
      }
    } catch (cause) {
      // An outage is everyone's; any other fault may be of one order only, and must not take the others with it.
      if (cause instanceof Refusal || present.length === 1) for (const { reject } of present) reject(cause);
      else for (const one of present) await this.#decide([one]);
    }
  }
}

function parted<Value>(values: readonly Value[], isFirst: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))];
}

/** One per replica. */
export const reservationCollector = defineResource(
  (base) => new ReservationCollector(base.db, base.setting(reserveBatchSize)),
  (collector) => collector.stop(),
);
