import type { Random } from "./random.ts";

/** A running shop that can be killed in parts: one process, or a fleet. It comes back by itself after every kill. */
export type Target = {
  readonly mode: "process" | "fleet";
  /** Where the public API answers, the same all along. */
  readonly url: string;
  /** Headers of the shop's staff; good across restarts. */
  readonly staff: Readonly<Record<string, string>>;
  /** Address of a database (`orders`, `bus`) for somebody who may read all of it. */
  databaseUrl(database: string): string;
  /** What can be killed. */
  readonly victims: readonly string[];
  /** Kills it without warning; resolves to what exactly died, at once. */
  kill(victim: string, random: Random): Promise<string>;
  /** Resolves when everything runs again; a fault when it does not within a minute. */
  ready(): Promise<void>;
  /** Parts that ended without having been killed, or did not start again, and what they printed. */
  readonly faults: readonly string[];
  /** What the parts have printed, the last lines of each. */
  printed(): string;
  /** Ends it for good and deletes its data. Safe to repeat. */
  stop(): Promise<void>;
};
