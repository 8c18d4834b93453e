import pg from "pg";
import { BUS_MIGRATIONS, migrate, SERVICE_MIGRATIONS } from "#platform/migrate";
import { openDatabase } from "#platform/database";
import { sql } from "#platform/sql";
import type { LocatedPostgres } from "#platform/postgres/locate";
import { migrationsOf } from "../../load-service.ts";
import { topology } from "../../topology.ts";
import { prepareLog } from "./carry-events.ts";
import type { SqlData } from "./checkout-flow-sql.ts";

const BUS_CONNECTIONS = 4;
const PIECES = 100_000_000;

/** Makes databases of the limit's own beside the shop's, on the same server, by the shop's own migrations. */
export async function makeScratchDatabases(postgres: LocatedPostgres, skus: readonly string[]): Promise<SqlData> {
  const rows = topology.filter(({ databaseConnections }) => databaseConnections > 0);
  const names = [...rows.map(({ name }) => name), "bus"];
  const urls: Record<string, string> = {};
  for (const name of names) {
    const key = name.replaceAll("-", "_");
    urls[key] = postgres.url(`limit_${key}`);
    await createDatabase(postgres, `limit_${key}`);
    const own = { folder: migrationsOf(name), table: "migrations" };
    await migrate(urls[key], name === "bus" ? [BUS_MIGRATIONS] : [SERVICE_MIGRATIONS, own]);
  }
  await fillStock(urls["inventory"]!, skus);
  const bus = openDatabase({ url: urls["bus"]!, applicationName: "limit", poolSize: 1 });
  await prepareLog(bus).finally(() => bus.close());
  const pools = rows.map(({ name, databaseConnections }) => [name.replaceAll("-", "_"), databaseConnections] as const);
  return { urls, pools: { ...Object.fromEntries(pools), bus: BUS_CONNECTIONS }, skus };
}

async function createDatabase(postgres: LocatedPostgres, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url("postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function fillStock(url: string, skus: readonly string[]): Promise<void> {
  const db = openDatabase({ url, applicationName: "limit", poolSize: 1 });
  try {
    await db.run(sql`insert into warehouse (code, name) values ('main', 'Main') on conflict do nothing`);
    await db.run(sql`
      insert into item (sku, available, availability, availability_since)
      select sku, ${PIECES}::bigint, 'in', now() from unnest(${skus}::text[]) as sku on conflict do nothing`);
    await db.run(sql`
      insert into stock (sku, warehouse, on_hand) select sku, 'main', ${PIECES}::bigint from unnest(${skus}::text[]) as sku on conflict do nothing`);
  } finally {
    await db.close();
  }
}
