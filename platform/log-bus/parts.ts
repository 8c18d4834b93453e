import type { Database } from "../database.ts";
import type { Log } from "../log.ts";

/** What the parts of the embedded bus share. */
export type LogBusParts = {
  readonly db: Database;
  readonly log: Log;
  readonly replica: string;
  readonly partitions: number;
  /** How long a silent replica keeps its partitions. */
  readonly leaseMs: number;
  /** Creates the topics' partitions when needed. */
  prepare(topics: readonly string[]): Promise<void>;
  /** Calls `wake` whenever one of the topics may have grown; answers what ends that. */
  onGrowth(topics: readonly string[], wake: () => void): () => void;
};
