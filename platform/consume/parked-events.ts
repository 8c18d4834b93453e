import type { Message } from "../bus.ts";
import {
  buryEvent,
  claimDueKeys,
  deleteEmptyParkedKey,
  deleteParkedEvents,
  findNextRetry,
  findParkedEvents,
  lockClaim,
  park,
  updateParkedKey,
  type ParkedKey,
} from "./store.ts";
import type { Database, Tx } from "../database.ts";
import type { Log } from "../log.ts";
import { jittered, startLoop, type Loop } from "../loop.ts";
import { afterFailure, type RetryRules } from "./retry-rules.ts";

const POLL_MS = 2_000;
const KEYS_AT_A_TIME = 8;
const EVENTS_PER_CLAIM = 50;
const ERROR_LENGTH = 500;

export type ParkedOptions = {
  readonly service: string;
  readonly db: Database;
  readonly log: Log;
  now(): Date;
  readonly rules: RetryRules;
  readonly handlerTimeoutMs: number;
  handle(message: Message): Promise<void>;
};

type Failure = { readonly message: Message; readonly error: unknown };

/** Events that wait in the service's own database, because they, or one of the same subject before them, failed. Tries each
 *  key's in order, different keys at the same time, whichever replica comes first. An event that used up its tries goes to
 *  the dead letters and the later ones of its key go on: most failures that last are of one event (data nobody foresaw),
 *  and a key that stood still would need an operator before the shop goes on. */
export class ParkedEvents {
  readonly #options: ParkedOptions;
  readonly #claimMs: number;
  readonly #trying = new Set<Promise<void>>();
  readonly #loop: Loop;

  /** Starts at once. */
  constructor(options: ParkedOptions) {
    this.#options = options;
    this.#claimMs = 2 * options.handlerTimeoutMs + 10_000;
    const pass = () => this.#pass();
    this.#loop = startLoop({ name: `parked events ${options.service}`, log: options.log, pass });
  }

  /** Parks messages of one topic in their order, behind what is parked of their keys; `failures`: why the first messages of
   *  keys failed just now. Safe to repeat. */
  async park(topic: string, messages: readonly Message[], failures: ReadonlyMap<string, unknown>): Promise<void> {
    const { db, rules } = this.#options;
    const now = this.#options.now();
    const first = new Map(
      [...failures].map(([key, error]) => {
        const next = afterFailure(rules, { attempts: 0, failingMs: 0, error });
        return [key, { error: errorText(error), attempts: next.attempts, retryAt: later(now, next.waitMs) }];
      }),
    );
    await db.transaction((tx) => park(tx, { topic, messages, failures: first, now }));
    this.#loop.wake();
  }

  wake(): void {
    this.#loop.wake();
  }

  /** Ends after the tries under way. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await Promise.all(this.#trying);
  }

  async #pass(): Promise<number> {
    const { db, log } = this.#options;
    const free = KEYS_AT_A_TIME - this.#trying.size;
    if (free <= 0) return POLL_MS; // each end wakes
    const now = this.#options.now();
    const claims = await claimDueKeys(db, { now, until: later(now, this.#claimMs), limit: free });
    for (const claim of claims) {
      const attempt = this.#tryKey(claim)
        .catch((cause: unknown) => log.warn({ topic: claim.topic, cause }, "Parked events could not be tried again"))
        .finally(() => {
          this.#trying.delete(attempt);
          this.#loop.wake();
        });
      this.#trying.add(attempt);
    }
    const next = await findNextRetry(db);
    const untilNextMs = next === undefined ? POLL_MS : next.getTime() - this.#options.now().getTime();
    return Math.min(jittered(POLL_MS), Math.max(1, untilNextMs));
  }

  async #tryKey(claim: ParkedKey): Promise<void> {
    const { db, handle, handlerTimeoutMs } = this.#options;
    const startedAtMs = performance.now();
    const handled: string[] = [];
    for (const message of await findParkedEvents(db, claim, EVENTS_PER_CLAIM)) {
      // Later than this another handler might not end before the claim does.
      if (performance.now() - startedAtMs > handlerTimeoutMs) break;
      try {
        await handle(message);
        handled.push(message.id);
      } catch (error) {
        return this.#settle(claim, handled, { message, error });
      }
    }
    return this.#settle(claim, handled, undefined);
  }

  async #settle(claim: ParkedKey, handled: readonly string[], failure: Failure | undefined): Promise<void> {
    await this.#options.db.transaction(async (tx) => {
      if (!(await lockClaim(tx, claim))) return; // another replica goes on; what was handled is handled again
      await deleteParkedEvents(tx, handled);
      const isFirst = handled.length === 0;
      const head = isFirst ? claim : { ...claim, attempts: 0, failingSince: null };
      if (failure !== undefined && (await this.#waitsAfter(tx, head, failure))) return;
      if (await deleteEmptyParkedKey(tx, claim)) return;
      await updateParkedKey(tx, claim, { retryAt: this.#options.now(), attempts: 0, error: null, failingSince: null });
    });
  }

  /** True when the failed event is to be tried again; false when it was given up. */
  async #waitsAfter(tx: Tx, head: ParkedKey, { message, error }: Failure): Promise<boolean> {
    const { rules, log } = this.#options;
    const now = this.#options.now();
    const failingSince = head.failingSince ?? now;
    const failingMs = now.getTime() - failingSince.getTime();
    const { isDead, attempts, waitMs } = afterFailure(rules, { attempts: head.attempts, failingMs, error });
    const text = errorText(error);
    if (!isDead) {
      await updateParkedKey(tx, head, { retryAt: later(now, waitMs), attempts, error: text, failingSince });
      return true;
    }
    await buryEvent(tx, message.id, { error: text, at: now });
    const facts = { eventId: message.id, type: message.type, cause: error };
    tx.afterCommit(() => log.error(facts, "An event was given up; see dead letters"));
    return false;
  }
}

function later(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}

/** What a person needs to know of a failure, without its stack. */
function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, ERROR_LENGTH);
}
