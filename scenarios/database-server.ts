import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync, renameSync, statfsSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { ADMIN_ROLE, openSecrets } from "#platform/postgres/secrets";

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

/** Puts a small disk of its own under a folder; throws where this user may not. */
export function mountSmallDisk(folder: string, megabytes: number): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0711`, "tmpfs", folder], { stdio: "pipe" });
}

export function unmountDisk(folder: string): void {
  execFileSync("umount", [folder], { stdio: "pipe" });
}

/** Fills the disk under a folder to its last byte; the answer empties it again. */
export async function fillDisk(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "ballast");
  const file = await open(path, "w");
  try {
    for (const size of [1_048_576, 4_096]) {
      const block = Buffer.alloc(size);
      for (let isRoom = true; isRoom;)
        isRoom = await file.write(block).then(({ bytesWritten }) => bytesWritten === size, isNotFull);
    }
  } finally {
    await file.close();
  }
  if (statfsSync(folder).bavail > 0) throw new Error("The disk is not full.");
  return () => rm(path);
}

function isNotFull(error: NodeJS.ErrnoException): boolean {
  if (error.code === "ENOSPC") return false;
  throw error;
}
