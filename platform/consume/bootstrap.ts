import type { Bus } from "../bus.ts";
import { findBootstrappedTopics, insertBootstrappedTopic } from "./store.ts";
import type { Database } from "../database.ts";
import { endLease, keepLease, takeLease, type Lease } from "../lease.ts";
import type { Log } from "../log.ts";

/** How a new listener takes over a publisher's present state before it follows its events. */
export type Bootstrap = {
  /** The publishing service. */
  readonly topic: string;
  /** Pages through the publisher's `export` and stores it. May run again after a failure, and what it brings may also come as
   *  events: store by the subject's version. */
  run(): Promise<void>;
};

const LEASE_MS = 30_000;

export type BootstrapOptions = {
  readonly group: string;
  readonly bootstraps: readonly Bootstrap[];
  readonly db: Database;
  readonly bus: Bus;
  readonly log: Log;
  now(): Date;
  readonly replica: string;
};

/** Brings a group to where it can follow the log. The group's place in the log is fixed BEFORE the export begins, so that no
 *  change falls between the two. False while another replica is at it. Safe to repeat; done once per topic and database. */
export async function bootstrapTopics(options: BootstrapOptions): Promise<boolean> {
  const { db, replica } = options;
  const done = await findBootstrappedTopics(db);
  const missing = options.bootstraps.filter((one) => !done.has(one.topic));
  if (missing.length === 0) return true;
  const lease = await takeLease(db, { name: "bootstrap", holder: replica, ttlMs: LEASE_MS });
  if (lease === undefined) return false;
  try {
    for (const bootstrap of missing) await bootstrapTopic(options, bootstrap, lease);
    return true;
  } finally {
    await endLease(db, lease).catch(() => false); // else it ends by itself
  }
}

async function bootstrapTopic(options: BootstrapOptions, bootstrap: Bootstrap, lease: Lease): Promise<void> {
  const { db, bus, group, log } = options;
  const { topic } = bootstrap;
  await bus.createGroup(group, [topic], "now");
  log.info({ group, topic }, "Taking over a publisher's present state");
  const keep = () => void keepLease(db, lease, LEASE_MS).catch(() => false); // the run itself will fail if need be
  const keeping = setInterval(keep, LEASE_MS / 3);
  try {
    await bootstrap.run();
  } finally {
    clearInterval(keeping);
  }
  await insertBootstrappedTopic(db, topic, options.now());
  log.info({ group, topic }, "A publisher's present state is taken over");
}
