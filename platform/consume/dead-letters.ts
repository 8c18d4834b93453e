import { deleteDeadLetter, findDeadLetters, park, type DeadLetter } from "./store.ts";
import type { Database } from "../database.ts";
import type { Log } from "../log.ts";

/** Events that a service gave up on. */
export type DeadLetters = {
  /** By event id, which is by the time they were published; `after` is the last id of the page before. 100 unless told. */
  list(options?: { readonly limit?: number; readonly after?: string }): Promise<readonly DeadLetter[]>;
  /** Has the event tried again, behind what is parked of its subject; false when there is no such letter. */
  replay(eventId: string): Promise<boolean>;
  /** Replays all there are now; how many. */
  replayAll(): Promise<number>;
  /** Forgets the event for good; false when there is no such letter. */
  discard(eventId: string): Promise<boolean>;
};

const PAGE = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function deadLettersOf(options: {
  readonly db: Database;
  readonly log: Log;
  now(): Date;
  /** Called when events wait to be tried again. */
  onReplay(): void;
}): DeadLetters {
  const { db, log } = options;
  const replay = async (eventId: string): Promise<boolean> => {
    if (!UUID.test(eventId)) return false;
    const letter = await db.transaction(async (tx) => {
      const found = await deleteDeadLetter(tx, eventId);
      if (found === undefined) return undefined;
      const { topic, key, type, envelope } = found;
      await park(tx, {
        topic,
        messages: [{ id: eventId, key, type, envelope }],
        failures: new Map(),
        now: options.now(),
      });
      return found;
    });
    if (letter === undefined) return false;
    log.info({ eventId, type: letter.type }, "A dead letter is replayed");
    options.onReplay();
    return true;
  };
  return {
    list: ({ limit = PAGE, after } = {}) => findDeadLetters(db, after === undefined ? { limit } : { limit, after }),
    replay,
    replayAll: async () => {
      let count = 0;
      let after: string | undefined;
      for (let size = PAGE; size === PAGE;) {
        const letters = await findDeadLetters(db, after === undefined ? { limit: PAGE } : { limit: PAGE, after });
        for (const { eventId } of letters) if (await replay(eventId)) count += 1;
        after = letters.at(-1)?.eventId;
        size = letters.length;
      }
      return count;
    },
    discard: async (eventId) => {
      const letter = UUID.test(eventId) ? await deleteDeadLetter(db, eventId) : undefined;
      if (letter !== undefined) log.warn({ eventId, type: letter.type }, "A dead letter is discarded");
      return letter !== undefined;
    },
  };
}
