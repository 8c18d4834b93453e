import { readFileSync, realpathSync, renameSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { ADMIN_ROLE, openSecrets } from "./postgres/secrets.ts";

/** The PostgreSQL that a shop process has started on its data folder, for those who want to harm it. */
export class DatabaseServer {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Pid of the postmaster that runs now, or ran last. */
  get pid(): number {
    return Number(this.#pidFile()[0]);
  }

  /** Kills it as a machine that loses its power does, and lets it not start again until the answer is called. */
  killForNow(): () => void {
    const settings = join(realpathSync(join(this.#dataDir, "postgres")), "postgresql.conf");
    renameSync(settings, `${settings}.away`);
    process.kill(this.pid, "SIGKILL");
    return () => renameSync(`${settings}.away`, settings);
  }

  /** A session of the server's owner. */
  async connect(database = "postgres"): Promise<pg.Client> {
    const { find } = await openSecrets(this.#dataDir);
    const client = new pg.Client({
      host: "127.0.0.1",
      port: Number(this.#pidFile()[3]),
      user: ADMIN_ROLE,
      password: find(ADMIN_ROLE)!,
      database,
    });
    client.on("error", () => {}); // it is harmed on purpose
    await client.connect();
    return client;
  }

  #pidFile(): string[] {
    return readFileSync(join(this.#dataDir, "postgres", "postmaster.pid"), "utf8").split("\n");
  }
}
