import type { Envelope } from "#kernel/event";
import type { Report } from "./audit/run.ts";
import type { Database } from "./database.ts";

/** An event as engines carry it: they look at `id` and `key` only, and never read the envelope. */
export type Message = {
  /** The event's id. */
  readonly id: string;
  /** Messages of one key arrive in the order they were appended. */
  readonly key: string;
  readonly type: string;
  /** The envelope as JSON text. */
  readonly envelope: string;
};

/** Neighbouring messages of one partition, oldest first. */
export type Batch = {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly Message[];
  /** Aborted when this replica no longer reads the partition; what is not done yet is another's to do. */
  readonly signal: AbortSignal;
};

/** Where a new group begins: with the oldest event still kept, or with the next one. Has no effect on a known group. */
export type GroupStart = "start" | "now";

export type SubscribeOptions = {
  /** Replicas that name the same group share its partitions among them. */
  readonly group: string;
  readonly topics: readonly string[];
  /** An engine may leave out messages of other types. */
  readonly types: readonly string[];
  readonly from: GroupStart;
  /** Resolving commits the batch. Throwing gives it back: it comes again, whole, after a back-off. */
  onBatch(batch: Batch): Promise<void>;
};

export type WatchOptions = Pick<SubscribeOptions, "topics" | "types" | "onBatch">;

export type Subscription = {
  /** Resolves when reading can begin: what is appended from then on will be seen. */
  readonly ready: Promise<void>;
  /** True when everything appended before the call has been committed (by any replica), false when it is not in time. */
  caughtUp(limitMs: number): Promise<boolean>;
  /** Finishes and commits the batches in hand, then leaves the partitions to the others. */
  stop(): Promise<void>;
};

/** Messages of one partition a group has not committed yet. */
export type Lag = { readonly topic: string; readonly partition: number; readonly behind: number };

export type Kept = { readonly offset: number; readonly envelope: Envelope };

/** What carries events between services. Engines keep messages in order per key, deliver batches and remember committed
 *  offsets per group; everything else (deduplication, retries, dead letters) is `consume.ts`, the same for all engines. */
export type Bus = {
  /** Resolves when the messages are kept durably. Safe to repeat: engines or, at the latest, listeners drop the second copy. */
  append(topic: string, messages: readonly Message[]): Promise<void>;
  subscribe(options: SubscribeOptions): Subscription;
  /** Every caller gets every message from now on. Nothing is committed; a batch that throws is not brought again. */
  watch(options: WatchOptions): Subscription;
  /** Fixes where a new group begins without reading yet. A group that is known stays where it is. */
  createGroup(group: string, topics: readonly string[], from: GroupStart): Promise<void>;
  /** Sets a group back to the oldest message still kept. */
  rewind(group: string): Promise<void>;
  lag(group: string): Promise<readonly Lag[]>;
  /** Partitions of every topic. */
  readonly partitions: number;
  /** Looks at what is kept, from `offset` on, without committing anything; [] at the end. For operators and tests. */
  read(topic: string, partition: number, offset: number, limit: number): Promise<readonly Kept[]>;
  close(): Promise<void>;
  /** An engine that keeps its log itself looks after it itself, too. */
  readonly audited?: Audited;
};

/** An engine's audit of its own log: results are kept in `db`. */
export type Audited = {
  readonly db: Database;
  audit(scope: "news" | "all"): Promise<Report>;
};

/** Partitions of every topic. */
export const PARTITIONS = 16;

/** The partition of a key, the same in every process and for ever (FNV-1a over its UTF-16 code units). */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % PARTITIONS;
}

/** The topic of an event type: its publisher, `orders` of `orders.OrderConfirmed.v1`. */
export function topicOf(type: string): string {
  return type.slice(0, type.indexOf("."));
}

/** An envelope ready for the bus. `key` orders it; its subject unless told. */
export function messageOf(envelope: Envelope, key: string = envelope.subject): Message {
  return { id: envelope.id, key, type: envelope.type, envelope: JSON.stringify(envelope) };
}
