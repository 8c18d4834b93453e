import { randomBytes } from "node:crypto";
import type { Envelope } from "#kernel/event";
import { PARTITIONS, type Audited, type Bus, type Message } from "./bus.ts";
import { runAudit } from "./audit/run.ts";
import { findResult } from "./audit/store.ts";
import { openDatabase, sqlState, type Database } from "./database.ts";
import { listen } from "./log-bus/listen.ts";
import type { Log } from "./log.ts";
import { auditLog, messageOfBus } from "./log-bus/audit.ts";
import { LogGroupReader } from "./log-bus/group.ts";
import type { LogBusParts } from "./log-bus/parts.ts";
import {
  appendMessages,
  createPositions,
  createTopics,
  deleteLostMembers,
  deleteOldEntries,
  findEnds,
  findLag,
  findTopics,
  notify,
  readFrom,
  rewindGroup,
} from "./log-bus/store.ts";
import { watchLog } from "./log-bus/watch.ts";
import { jittered, startLoop, type Loop } from "./loop.ts";
import { processSettings } from "./process-settings.ts";

const CHANNEL = "log";
const TRIM_EVERY_MS = 3_600_000;
const TRIM_SLICE = 1_000;
const AUDIT_EVERY_MS = 60_000;

export type LogBusOptions = {
  /** Database `bus`, migrated; directly, because a pooler passes no notices on. */
  readonly url: string;
  readonly log: Log;
  /** Unique among the processes that live; random unless told. */
  readonly replica?: string;
  readonly retentionDays?: number;
  readonly poolSize?: number;
  /** As of `openDatabase`. */
  readonly groupsCommits?: boolean | undefined;
  /** How long a silent replica keeps its partitions; it says that it lives three times as often. */
  readonly leaseMs?: number;
};

export type LogBus = Bus & {
  readonly audited: Audited;
  /** Deletes what is older than the retention, whoever has not read it. Runs by itself every hour; two at once do no harm. */
  trim(): Promise<number>;
};

/** Opens the embedded bus: a log in PostgreSQL. Appends wake the readers of this process at once and those of others by one
 *  NOTIFY; a poll every two seconds finds what both missed. */
export function openLogBus(options: LogBusOptions): LogBus {
  const {
    url,
    log,
    replica = randomBytes(6).toString("hex"),
    retentionDays = processSettings.busRetentionDays.defaultValue,
    leaseMs = 6_000,
  } = options;
  const db = openDatabase({
    url,
    applicationName: "bus",
    poolSize: options.poolSize ?? 4,
    groupsCommits: options.groupsCommits,
  });
  const growth = new Growth(replica, (payload) => notify(db, CHANNEL, payload));
  const prepare = topicMaker(db);
  const parts: LogBusParts = {
    db,
    log,
    replica,
    partitions: PARTITIONS,
    leaseMs,
    prepare,
    onGrowth: (topics, wake) => growth.on(topics, wake),
  };
  const listener = listen({
    url,
    channel: CHANNEL,
    log,
    onNotice: (payload) => growth.heard(payload),
    onConnect: () => growth.wakeAll(),
  });
  const trim = () => trimLog(db, retentionDays);
  const audit = auditorOf(parts, (topic) => growth.tell(topic));
  const loops = [
    startRounds("bus retention", { log, everyMs: TRIM_EVERY_MS, work: trim }),
    startRounds("bus audit", { log, everyMs: AUDIT_EVERY_MS, work: () => auditInTurn(db, audit) }),
  ];
  return {
    partitions: PARTITIONS,
    trim,
    audited: { db, audit },
    append: async (topic, messages) => {
      if (messages.length === 0) return;
      await prepare([topic]);
      await appendOnce(db, topic, withoutRepeats(messages));
      growth.tell(topic);
    },
    subscribe: (wanted) => new LogGroupReader(parts, wanted),
    watch: (wanted) => watchLog(parts, wanted),
    createGroup: async (group, topics, from) => {
      await prepare(topics);
      await createPositions(db, group, topics, from);
    },
    rewind: async (group) => {
      await rewindGroup(db, group);
      growth.wakeAll();
    },
    lag: (group) => findLag(db, group),
    read: async (topic, partition, offset, limitPerPartition) => {
      const rows = await readFrom(db, {
        places: [{ topic, partition, nextOffset: offset }],
        types: undefined,
        limitPerPartition,
      });
      return rows.map((row) => ({ offset: row.offset, envelope: JSON.parse(row.envelope ?? "null") as Envelope }));
    },
    close: async () => {
      await Promise.all([listener.stop(), ...loops.map((loop) => loop.stop()), growth.told()]);
      await db.close();
    },
  };
}

/** Work done again and again, the first time after one turn. */
function startRounds(
  name: string,
  { log, everyMs, work }: { log: Log; everyMs: number; work: () => Promise<unknown> },
): Loop {
  let isStarting = true;
  const pass = async () => {
    if (!isStarting) await work();
    isStarting = false;
    return jittered(everyMs);
  };
  return startLoop({ name, log, pass });
}

/** Audits of two processes at once do no harm; one of them is enough. */
async function auditInTurn(db: Database, audit: Audited["audit"]): Promise<void> {
  const last = await findResult(db, AUDIT);
  if (last === undefined || Date.now() - last.ranAt.getTime() > AUDIT_EVERY_MS / 2) await audit("news");
}

const AUDIT = "log";

function auditorOf({ db, log, prepare }: LogBusParts, tell: (topic: string) => void): Audited["audit"] {
  return async (scope) => {
    await prepare(["bus"]);
    return runAudit({
      name: AUDIT,
      db,
      log: log.with({ service: "bus" }),
      scope,
      now: () => new Date(),
      find: (search) => auditLog(db, new Date(), search),
      publish: async (tx, news) => {
        await appendMessages(tx, "bus", [messageOfBus(news)]);
        tx.afterCommit(() => tell("bus"));
      },
    });
  };
}

/** Who wants to know that a topic grew, here and in the other processes. */
class Growth {
  readonly #replica: string;
  readonly #notify: (payload: string) => Promise<void>;
  readonly #wakes = new Map<string, Set<() => void>>();
  readonly #untold = new Set<string>();
  #telling: Promise<void> | undefined;

  constructor(replica: string, notify: (payload: string) => Promise<void>) {
    this.#replica = replica;
    this.#notify = notify;
  }

  on(topics: readonly string[], wake: () => void): () => void {
    for (const topic of topics) this.#wakes.set(topic, (this.#wakes.get(topic) ?? new Set()).add(wake));
    return () => {
      for (const topic of topics) this.#wakes.get(topic)?.delete(wake);
    };
  }

  tell(topic: string): void {
    this.#wake(topic);
    this.#untold.add(topic);
    this.#telling ??= this.#tellOthers().finally(() => (this.#telling = undefined));
  }

  /** Resolves when the other processes know. */
  async told(): Promise<void> {
    await this.#telling;
  }

  heard(payload: string): void {
    const [replica, ...topics] = payload.split(" ");
    if (replica !== this.#replica) for (const topic of topics) this.#wake(topic);
  }

  wakeAll(): void {
    for (const topic of this.#wakes.keys()) this.#wake(topic);
  }

  /** One NOTIFY at a time: topics that grow meanwhile go with the next. */
  async #tellOthers(): Promise<void> {
    while (this.#untold.size > 0) {
      const payload = [this.#replica, ...this.#untold].join(" ");
      this.#untold.clear();
      await this.#notify(payload).catch(() => {}); // they poll
    }
  }

  #wake(topic: string): void {
    for (const wake of this.#wakes.get(topic) ?? []) wake();
  }
}

function topicMaker(db: Database): LogBusParts["prepare"] {
  const known = new Set<string>();
  return async (topics) => {
    const unknown = topics.filter((topic) => !known.has(topic));
    if (unknown.length === 0) return;
    await createTopics(db, unknown);
    for (const topic of unknown) known.add(topic);
  };
}

const RETRIED = new Set(["23505", "40P01"]); // another append of the same messages, or in another order, at the same time

async function appendOnce(db: Database, topic: string, messages: readonly Message[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await appendMessages(db.groupCommit, topic, messages);
    } catch (error) {
      if (tries >= 5 || !RETRIED.has(sqlState(error) ?? "")) throw error;
    }
  }
}

function withoutRepeats(messages: readonly Message[]): readonly Message[] {
  const byId = new Map<string, Message>();
  for (const message of messages) if (!byId.has(message.id)) byId.set(message.id, message);
  return byId.size === messages.length ? messages : [...byId.values()];
}

async function trimLog(db: Database, days: number): Promise<number> {
  let deleted = 0;
  for (const place of await findEnds(db, await findTopics(db))) {
    for (let slice = TRIM_SLICE; slice === TRIM_SLICE; deleted += slice) {
      slice = await deleteOldEntries(db, place, days, TRIM_SLICE);
    }
  }
  await deleteLostMembers(db);
  return deleted;
}
