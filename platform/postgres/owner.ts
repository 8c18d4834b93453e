import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { giveToFolderOwner, writePrivateJson } from "./home.ts";
import type { Home } from "./home.ts";
import { fileProblem, StartupProblem } from "../startup-problem.ts";

export type Ownership = {
  /** Notes how the server was launched, for a later owner that may adopt it. */
  note(facts: ServerFacts): Promise<void>;
  /** What the previous owner noted. */
  readonly previous: ServerFacts | undefined;
  release(): Promise<void>;
};

/** What tells whether a running server may be adopted: an equal `launch` means equal settings and version. */
export type ServerFacts = { readonly launch: string };

/** Takes the home for this process. The lock is the kernel's (a file lock held through SQLite), so a killed owner never
 *  blocks, whoever has its pid now. Refuses with a StartupProblem that names the living owner's pid. */
export async function takeOwnership(home: Home): Promise<Ownership> {
  const lockPath = join(home.folder, "owner.lock");
  const factsPath = join(home.folder, "owner.json");
  const lock = takeLock(lockPath, () => busySentence(home, readFacts(factsPath)?.pid));
  const before = readFacts(factsPath);
  const write = (facts: Partial<ServerFacts>) => writePrivateJson(factsPath, { pid: process.pid, ...facts });
  try {
    await giveToFolderOwner(lockPath);
    const previous = before?.launch === undefined ? undefined : { launch: before.launch };
    await write(previous ?? {});
    const release = async () => {
      await rm(factsPath, { force: true });
      free(lock);
    };
    return { note: write, previous, release };
  } catch (error) {
    free(lock);
    throw error;
  }
}

// A lock that nobody refers to would be closed by the garbage collector.
const held = new Set<DatabaseSync>();

function takeLock(path: string, busy: () => string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path, { timeout: 200 });
    lock.exec("begin exclusive");
    held.add(lock);
    return lock;
  } catch (error) {
    lock?.close();
    throw lockProblem(error, path, busy);
  }
}

function free(lock: DatabaseSync): void {
  held.delete(lock);
  lock.close();
}

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;

function lockProblem(error: unknown, path: string, busy: () => string): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code === SQLITE_BUSY) return new StartupProblem(busy(), { cause: error });
  if (code === SQLITE_FULL)
    return fileProblem(Object.assign(new Error("lock"), { code: "ENOSPC", cause: error }), path);
  if (code === SQLITE_READONLY || code === SQLITE_CANTOPEN) {
    return fileProblem(Object.assign(new Error("lock"), { code: "EACCES", cause: error }), path);
  }
  return new StartupProblem(
    `The file ${path} cannot be locked on this disk. Set TRADEPOST_DATA_DIR to a folder on a local disk.`,
    { cause: error },
  );
}

function busySentence(home: Home, pid: number | undefined): string {
  const owner = pid === undefined ? "another process" : `pid ${pid}`;
  return `The data folder ${home.dataDir} is in use by ${owner}. Stop it, or set TRADEPOST_DATA_DIR to another folder.`;
}

function readFacts(path: string): { pid?: number; launch?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as { pid?: number; launch?: string };
  } catch {
    return undefined; // no owner yet
  }
}
