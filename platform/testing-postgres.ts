import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { deletePostgres, startPostgres } from "./postgres.ts";
import { StartupProblem } from "./startup-problem.ts";
import { makeTestFolder, testGround } from "./testing-folder.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Address of the test server for its owner: `createTestDatabase(inject("postgresAdminUrl"), "orders")`. */
    postgresAdminUrl: string;
  }
}

const NAME = "test";
// Databases of tests belong to a role without powers, as those of the services do.
const ROLE = "tester";

/** Vitest's globalSetup: one PostgreSQL for the whole run, on a folder of its own, stopped and deleted at the end. */
export async function setup(project: Pick<TestProject, "provide">): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  project.provide("postgresAdminUrl", server.adminUrl);
  return server.stop;
}

/** Starts a PostgreSQL that forgets everything: no wait for the disk, which only tests may do. `stop()` deletes it. */
export async function startTestPostgres(): Promise<{ readonly adminUrl: string; stop(): Promise<void> }> {
  await sweepLeftovers();
  const dataDir = makeTestFolder(NAME);
  const remove = async () => {
    await deletePostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const settings = {
      fsync: "off",
      full_page_writes: "off",
      synchronous_commit: "off",
      shared_buffers: "64MB",
      max_wal_size: "256MB",
      // Several test files at a time, some with two replicas of every service.
      max_connections: "400",
    };
    const server = await startPostgres({ dataDir, settings });
    const password = pg.escapeLiteral(new URL(server.adminUrl).password);
    await withAdmin(server.adminUrl, (admin) => admin.query(`create role ${ROLE} login password ${password}`));
    const stop = async () => {
      await server.stop();
      await remove();
    };
    return { adminUrl: server.adminUrl, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

const FRESH_MS = 60_000;

/** Removes servers of killed runs. A folder in use refuses, and stays; a fresh one may be a run that is just starting. */
async function sweepLeftovers(): Promise<void> {
  for (const name of await readdir(testGround)) {
    if (!name.startsWith(`tradepost-${NAME}-`)) continue;
    const folder = join(testGround, name);
    const madeAtMs = await stat(folder).then(
      (facts) => facts.mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - madeAtMs < FRESH_MS) continue;
    try {
      await deletePostgres(folder);
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      // Another run's, or another user's.
      if (!(error instanceof StartupProblem)) throw error;
    }
  }
}

export type TestDatabase = {
  readonly url: string;
  readonly name: string;
  /** Ends its sessions and deletes it. Safe to repeat. */
  drop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Creates an empty database, or a copy of `template` (see `ensureTestTemplate`), under `name` and a random suffix. Drop it in
 *  `afterAll`, or hold it by `await using`. */
export async function createTestDatabase(
  adminUrl: string,
  name: string,
  options: { readonly template?: string } = {},
): Promise<TestDatabase> {
  const database = `${name.slice(0, 50)}_${randomBytes(5).toString("hex")}`;
  const template = pg.escapeIdentifier(options.template ?? "template1");
  await withAdmin(adminUrl, (admin) =>
    admin.query(
      `create database ${pg.escapeIdentifier(database)} owner ${ROLE} template ${template} strategy file_copy`,
    ),
  );
  const drop = () =>
    withAdmin(adminUrl, async (admin) => {
      await admin.query(`drop database if exists ${pg.escapeIdentifier(database)} with (force)`);
    });
  return { url: urlOf(adminUrl, database), name: database, drop, [Symbol.asyncDispose]: drop };
}

/** Builds a template once per test server, however many test files ask: `build` gets the address of an empty database and
 *  closes its connections before it resolves. `key` says what is in it (a hash of the migrations). Answers its name. */
export async function ensureTestTemplate(
  adminUrl: string,
  key: string,
  build: (url: string) => Promise<void>,
): Promise<string> {
  const name = `template_${createHash("sha256").update(key).digest("hex").slice(0, 24)}`;
  await withAdmin(adminUrl, async (admin) => {
    await admin.query("select pg_advisory_lock(hashtextextended($1, 0))", [name]); // freed with the connection
    const { rows } = await admin.query("select from pg_database where datname = $1 and datistemplate", [name]);
    if (rows.length > 0) return;
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.query(`create database ${name} owner ${ROLE}`);
    await build(urlOf(adminUrl, name));
    await admin.query(`alter database ${name} with is_template true`);
  });
  return name;
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.username = ROLE;
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

async function withAdmin<Result>(adminUrl: string, work: (admin: pg.Client) => Promise<Result>): Promise<Result> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
