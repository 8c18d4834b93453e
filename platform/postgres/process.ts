import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { open, readFile, rm, stat, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { explainFailure, explainSpawnError } from "./failure.ts";
import type { StartFailure } from "./failure.ts";
import { giveToFolderOwner } from "./home.ts";
import type { Home } from "./home.ts";
import { signalPostmaster } from "./stop.ts";
import { commandLineOf, isAlive } from "./process-facts.ts";

/** A running PostgreSQL server process. */
export type Postmaster = {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process is gone; `code` is null when a signal ended it, or when it was not our child. */
  readonly exited: Promise<{ readonly code: number | null }>;
  /** True from the moment on when its pid may belong to another process. */
  isGone(): boolean;
};

export type Launch = {
  readonly home: Home;
  readonly binaries: Binaries;
  /** Server settings, without the port. */
  readonly settings: Readonly<Record<string, string>>;
  /** Undefined: a free one. */
  readonly port: number | undefined;
  readonly log: (line: string) => void;
};

const LOG_LIMIT_BYTES = 8 * 1024 * 1024;
const MENDING_LIMIT_MS = 6_000;

/** Starts PostgreSQL and resolves when it takes connections. It runs in its own session, so that Ctrl-C in the terminal ends
 *  us first and the drain still has a database. Throws a StartupProblem. */
export async function launchPostmaster(launch: Launch): Promise<Postmaster> {
  const giveUpAt = Date.now() + MENDING_LIMIT_MS;
  for (;;) {
    const outcome = await tryLaunch(launch);
    if (!("problem" in outcome)) return outcome;
    const isMended = Date.now() < giveUpAt && (await mend(outcome, launch));
    if (!isMended) throw outcome.problem;
  }
}

async function mend(failure: StartFailure, launch: Launch): Promise<boolean> {
  switch (failure.kind) {
    case "port-taken":
      return launch.port === undefined;
    case "old-backends":
      return delay(200, true);
    case "stale-pid-file": {
      // The pid in the file was given to a stranger since (or is a zombie), which PostgreSQL cannot tell.
      if ((await findPostmaster(launch.home)) !== undefined) return false;
      await rm(join(launch.home.cluster, "postmaster.pid"), { force: true });
      return true;
    }
    case "final":
      return false;
  }
}

async function tryLaunch(launch: Launch): Promise<Postmaster | StartFailure> {
  const { home, binaries } = launch;
  const port = launch.port ?? (await findFreePort());
  const logPath = join(home.dataDir, "postgres.log");
  const offset = await prepareLog(logPath);
  const child = spawnServer(launch, port, logPath);
  const exited = new Promise<{ code: number | null }>((resolve) => child.once("exit", (code) => resolve({ code })));
  const failed = new Promise<never>((_resolve, reject) => child.once("error", reject));
  failed.catch(() => {}); // heard below while it starts; later there is nothing to hear
  const isGone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const postmaster: Postmaster = { pid: child.pid ?? 0, port, exited, isGone };
  const abandon = () => signalPostmaster(postmaster, binaries, "INT");
  process.once("exit", abandon);
  try {
    const isReady = await Promise.race([waitUntilReady(postmaster, launch), failed]);
    return isReady ? postmaster : explainFailure(await readFrom(logPath, offset), home);
  } catch (error) {
    throw explainSpawnError(error, binaries.postgres);
  } finally {
    process.off("exit", abandon);
  }
}

function spawnServer({ home, binaries, settings }: Launch, port: number, logPath: string): ChildProcess {
  const values = Object.entries({ ...settings, port: String(port) });
  const output = openSync(logPath, "a", 0o600);
  try {
    const child = spawn(
      binaries.postgres,
      ["-D", home.cluster, ...values.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      {
        ...home.account,
        cwd: home.folder,
        env: { LC_ALL: "C" },
        detached: process.platform !== "win32",
        windowsHide: true,
        stdio: ["ignore", output, output],
      },
    );
    child.unref();
    return child;
  } catch (error) {
    throw explainSpawnError(error, binaries.postgres);
  } finally {
    closeSync(output);
  }
}

/** False when it ended instead. Recovery after a crash may take long, so only its end ends the wait. */
async function waitUntilReady(postmaster: Postmaster, { home, log }: Launch): Promise<boolean> {
  const startedAt = Date.now();
  let isTold = false;
  do {
    const file = readPidFile(home.cluster);
    if (file !== undefined && file.pid === postmaster.pid && file.status === "ready") return true;
    if (!isTold && Date.now() - startedAt > 5_000) {
      log("PostgreSQL repairs the database after an unclean stop; this may take a minute.");
      isTold = true;
    }
    await delay(5);
  } while (!postmaster.isGone());
  return false;
}

export type FoundPostmaster = Omit<Postmaster, "exited"> & {
  /** False where the system does not tell what a process runs: never signal it then, its pid may be a stranger's. */
  readonly isCertain: boolean;
};

/** The server that runs on this cluster now, whoever started it. */
export async function findPostmaster(home: Home): Promise<FoundPostmaster | undefined> {
  const file = readPidFile(home.cluster);
  if (file === undefined || !isAlive(file.pid)) return undefined;
  const command = await commandLineOf(file.pid);
  if (command !== undefined && !command.includes(home.cluster)) return undefined;
  return { pid: file.pid, port: file.port, isGone: () => !isAlive(file.pid), isCertain: command !== undefined };
}

/** Lines of postmaster.pid: pid, folder, start, port, socket folder, address, shared memory, status. */
export function readPidFile(cluster: string): { pid: number; port: number; status: string } | undefined {
  try {
    const lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? "" };
  } catch {
    return undefined; // not there yet, or gone again
  }
}

async function prepareLog(path: string): Promise<number> {
  const size = await stat(path).then(
    (facts) => facts.size,
    () => undefined,
  );
  if (size === undefined) {
    await (await open(path, "a", 0o600)).close();
    await giveToFolderOwner(path);
    return 0;
  }
  if (size <= LOG_LIMIT_BYTES) return size;
  await truncate(path);
  return 0;
}

async function readFrom(path: string, offset: number): Promise<string> {
  return existsSync(path) ? (await readFile(path)).subarray(offset).toString("utf8") : "";
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
