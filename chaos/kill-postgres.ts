import { setTimeout as pause } from "node:timers/promises";
import { locatePostgres, type LocatedPostgres } from "#platform/postgres/locate";
import { askDatabase, rowsOf, withDatabase } from "./ask-database.ts";
import type { Random } from "./random.ts";

/** Kills the server of a data folder; its sessions die with it, its owner starts it again. */
export async function killPostmaster(dataDir: string): Promise<string> {
  const { pid } = await locatePostgres(dataDir);
  process.kill(pid, "SIGKILL");
  return `postgres ${pid}`;
}

/** Kills one session's process: PostgreSQL ends all others then, and repairs itself. */
export async function killBackend(server: Pick<LocatedPostgres, "url">, random: Random): Promise<string> {
  const sessions = await askDatabase<{ pid: number; database: string }>(
    server.url("postgres"),
    `select pid, datname as database from pg_stat_activity
     where backend_type = 'client backend' and pid <> pg_backend_pid() order by backend_start, pid`,
  );
  const { pid, database } = random.pick(sessions);
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return killBackend(server, random); // it had just ended
  }
  return `session ${pid} of ${database}`;
}

const RELAYING = ["orders", "payments", "inventory"] as const;
const RELAY_WAIT_MS = 3_000;

/** Resolves in the middle of a relay's batch: its lease is held and rows are on their way. Names the service, and says so when
 *  that moment could not be found in time. */
export async function untilRelayCopies(
  { url }: LocatedPostgres,
  random: Random,
): Promise<{ readonly service: string; readonly told: string }> {
  const service = random.pick(RELAYING);
  const endMs = Date.now() + RELAY_WAIT_MS;
  return withDatabase(url(service), async (client) => {
    while (Date.now() < endMs) {
      const [seen] = await rowsOf<{ is: boolean }>(
        client,
        `select exists (select from outbox)
           and exists (select from lease where name = 'relay' and held_until > clock_timestamp()) as is`,
      );
      if (seen!.is) return { service, told: `in mid-relay of ${service}` };
    }
    return { service, told: `though ${service} relayed nothing` };
  });
}

const READY_WITHIN_MS = 60_000;

/** Resolves when the process behind the address says that it and its databases are ready. */
export async function untilReady(url: string): Promise<void> {
  const endMs = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const isReady = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      async (answer) => (await answer.text(), answer.ok),
      () => false,
    );
    if (isReady) return;
    if (Date.now() > endMs) throw new Error(`${url} was not ready within ${READY_WITHIN_MS} ms.`);
    await pause(20);
  }
}
