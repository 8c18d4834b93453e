import type { Envelope } from "#kernel/event";
import { messageOf, topicOf, type Bus } from "./bus.ts";
import type { Database, Tx } from "./database.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";
import { jittered, pause, startLoop } from "./loop.ts";
import { createRelayLease, endAsRelay, hasOutboxRows, outboxInsert, readAsRelay } from "./outbox-store.ts";

/** Larger envelopes are refused at once: an engine that refused them later would hold up all events of the service. */
export const MAXIMUM_ENVELOPE_BYTES = 512 * 1024;
const MAXIMUM_KEY_LENGTH = 512;

const BATCH = 500;
const LEASE_MS = 5_000;
const POLL_MS = 2_000;
const GAP_MS = 25;

/** Adds an event to a transaction. All its events are written by one statement before the commit, in this order, and the
 *  relay of this process is woken after it. A fault (RangeError) when the event is larger than engines carry. */
export function addToOutbox(tx: Tx, envelope: Envelope, key?: string): void {
  const message = messageOf(envelope, key);
  const bytes = Buffer.byteLength(message.envelope);
  if (bytes > MAXIMUM_ENVELOPE_BYTES)
    throw new RangeError(`Event ${message.type} has ${bytes} bytes; ${MAXIMUM_ENVELOPE_BYTES} is the most.`);
  if (message.key.length > MAXIMUM_KEY_LENGTH)
    throw new RangeError(`The key of event ${message.type} is longer than ${MAXIMUM_KEY_LENGTH}.`);
  tx.beforeCommit(outboxInsert, message);
  tx.afterCommit(() => wakeRelays(topicOf(message.type)));
}

/** Copies a service's outbox to the bus. */
export type Relay = {
  /** Looks into the outbox now instead of at the next poll. */
  wake(): void;
  /** Resolves when the outbox is empty (whoever emptied it). A fault when it is not within `limitMs` (10,000 unless told). */
  drained(limitMs?: number): Promise<void>;
  /** Age of the oldest event known to wait here; 0 when none does. */
  lagMs(): number;
  /** How many events this relay has brought to the bus since its start. */
  relayedCount(): number;
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
};

export type RelayOptions = {
  readonly service: string;
  readonly db: Database;
  readonly bus: Bus;
  readonly log: Log;
  /** Not used for leases: they go by the database's clock. */
  readonly now?: () => Date;
  readonly replica: string;
  readonly faults?: Faults | undefined;
};

/** Starts the relay of one service. Replicas take turns by a lease; one that lost its lease does no harm, because a second
 *  append of an event adds nothing and a row is deleted only after its append. */
export function startRelay(options: RelayOptions): Relay {
  const { service, db, bus, replica } = options;
  let oldest: { readonly ageMs: number; readonly readAtMs: number } | undefined;
  let relayed = 0;
  let isReady = false;
  let isWoken = true;

  const pass = async (): Promise<number> => {
    if (!isReady) await createRelayLease(db);
    isReady = true;
    const isUrgent = isWoken;
    isWoken = false;
    if (!isUrgent && !(await hasOutboxRows(db))) return jittered(POLL_MS);
    const rows = await readAsRelay(db, { replica, ttlMs: LEASE_MS, limit: BATCH });
    if (rows === undefined) return jittered(POLL_MS);
    oldest = rows[0] === undefined ? undefined : { ageMs: rows[0].ageMs, readAtMs: performance.now() };
    for (const [topic, messages] of Map.groupBy(rows, (row) => topicOf(row.type))) {
      await bus.append(topic, messages);
      if (options.faults?.appendsTwice(service, messages)) await bus.append(topic, messages);
    }
    relayed += rows.length;
    const isMore = rows.length === BATCH;
    const isWanted = await endAsRelay(db, { replica, relayed: rows.map((row) => row.seq), isMore });
    if (!isMore) oldest = undefined;
    if (!isMore && !isWanted) return jittered(POLL_MS);
    isWoken = true;
    return 0;
  };
  const passOrAgain = () =>
    pass().catch((cause: unknown) => {
      isWoken = true;
      throw cause;
    });
  const loop = startLoop({ name: `relay ${service}`, log: options.log, pass: passOrAgain, minimumGapMs: GAP_MS });
  const wake = () => {
    isWoken = true;
    loop.wake();
  };
  const unregister = registerWake(service, wake);
  return {
    wake,
    drained: async (limitMs = 10_000) => {
      const limitAtMs = performance.now() + limitMs;
      while (await hasOutboxRows(db)) {
        if (performance.now() > limitAtMs)
          throw new Error(`The outbox of ${service} was not empty after ${limitMs} ms.`);
        wake();
        await pause(5);
      }
    },
    lagMs: () => (oldest === undefined ? 0 : oldest.ageMs + performance.now() - oldest.readAtMs),
    relayedCount: () => relayed,
    stop: async () => {
      unregister();
      await loop.stop();
      await endAsRelay(db, { replica, relayed: [], isMore: false }).catch(() => false); // else the lease ends by itself
    },
  };
}

// Relays of this process by service: a commit wakes its own; those of other processes poll.
const wakes = new Map<string, Set<() => void>>();

function wakeRelays(service: string): void {
  for (const wake of wakes.get(service) ?? []) wake();
}

function registerWake(service: string, wake: () => void): () => void {
  const registered = wakes.get(service) ?? new Set();
  wakes.set(service, registered.add(wake));
  return () => void registered.delete(wake);
}
