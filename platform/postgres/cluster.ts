import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, lchown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { explainFailure, explainSpawnError } from "./failure.ts";
import type { Home } from "./home.ts";
import type { Secrets } from "./secrets.ts";
import { ADMIN_ROLE, makePassword } from "./secrets.ts";
import { fileProblem, StartupProblem } from "../startup-problem.ts";

/** Makes sure that the home holds a cluster which this PostgreSQL can run and whose owner's password we know: made on the
 *  first start (`isDurable: false` skips the wait for the disk, for tests), refused with a StartupProblem when of another major
 *  version. A kill in the middle leaves nothing that a repeat would take for a cluster. Nothing may run on it meanwhile. */
export async function ensureCluster(
  home: Home,
  binaries: Binaries,
  secrets: Secrets,
  options: { isDurable: boolean },
): Promise<void> {
  await removeDrafts(home);
  const found = await stat(home.cluster).catch(() => undefined);
  if (found === undefined) return initialise(home, binaries, secrets, options.isDurable);
  checkOwner(home, found.uid);
  await checkVersion(home, binaries);
  if (home.account !== undefined && found.uid === 0) await giveTree(home.cluster, home.account);
  const isTooOpen = process.platform !== "win32" && (found.mode & 0o027) !== 0;
  if (isTooOpen) await chmod(home.cluster, 0o700);
  if (secrets.find(ADMIN_ROLE) === undefined) await resetAdminPassword(home, binaries, secrets);
}

async function removeDrafts(home: Home): Promise<void> {
  for (const name of await readdir(home.folder)) {
    if (name.startsWith("postgres.draft-")) await rm(join(home.folder, name), { recursive: true, force: true });
  }
}

async function initialise(home: Home, binaries: Binaries, secrets: Secrets, isDurable: boolean): Promise<void> {
  const draft = join(home.folder, `postgres.draft-${randomBytes(4).toString("hex")}`);
  const passwordFile = `${draft}.password`;
  const password = secrets.find(ADMIN_ROLE) ?? makePassword();
  try {
    await secrets.add(new Map([[ADMIN_ROLE, password]]));
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (home.account !== undefined) {
      for (const path of [draft, passwordFile]) await give(path, home.account);
    }
    await runInitdb(home, binaries, [
      `--pgdata=${draft}`,
      `--pwfile=${passwordFile}`,
      ...(isDurable ? [] : ["--no-sync"]),
    ]);
    await rename(draft, home.cluster);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw fileProblem(error, home.folder);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

// The builtin provider sorts the same on every system and never changes with the system's C library.
const INITDB = [
  `--username=${ADMIN_ROLE}`,
  "--auth=scram-sha-256",
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--no-instructions",
];

async function runInitdb(home: Home, binaries: Binaries, args: readonly string[]): Promise<void> {
  const options = { ...home.account, cwd: home.folder, env: { LC_ALL: "C" } };
  try {
    await promisify(execFile)(binaries.initdb, [...INITDB, ...args], options);
  } catch (cause) {
    const { stdout = "", stderr = "", syscall } = cause as { stdout?: string; stderr?: string; syscall?: string };
    if (syscall?.startsWith("spawn")) throw explainSpawnError(cause, binaries.initdb);
    throw explainFailure(`${stdout}\n${stderr}`, home).problem;
  }
}

function checkOwner(home: Home, owner: number): void {
  const us = process.getuid?.();
  if (us === undefined || us === 0 || us === owner) return;
  throw new StartupProblem(
    `The database in ${home.cluster} belongs to the user with number ${owner}. Start as that user, or set TRADEPOST_DATA_DIR to another folder.`,
  );
}

async function checkVersion(home: Home, binaries: Binaries): Promise<void> {
  const major = await readFile(join(home.cluster, "PG_VERSION"), "utf8").catch(() => "");
  if (major.trim() === binaries.major) return;
  if (major.trim() === "") {
    throw new StartupProblem(
      `The database in ${home.cluster} is damaged: its PG_VERSION is missing. Restore it from a backup, or move that folder away to begin with an empty shop.`,
    );
  }
  throw new StartupProblem(
    `The database in ${home.cluster} was made by PostgreSQL ${major.trim()} and this release runs ${binaries.major}. ` +
      `Move the data with a dump, or set TRADEPOST_DATA_DIR to an empty folder.`,
  );
}

/** A backup restored by root belongs to root, which PostgreSQL does not run as. */
async function giveTree(folder: string, account: Account): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await give(join(entry.parentPath, entry.name), account);
  }
  await give(folder, account);
}

/** Root of a container may lack this right. */
async function give(path: string, account: Account): Promise<void> {
  await lchown(path, account.uid, account.gid).catch((error) => {
    throw explainSpawnError(error, path);
  });
}

/** The owner's password is lost with secrets.json: sets a new one in single-user mode, which asks for none. */
async function resetAdminPassword(home: Home, binaries: Binaries, secrets: Secrets): Promise<void> {
  const single = spawn(binaries.postgres, ["--single", "-D", home.cluster, "postgres"], {
    ...home.account,
    cwd: home.folder,
    env: { LC_ALL: "C" },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let said = "";
  single.stderr.on("data", (chunk) => (said += chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    single.once("error", (error) => reject(explainSpawnError(error, binaries.postgres)));
    single.once("close", resolve);
  });
  const password = makePassword();
  single.stdin.on("error", () => {}); // it ended early; its exit code and words tell why
  single.stdin.end(`alter role ${ADMIN_ROLE} password '${password}'\n`);
  if ((await ended) !== 0 || /ERROR|FATAL|PANIC/.test(said)) throw explainFailure(said, home).problem;
  await secrets.add(new Map([[ADMIN_ROLE, password]]));
}
