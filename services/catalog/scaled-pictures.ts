import { defineResource } from "#platform/ctx";
import { KeptBytes } from "#platform/kept-bytes";

const MOST_BYTES = 64 * 1_048_576;
/** Each keeps a thread of its own busy; the rest of the machine's answers customers. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 64;

/** Scaled pictures in memory. Not in the database: each is made of what is there in a fraction of a second, browsers and caches in between
 *  never ask for it twice, and backups need not carry it. */
export function openScaledPictures(mostBytes: number = MOST_BYTES): KeptBytes {
  return new KeptBytes({
    service: "catalog",
    mostBytes,
    mostAtOnce: MOST_AT_ONCE,
    mostMaking: MOST_AT_ONCE + MOST_WAITING,
  });
}

export const scaledPictures = defineResource(() => openScaledPictures());
