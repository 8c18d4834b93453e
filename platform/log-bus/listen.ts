import pg from "pg";
import type { Log } from "../log.ts";
import { startLoop } from "../loop.ts";

const CHECK_MS = 15_000;

export type ListenOptions = {
  /** Must reach the server itself: a pooler does not pass notices on. */
  readonly url: string;
  readonly channel: string;
  readonly log: Log;
  onNotice(payload: string): void;
  /** Notices may have been missed: the connection is new. */
  onConnect(): void;
};

/** Listens to a channel on a connection of its own and connects again, for ever, when it breaks. */
export function listen(options: ListenOptions): { stop(): Promise<void> } {
  let client: pg.Client | undefined;
  const lost = (which: pg.Client) => {
    if (client !== which) return;
    client = undefined;
    loop.wake();
  };
  const connect = async () => {
    const fresh = new pg.Client({
      connectionString: options.url,
      application_name: "listen",
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
    });
    fresh.on("notification", (notice) => options.onNotice(notice.payload ?? ""));
    fresh.on("error", () => lost(fresh));
    fresh.on("end", () => lost(fresh));
    try {
      await fresh.connect();
      await fresh.query(`listen ${fresh.escapeIdentifier(options.channel)}`);
    } catch (cause) {
      await fresh.end().catch(() => {});
      throw cause;
    }
    client = fresh;
    options.onConnect();
  };
  const loop = startLoop({
    name: `listen ${options.channel}`,
    log: options.log,
    pass: async () => {
      if (client === undefined) await connect();
      else await check(client);
      return client === undefined ? 0 : CHECK_MS;
    },
  });
  // A connection can be dead without a sign of it (a firewall that forgot it): then this does not answer.
  const check = async (which: pg.Client) => {
    try {
      await which.query("select 1");
    } catch (cause) {
      client = undefined;
      void which.end().catch(() => {});
      throw cause;
    }
  };
  return {
    stop: async () => {
      await loop.stop();
      const last = client;
      client = undefined;
      await last?.end().catch(() => {});
    },
  };
}
