import { refuse } from "#kernel/refusal";
import { limiter } from "./limiter.ts";

export type KeptBytesOptions = {
  /** Whose they are: who is sent away is told. */
  readonly service: string;
  readonly mostBytes: number;
  /** How many are made at the same time. */
  readonly mostAtOnce: number;
  /** How many are made or wait to be. */
  readonly mostMaking: number;
  /** For ever, as far as there is room, unless told. */
  readonly ttlMs?: number;
  /** Unix milliseconds; needed with `ttlMs`. */
  readonly now?: () => number;
};

type Kept = { readonly bytes: Buffer; readonly untilMs: number };

/** Bytes in memory that cost much to make and are for everybody: made once for all who ask for them, a few at a time; the least recently
 *  used leave when all together are too large. */
export class KeptBytes {
  readonly #options: KeptBytesOptions;
  readonly #inTurn: ReturnType<typeof limiter>;
  /** In the order of use, the oldest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #making = new Map<string, Promise<Buffer>>();
  #bytes = 0;

  constructor(options: KeptBytesOptions) {
    this.#options = options;
    this.#inTurn = limiter(options.mostAtOnce);
  }

  /** What is kept under the name, or is made now. Refuses SERVICE_UNAVAILABLE when too many others are being made. */
  async read(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.untilMs > this.#nowMs()) {
      this.#kept.delete(name);
      this.#kept.set(name, kept);
      return kept.bytes;
    }
    const begun = this.#making.get(name);
    if (begun !== undefined) return begun;
    const { service, mostMaking } = this.#options;
    if (this.#making.size >= mostMaking)
      throw refuse.SERVICE_UNAVAILABLE({ service, detail: "Too much else is being made; try again shortly." });
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

  #nowMs(): number {
    return this.#options.now?.() ?? 0;
  }

  #keep(name: string, bytes: Buffer): void {
    this.#forget(name);
    this.#kept.set(name, { bytes, untilMs: this.#nowMs() + (this.#options.ttlMs ?? Number.POSITIVE_INFINITY) });
    this.#bytes += bytes.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#options.mostBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    this.#bytes -= this.#kept.get(name)?.bytes.length ?? 0;
    this.#kept.delete(name);
  }
}
