import type { Log } from "../log.ts";
import { pause } from "../loop.ts";
import type { PostgresServer } from "../postgres.ts";

const RESTART_PAUSE_MS = 2_000;

/** Starts PostgreSQL again when it dies under us, as long as it takes; whoever uses it reconnects by itself. */
export function keepPostgresRunning(postgres: PostgresServer, log: Log, isStopping: () => boolean): void {
  void postgres.exited.then(async ({ code }) => {
    if (isStopping()) return;
    log.error({ code }, "postgres died, starting it again");
    for (let isUp = false, failures = 0; !isUp && !isStopping();) {
      isUp = await postgres.restart().then(
        () => true,
        async (error: unknown) => {
          failures += 1;
          if (failures === 1) log.error({ error }, "postgres does not start, trying again and again");
          await pause(RESTART_PAUSE_MS);
          return false;
        },
      );
    }
    if (!isStopping()) keepPostgresRunning(postgres, log, isStopping);
  });
}
