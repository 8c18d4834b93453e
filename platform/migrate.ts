import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { runner } from "node-pg-migrate";
import pg from "pg";

/** One folder of plain SQL files and the table that remembers which of them ran. */
export type MigrationSet = { readonly folder: string; readonly table: string };

/** Brings one database up to date, set by set, forward only. Safe to repeat and to run from two processes at once (an
 *  advisory lock makes the second wait). Resolves to the names of the files that ran. */
export async function migrate(url: string, sets: readonly MigrationSet[]): Promise<readonly string[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "tradepost-migrate",
    connectionTimeoutMillis: 15_000,
  });
  client.on("error", () => {}); // the statement under way tells; without a listener it would end the process
  await client.connect();
  try {
    const ran: string[] = [];
    for (const set of sets) if (!(await isUpToDate(client, set))) ran.push(...(await runSet(client, set)));
    return ran;
  } finally {
    await client.end();
  }
}

async function runSet(client: pg.Client, set: MigrationSet): Promise<string[]> {
  const done = await runner({
    dbClient: client,
    dir: set.folder,
    migrationsTable: set.table,
    direction: "up",
    count: Number.POSITIVE_INFINITY,
    checkOrder: true,
    advisoryLockMode: "wait",
    log: () => {},
  });
  return done.map((migration) => migration.name);
}

/** Quick answer for the usual start: as many rows as files. */
async function isUpToDate(client: pg.Client, set: MigrationSet): Promise<boolean> {
  const files = (await readdir(set.folder)).filter((file) => file.endsWith(".sql"));
  const table = pg.escapeIdentifier(set.table);
  const counted = await client
    .query<{ count: string }>(`select count(*)::text as count from ${table}`)
    .catch(() => undefined);
  return Number(counted?.rows[0]?.count ?? -1) === files.length;
}

/** Tables that every service's database has: outbox, heard events, keys, leases. */
export const SERVICE_MIGRATIONS: MigrationSet = {
  folder: join(import.meta.dirname, "migrations"),
  table: "platform_migrations",
};
/** Tables of the embedded bus. */
export const BUS_MIGRATIONS: MigrationSet = {
  folder: join(import.meta.dirname, "bus-migrations"),
  table: "migrations",
};
