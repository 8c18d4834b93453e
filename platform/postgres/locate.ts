import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { addressOf } from "./orphan.ts";
import { readPidFile } from "./process.ts";
import { ADMIN_ROLE, openSecrets } from "./secrets.ts";

/** The embedded PostgreSQL of a data folder, as somebody outside sees it. */
export type LocatedPostgres = {
  /** Of the postmaster. */
  readonly pid: number;
  /** Address of a database for the server's owner, who may read all of them. */
  url(database: string): string;
};

/** Finds the server that runs, or ran last, on a data folder; takes nothing over and changes nothing. A fault when the folder
 *  has had none. */
export async function locatePostgres(dataDir: string): Promise<LocatedPostgres> {
  const file = readPidFile(await realpath(join(dataDir, "postgres")));
  const password = (await openSecrets(dataDir)).find(ADMIN_ROLE);
  if (file === undefined || password === undefined) throw new Error(`No PostgreSQL has run on ${dataDir} yet.`);
  const { pid, port } = file;
  return { pid, url: (database) => addressOf({ port, database, role: ADMIN_ROLE, password }) };
}
