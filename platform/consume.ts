import type { Envelope } from "#kernel/event";
import { bootstrapTopics, type Bootstrap } from "./consume/bootstrap.ts";
import type { Batch, Bus, GroupStart, Message, Subscription } from "./bus.ts";
import {
  deleteHeardEvents,
  deleteOldHeardEvents,
  findBacklog,
  findParkedKeys,
  insertHeardEvent,
} from "./consume/store.ts";
import type { Ctx } from "./ctx.ts";
import type { Database, Tx } from "./database.ts";
import type { Faults } from "./faults.ts";
import { deadLettersOf, type DeadLetters } from "./consume/dead-letters.ts";
import { arrangeHandlers, type HandleOptions, type Handling } from "./consume/handle-event.ts";
import { limiter } from "./limiter.ts";
import type { Log } from "./log.ts";
import { jittered, pause, startLoop } from "./loop.ts";
import { ParkedEvents } from "./consume/parked-events.ts";
import { DEFAULT_RETRY_RULES, type RetryRules } from "./consume/retry-rules.ts";

/** Longer than any bus keeps events, so that a replay from the start still knows what was heard. */
const HEARD_DAYS = 30;
/** Many more than share a commit: under load what an event costs falls with how many are handled together, and with fewer than there are
 *  buyers at a time, events fall behind them without end. */
const HANDLERS_AT_A_TIME = 256;

/** Does `work` in one transaction with a note that this event was heard; a repeat does nothing and answers false. One
 *  effect per event and service. */
export async function applyOnce(
  ctx: Pick<Ctx, "db">,
  event: Pick<Envelope, "id">,
  work: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  return ctx.db.groupCommit.transaction(async (tx) => {
    const isFirst = await insertHeardEvent(tx, event.id);
    if (isFirst) await work(tx);
    return isFirst;
  });
}

export type ConsumerOptions = HandleOptions & {
  readonly db: Database;
  readonly bus: Bus;
  readonly log: Log;
  /** When failed events are due again goes by this clock. */
  now(): Date;
  readonly replica: string;
  /** Where the group begins when it is new: `start` unless told. */
  readonly from?: GroupStart;
  readonly bootstraps?: readonly Bootstrap[];
  readonly retry?: Partial<RetryRules>;
};

export type Backlog = { readonly lag: number; readonly parkedEvents: number; readonly deadLetters: number };

/** One service as a group of listeners. */
export type Consumer = {
  /** Resolves when this replica takes part in the group. */
  readonly ready: Promise<void>;
  /** Resolves when everything on the bus at the call is handled and nothing is parked. A fault that says what is in the way
   *  when that takes longer than `limitMs` (10,000 unless told). */
  settled(limitMs?: number): Promise<void>;
  /** Events the group has not handled: those behind on the bus (of any kind) and the parked ones. */
  lag(): Promise<number>;
  /** The same, and what of it failed, and what was given up. */
  backlog(): Promise<Backlog>;
  readonly deadLetters: DeadLetters;
  /** Lets the group hear again all that the bus still has. Effects of `applyOnce` are not repeated, unless `forgetsHeard`:
   *  only for services whose every effect may be repeated (projections made anew). */
  replayFromStart(options?: { readonly forgetsHeard?: boolean }): Promise<void>;
  /** Ends after the events in hand. */
  stop(): Promise<void>;
};

/** Starts listening. Each event is handled by one replica, at least once, in order per subject. One that fails holds up only
 *  its subject: both wait in the service's own database, where they are tried again with back-off, at last as dead letter. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { service, db, bus, log, now } = options;
  const handling = arrangeHandlers(options);
  const rules = { ...DEFAULT_RETRY_RULES, ...options.retry };
  const handlerTimeoutMs = options.handlerTimeoutMs ?? 30_000;
  const parked = new ParkedEvents({ service, db, log, now, rules, handlerTimeoutMs, handle: handling.handle });
  const group = service;
  let subscription: Subscription | undefined;
  let becomeReady = () => {};
  const ready = new Promise<void>((resolve) => (becomeReady = resolve));

  const subscribe = (): Subscription => {
    const { topics, types } = handling;
    const onBatch = batchHandler({ service, db, handling, parked, faults: options.faults });
    const begun = bus.subscribe({ group, topics, types, from: options.from ?? "start", onBatch });
    void begun.ready.then(becomeReady);
    return begun;
  };
  if (options.bootstraps === undefined) subscription = subscribe();
  const keeping = startLoop({
    name: `consumer ${service}`,
    log,
    pass: async () => {
      if (subscription === undefined) {
        if (!(await bootstrapTopics({ ...options, group, bootstraps: options.bootstraps ?? [] }))) return 500;
        subscription = subscribe();
      }
      while ((await deleteOldHeardEvents(db, HEARD_DAYS, 1_000)) === 1_000);
      return jittered(3_600_000);
    },
  });
  const backlog = async (): Promise<Backlog> => {
    const places = (await bus.lag(group)).filter((place) => handling.topics.includes(place.topic)); // not of a topic left
    const { parkedEvents, deadLetters } = await findBacklog(db);
    return { lag: places.reduce((sum, place) => sum + place.behind, parkedEvents), parkedEvents, deadLetters };
  };
  const lag = async () => (await backlog()).lag;
  return {
    ready,
    lag,
    backlog,
    settled: async (limitMs = 10_000) => {
      const limitAtMs = performance.now() + limitMs;
      while (subscription === undefined && performance.now() < limitAtMs) await pause(5);
      const isCaughtUp = (await subscription?.caughtUp(limitMs)) ?? false;
      for (;;) {
        const backlog = await findBacklog(db);
        if (isCaughtUp && backlog.parkedEvents === 0) return;
        if (!isCaughtUp || performance.now() > limitAtMs)
          throw new Error(whatIsInTheWay(service, await lag(), backlog));
        parked.wake();
        await pause(5);
      }
    },
    deadLetters: deadLettersOf({ db, log, now, onReplay: () => parked.wake() }),
    replayFromStart: async ({ forgetsHeard = false } = {}) => {
      if (forgetsHeard) await deleteHeardEvents(db);
      await bus.rewind(group);
    },
    stop: async () => {
      await keeping.stop();
      await Promise.all([subscription?.stop(), parked.stop()]);
    },
  };
}

function whatIsInTheWay(service: string, lag: number, backlog: Awaited<ReturnType<typeof findBacklog>>): string {
  const { topic, key, error } = backlog;
  const example = topic === null ? "" : ` One of ${topic} about ${key} fails with: ${error ?? "not tried yet"}`;
  return `${service} still has ${lag} events to handle.${example}`;
}

/** Handles a batch: keys side by side, the messages of one in order. Messages of keys that are parked, or fail now, are parked;
 *  so a batch only fails when this service's own database does. */
function batchHandler(parts: {
  service: string;
  db: Database;
  handling: Handling;
  parked: ParkedEvents;
  faults: Faults | undefined;
}): (batch: Batch) => Promise<void> {
  const limited = limiter(HANDLERS_AT_A_TIME);
  return async ({ topic, messages, signal }) => {
    const byKey = Map.groupBy(messages, (message) => message.key);
    const parkedKeys = await findParkedKeys(parts.db, topic, [...byKey.keys()]);
    const failures = new Map<string, unknown>();
    const left: Message[] = [];
    const handleKey = async (key: string, inOrder: readonly Message[]) => {
      for (const [index, message] of inOrder.entries()) {
        signal.throwIfAborted();
        try {
          await parts.handling.handle(message);
        } catch (error) {
          failures.set(key, error);
          left.push(...inOrder.slice(index));
          return;
        }
      }
    };
    const subjects = parts.faults?.reorder(parts.service, [...byKey]) ?? { now: [...byKey], later: [] };
    for (const [key, inOrder] of subjects.later) {
      failures.set(key, new Error("held back (a fault set on purpose)"));
      left.push(...inOrder);
    }
    await Promise.all(
      subjects.now.map(([key, inOrder]) => {
        if (!parkedKeys.has(key)) return limited(() => handleKey(key, inOrder));
        left.push(...inOrder);
        return undefined;
      }),
    );
    signal.throwIfAborted();
    if (left.length > 0) await parts.parked.park(topic, left, failures);
  };
}

/** Every replica hears every event from its start on. */
export type Watcher = {
  /** Resolves when events published from then on will be seen. */
  readonly ready: Promise<void>;
  /** Resolves when everything on the bus at the call was seen here; a fault after `limitMs` (10,000 unless told). */
  settled(limitMs?: number): Promise<void>;
  stop(): Promise<void>;
};

/** Starts watching: not stored, not tried again; a handler that fails is logged. */
export function startWatcher(options: HandleOptions & { readonly bus: Bus; readonly log: Log }): Watcher {
  const { service, bus, log } = options;
  const { topics, types, handle } = arrangeHandlers(options);
  const onBatch = async ({ messages }: Batch) => {
    for (const message of messages) {
      await handle(message).catch((cause: unknown) => {
        log.error({ eventId: message.id, type: message.type, cause }, "A watched event could not be handled");
      });
    }
  };
  const subscription = bus.watch({ topics, types, onBatch });
  return {
    ready: subscription.ready,
    settled: async (limitMs = 10_000) => {
      if (!(await subscription.caughtUp(limitMs))) throw new Error(`${service} has not seen all events it watches.`);
    },
    stop: () => subscription.stop(),
  };
}
