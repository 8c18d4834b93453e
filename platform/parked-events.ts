import type { Message } from "./bus.ts";
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
} from "./consume-store.ts";
import type { Database } from "./database.ts";
import type { Log } from "./log.ts";
import { jittered, startLoop } from "./loop.ts";
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

/** Events that wait in the service's own database, because they, or one of the same subject before them, failed. */
export type ParkedEvents = {
  /** Parks messages of one topic in their order, behind what is parked of their keys; `failures`: first messages of keys
   *  that failed just now, and why. Safe to repeat. */
  park(topic: string, messages: readonly Message[], failures: ReadonlyMap<string, unknown>): Promise<void>;
  wake(): void;
  stop(): Promise<void>;
};

/** Starts trying parked events again: each key's in order, different keys at the same time, whichever replica comes first.
 *  An event that used up its tries goes to the dead letters and the later ones of its key go on: most failures that last are
 *  of one event (data nobody foresaw), and a key that stood still would need an operator before the shop goes on. */
export function startParkedEvents(options: ParkedOptions): ParkedEvents {
  const { db, log, now, rules } = options;
  const trying = new Set<Promise<void>>();
  const claimMs = 2 * options.handlerTimeoutMs + 10_000;

  const pass = async (): Promise<number> => {
    const free = KEYS_AT_A_TIME - trying.size;
    if (free <= 0) return POLL_MS;
    const atMs = now().getTime();
    const claims = await claimDueKeys(db, { now: new Date(atMs), until: new Date(atMs + claimMs), limit: free });
    for (const claim of claims) {
      const attempt = tryKey(claim)
        .catch((cause: unknown) => log.warn({ topic: claim.topic, cause }, "Parked events could not be tried again"))
        .finally(() => {
          trying.delete(attempt);
          loop.wake();
        });
      trying.add(attempt);
    }
    const next = await findNextRetry(db);
    const untilNextMs = next === undefined ? POLL_MS : next.getTime() - now().getTime();
    return Math.min(jittered(POLL_MS), Math.max(untilNextMs, trying.size === KEYS_AT_A_TIME ? POLL_MS : 1));
  };
  const loop = startLoop({ name: `parked events ${options.service}`, log, pass });

  const tryKey = async (claim: ParkedKey): Promise<void> => {
    const startedAtMs = performance.now();
    const messages = await findParkedEvents(db, claim, EVENTS_PER_CLAIM);
    const handled: string[] = [];
    for (const message of messages) {
      // Beyond half of the claim another handler might not end before it.
      if (performance.now() - startedAtMs > options.handlerTimeoutMs) break;
      try {
        await options.handle(message);
        handled.push(message.id);
      } catch (error) {
        return settle(claim, handled, { message, error });
      }
    }
    return settle(claim, handled, undefined);
  };

  const settle = (
    claim: ParkedKey,
    handled: readonly string[],
    failure: { readonly message: Message; readonly error: unknown } | undefined,
  ): Promise<void> =>
    db.transaction(async (tx) => {
      if (!(await lockClaim(tx, claim))) return; // another replica goes on; what was handled is handled again
      await deleteParkedEvents(tx, handled);
      const at = now();
      if (failure !== undefined) {
        const isSameHead = handled.length === 0;
        const failingSince = (isSameHead && claim.failingSince) || at;
        const failingMs = at.getTime() - failingSince.getTime();
        const next = afterFailure(rules, {
          attempts: isSameHead ? claim.attempts : 0,
          failingMs,
          error: failure.error,
        });
        const error = errorText(failure.error);
        if (!next.isDead) {
          const retryAt = new Date(at.getTime() + next.waitMs);
          return updateParkedKey(tx, claim, { retryAt, attempts: next.attempts, error, failingSince });
        }
        await buryEvent(tx, failure.message.id, { error, at });
        const { id: eventId, type } = failure.message;
        tx.afterCommit(() =>
          log.error({ eventId, type, cause: failure.error }, "An event was given up; see dead letters"),
        );
      }
      if (await deleteEmptyParkedKey(tx, claim)) return;
      await updateParkedKey(tx, claim, { retryAt: at, attempts: 0, error: null, failingSince: null });
    });

  return {
    park: async (topic, messages, failures) => {
      const at = now();
      const first = new Map(
        [...failures].map(([key, error]) => {
          const next = afterFailure(rules, { attempts: 0, failingMs: 0, error });
          const retryAt = new Date(at.getTime() + next.waitMs);
          return [key, { error: errorText(error), attempts: next.attempts, retryAt }];
        }),
      );
      await db.transaction((tx) => park(tx, { topic, messages, failures: first, now: at }));
      loop.wake();
    },
    wake: () => loop.wake(),
    stop: async () => {
      await loop.stop();
      await Promise.all(trying);
    },
  };
}

/** What a person needs to know of a failure, without its stack. */
function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, ERROR_LENGTH);
}
