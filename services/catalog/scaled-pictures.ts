import { refuse } from "#kernel/refusal";
import { defineResource } from "#platform/ctx";

const MOST_BYTES = 64 * 1_048_576;
/** Each keeps a thread of its own busy; the rest of the machine's answers customers. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 64;

/** Scaled pictures in memory, the least recently used leave first. Not in the database: each is made of what is there in a fraction of a
 *  second, browsers and caches in between never ask for it twice, and backups need not carry it. */
export class ScaledPictures {
  readonly #mostBytes: number;
  /** In the order of use, the oldest first. */
  readonly #kept = new Map<string, Buffer>();
  readonly #making = new Map<string, Promise<Buffer>>();
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;
  #running = 0;

  constructor(mostBytes: number = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** What is kept under the name, or is made for all who wait for it. Refuses SERVICE_UNAVAILABLE when many others are. */
  async read(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const kept = this.#kept.get(name);
    if (kept !== undefined) {
      this.#kept.delete(name);
      this.#kept.set(name, kept);
      return kept;
    }
    const begun = this.#making.get(name);
    if (begun !== undefined) return begun;
    if (this.#making.size >= MOST_AT_ONCE + MOST_WAITING)
      throw refuse.SERVICE_UNAVAILABLE({ service: "catalog", detail: "Too many pictures are being scaled." });
    const making = this.#inTurn(make);
    this.#making.set(name, making);
    try {
      const made = await making;
      this.#keep(name, made);
      return made;
    } finally {
      this.#making.delete(name);
    }
  }

  async #inTurn(make: () => Promise<Buffer>): Promise<Buffer> {
    if (this.#running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await make();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #keep(name: string, made: Buffer): void {
    this.#kept.set(name, made);
    this.#bytes += made.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
  }
}

export const scaledPictures = defineResource(() => new ScaledPictures());
