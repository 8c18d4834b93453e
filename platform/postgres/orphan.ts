import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Binaries } from "./binaries.ts";
import type { Home } from "./home.ts";
import { findPostmaster } from "./process.ts";
import type { Launch, Postmaster } from "./process.ts";
import { ADMIN_ROLE } from "./secrets.ts";
import type { Secrets } from "./secrets.ts";
import { stopPostmaster } from "./stop.ts";

const STOP_LIMITS = { fastMs: 3_000, immediateMs: 2_000 };

/** After a kill -9 of its owner a server runs on. Takes it over when it was launched the same way, answers, and runs on this
 *  cluster with our password; otherwise stops it within 9 s and answers undefined. The caller holds the lock. */
export async function adoptOrStop(
  launch: Launch,
  secrets: Secrets,
  isSameLaunch: boolean,
): Promise<Postmaster | undefined> {
  const found = await findPostmaster(launch.home);
  if (found === undefined) return undefined;
  if (isSameLaunch && (await isHealthyAndOurs(found.port, launch.home, secrets))) {
    launch.log(`PostgreSQL of an earlier run (pid ${found.pid}) is taken over.`);
    return { ...found, exited: watchUntilGone(found.isGone) };
  }
  if (!found.isCertain) return undefined; // PostgreSQL itself refuses to start beside another one
  launch.log(`PostgreSQL of an earlier run (pid ${found.pid}) is stopped.`);
  await stopPostmaster(found, launch.binaries, STOP_LIMITS);
  return undefined;
}

async function isHealthyAndOurs(port: number, home: Home, secrets: Secrets): Promise<boolean> {
  const password = secrets.find(ADMIN_ROLE);
  if (password === undefined) return false;
  const connectionString = addressOf({ port, database: "postgres", role: ADMIN_ROLE, password });
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
  client.on("error", ignore); // it went away while we asked: the query below fails too
  try {
    await client.connect();
    const answer = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    return answer.rows[0]?.folder === home.cluster;
  } catch {
    return false;
  } finally {
    await client.end().catch(ignore);
  }
}

/** It is not our child, so only a look tells; the looks do not keep this process alive. */
async function watchUntilGone(isGone: () => boolean): Promise<{ code: null }> {
  while (!isGone()) await delay(500, undefined, { ref: false });
  return { code: null };
}

function ignore(): void {}

/** Stops a server that a killed process left on this home, if there is one. The caller holds the lock. */
export async function stopOrphan(home: Home, binaries: Binaries): Promise<void> {
  const found = await findPostmaster(home);
  if (found?.isCertain === true) await stopPostmaster(found, binaries, STOP_LIMITS);
}

/** A connection address on this machine; with `socketFolder` through the socket there instead of TCP. */
export function addressOf(to: {
  port: number;
  database: string;
  role: string;
  password: string;
  socketFolder?: string | undefined;
}): string {
  const part = encodeURIComponent;
  const socket = to.socketFolder === undefined ? "" : `?host=${part(to.socketFolder)}`;
  return `postgresql://${part(to.role)}:${part(to.password)}@127.0.0.1:${to.port}/${part(to.database)}${socket}`;
}
