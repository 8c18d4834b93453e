import type { LogBusParts } from "./parts.ts";
import { beat, releaseSlots } from "./store.ts";
import { jittered, startLoop, type Loop } from "../loop.ts";

export type MembershipOptions = {
  /** Done once before the first beat. */
  prepare(): Promise<void>;
  /** Whether a batch of this partition number is in hand. */
  isBusy(slot: number): boolean;
  onGain(): void;
};

/** This replica's share of a group's partition numbers: says that it lives, takes free slots, leaves surplus ones to newcomers. */
export class LogMembership {
  readonly ready: Promise<void>;
  readonly #parts: LogBusParts;
  readonly #group: string;
  readonly #options: MembershipOptions;
  readonly #mine = new Map<number, AbortController>();
  readonly #loop: Loop;
  isReady = false;
  #becomeReady = () => {};
  #isPrepared = false;

  constructor(parts: LogBusParts, group: string, options: MembershipOptions) {
    this.#parts = parts;
    this.#group = group;
    this.#options = options;
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    const pass = () => this.#beat();
    this.#loop = startLoop({ name: `bus member ${group}`, log: parts.log, pass });
  }

  /** Slots that may be read. */
  slots(): readonly number[] {
    return [...this.#mine.keys()];
  }

  /** Aborted when the slot is lost; undefined when it is not ours. */
  signalOf(slot: number): AbortSignal | undefined {
    return this.#mine.get(slot)?.signal;
  }

  /** Leaves the group; call it when nothing is in hand. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#release(this.slots(), true).catch(() => {}); // others wait for the lease's end
    this.#mine.clear();
  }

  async #beat(): Promise<number> {
    if (!this.#isPrepared) await this.#options.prepare();
    this.#isPrepared = true;
    const { db, replica: member, leaseMs } = this.#parts;
    const { slots, share } = await beat(db, { group: this.#group, member, ttlMs: leaseMs });
    const kept = slots.toSorted((a, b) => a - b).slice(0, share);
    const surplus = slots.filter((slot) => !kept.includes(slot));
    this.#drop((slot) => !slots.includes(slot), "lost");
    this.#drop((slot) => surplus.includes(slot), "given up");
    const gained = kept.filter((slot) => !this.#mine.has(slot));
    for (const slot of gained) this.#mine.set(slot, new AbortController());
    const idle = surplus.filter((slot) => !this.#options.isBusy(slot));
    if (idle.length > 0) await this.#release(idle, false); // busy ones at a later beat
    if (gained.length > 0) this.#options.onGain();
    this.isReady = true;
    this.#becomeReady();
    return jittered(leaseMs / 3);
  }

  /** A batch in hand of a lost slot is aborted; one of a slot that is given up is finished first. */
  #drop(isDropped: (slot: number) => boolean, how: "lost" | "given up"): void {
    for (const [slot, abort] of this.#mine) {
      if (!isDropped(slot)) continue;
      if (how === "lost") abort.abort();
      this.#mine.delete(slot);
    }
  }

  async #release(slots: readonly number[], isLeaving: boolean): Promise<void> {
    const { db, replica: member } = this.#parts;
    await releaseSlots(db, { group: this.#group, member, slots, isLeaving });
  }
}
