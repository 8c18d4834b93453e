import { createHash } from "node:crypto";
import { inject } from "vitest";
import type { Envelope } from "#kernel/event";
import { newId } from "#kernel/id";
import { openDatabase, type Database } from "./database.ts";
import { openLogBus, type LogBus, type LogBusOptions } from "./log-bus.ts";
import { createLog, type Log } from "./log.ts";
import { pause } from "./loop.ts";
import { BUS_MIGRATIONS, SERVICE_MIGRATIONS, migrate, type MigrationSet } from "./migrate.ts";
import { createTestDatabase, ensureTestTemplate, type TestDatabase } from "./testing-postgres.ts";

/** What tests of the event machinery stand on: a bus and one service's database, both real and fresh. */
export type TestEvents = {
  readonly busUrl: string;
  /** The test server's owner. */
  readonly adminUrl: string;
  readonly db: Database;
  readonly log: Log;
  /** Everything logged so far, a JSON line each. */
  readonly logged: readonly string[];
  /** Another replica's connection to the bus. */
  openBus(options?: Partial<LogBusOptions>): LogBus;
  /** A fresh database of another service. */
  openServiceDatabase(): Promise<Database>;
  /** Closes and deletes everything. */
  close(): Promise<void>;
};

export async function openTestEvents(): Promise<TestEvents> {
  const databases: TestDatabase[] = [];
  const opened: { close(): Promise<void> }[] = [];
  const logged: string[] = [];
  const log = createLog({ level: "info", write: (line) => void logged.push(line) });
  const fresh = async (name: string, set: MigrationSet) => {
    const key = createHash("sha256").update(set.folder).update(String(process.pid)).digest("hex");
    const adminUrl = inject("postgresAdminUrl");
    const template = await ensureTestTemplate(adminUrl, key, async (url) => void (await migrate(url, [set])));
    const database = await createTestDatabase(adminUrl, name, { template });
    databases.push(database);
    return database.url;
  };
  const busUrl = await fresh("bus", BUS_MIGRATIONS);
  const openServiceDatabase = async () => {
    const url = await fresh("service", SERVICE_MIGRATIONS);
    const db = openDatabase({ url, applicationName: "test", poolSize: 8 });
    opened.push(db);
    return db;
  };
  return {
    busUrl,
    adminUrl: inject("postgresAdminUrl"),
    db: await openServiceDatabase(),
    log,
    logged,
    openBus: (options) => {
      const bus = openLogBus({ url: busUrl, log, leaseMs: 600, ...options });
      opened.push(bus);
      return bus;
    },
    openServiceDatabase,
    close: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await Promise.all(databases.map((database) => database.drop()));
    },
  };
}

/** An event about `subject`, as the service `orders` publishes them. */
export function eventAbout(subject: string, data: unknown = {}, type = "orders.OrderNoted.v1"): Envelope {
  return {
    specversion: "1.0",
    id: newId("event"),
    source: "orders",
    type,
    subject,
    time: "2026-11-20T12:00:00.000Z",
    store: "demo",
    market: "gb",
    data,
  };
}

/** Waits until `isSo`; a fault that names `what` after `limitMs`. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 8_000): Promise<void> {
  const limitAtMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > limitAtMs) throw new Error(`It did not come true within ${limitMs} ms that ${what}.`);
    await pause(5);
  }
}
