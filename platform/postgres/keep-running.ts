import type { Log } from "../log.ts";
import { pause } from "../loop.ts";
import type { PostgresServer } from "../postgres.ts";

const RESTART_PAUSE_MS = 2_000;

/** Starts PostgreSQL again when it dies under us, as long as it takes; whoever uses it reconnects by itself. */
export function keepPostgresRunning(postgres: PostgresServer, log: Log, isStopping: () => boolean): void {
  void postgres.exited.then(async ({ code }) => {
    for (let isUp = false; !isUp && !isStopping();) {
      log.error({ code }, "postgres died, starting it again");
      isUp = await postgres.restart().then(
        () => true,
        async (error: unknown) => {
          log.error({ error }, "postgres does not start");
          await pause(RESTART_PAUSE_MS);
          return false;
        },
      );
    }
    if (!isStopping()) keepPostgresRunning(postgres, log, isStopping);
  });
}
