import { randomBytes } from "node:crypto";
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { canReach, chooseAccount, isRoot } from "./account.ts";
import type { Account } from "./account.ts";
import { SHARED_FOLDER } from "./binaries.ts";
import { makeFolder } from "../make-folder.ts";
import { fileProblem } from "../startup-problem.ts";

/** Where everything of one embedded PostgreSQL lies. */
export type Home = {
  /** The caller's folder, absolute and without links: secrets, log. */
  readonly dataDir: string;
  /** The cluster itself. `<dataDir>/postgres`, or what the link of that name points to. */
  readonly cluster: string;
  /** The folder that holds the cluster, and the lock of whoever runs it. */
  readonly folder: string;
  readonly account: Account | undefined;
};

/** Longest path of a socket on any system that we know (macOS), without the name that PostgreSQL gives it. */
const SOCKET_FOLDER_BYTES = 103 - "/.s.PGSQL.65535".length;

/** Where PostgreSQL has its socket: in the cluster's own folder, which nobody else may enter. Undefined where there are none, or where
 *  the path is too long for one. */
export function socketFolderOf(home: Pick<Home, "cluster">): string | undefined {
  const isTooLong = Buffer.byteLength(home.cluster) > SOCKET_FOLDER_BYTES;
  return process.platform === "win32" || isTooLong ? undefined : home.cluster;
}

/** Makes the data folder, checks that it is writable and decides where the cluster lies. As root the cluster belongs to an
 *  unprivileged account; when that account cannot enter the data folder, the cluster lies under /var/lib/tradepost and
 *  `<dataDir>/postgres` is a link to it. Safe to repeat. */
export async function openHome(wanted: string, log: (line: string) => void): Promise<Home> {
  const asked = resolve(wanted);
  try {
    const isNew = await makeFolder(asked, isRoot() ? 0o711 : 0o700);
    if (isNew) await giveToFolderOwner(asked);
    const dataDir = await realpath(asked);
    const probe = await mkdtemp(join(dataDir, ".write-"));
    await rm(probe, { recursive: true });
    return await placeCluster(dataDir, log);
  } catch (error) {
    throw fileProblem(error, asked);
  }
}

async function placeCluster(dataDir: string, log: (line: string) => void): Promise<Home> {
  const pointer = join(dataDir, "postgres");
  const target = await readlink(pointer).catch(() => undefined);
  if (target !== undefined) {
    const cluster = resolve(dataDir, target);
    const folder = dirname(cluster);
    // The link may outlive a cleaned /var/lib: then begin anew at the same place.
    await mkdir(folder, { recursive: true, mode: 0o755 });
    if (folder !== dataDir) await writeFile(join(folder, "data-dir"), `${dataDir}\n`, { mode: 0o600 }); // it may have moved
    return { dataDir, cluster, folder, account: await chooseAccount(cluster, dataDir) };
  }
  const account = await chooseAccount(pointer, dataDir);
  const isInside = account === undefined || (await lstat(pointer).catch(() => undefined)) !== undefined;
  if (isInside || (await canReach(dataDir, account))) return { dataDir, cluster: pointer, folder: dataDir, account };
  return { ...(await placeOutside(dataDir, pointer, log)), account };
}

async function placeOutside(
  dataDir: string,
  pointer: string,
  log: (line: string) => void,
): Promise<Omit<Home, "account">> {
  for (const older of await findClustersOf(dataDir)) log(`An earlier database of ${dataDir} is kept in ${older}.`);
  const folder = join(
    SHARED_FOLDER,
    `${basename(dataDir).replace(/[^\w-]/g, "") || "data"}-${randomBytes(6).toString("hex")}`,
  );
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await writeFile(join(folder, "data-dir"), `${dataDir}\n`, { mode: 0o600 });
  const cluster = join(folder, "postgres");
  const isFirst = await symlink(cluster, pointer).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
  if (isFirst) {
    log(`PostgreSQL does not run as root and its account cannot enter ${dataDir}: the database lies in ${cluster}.`);
    return { dataDir, cluster, folder };
  }
  await rm(folder, { recursive: true });
  const other = await readlink(pointer);
  return { dataDir, cluster: other, folder: dirname(other) };
}

async function findClustersOf(dataDir: string): Promise<string[]> {
  const names = await readdir(SHARED_FOLDER).catch(() => []);
  const found: string[] = [];
  for (const name of names) {
    const folder = join(SHARED_FOLDER, name);
    const owner = await readFile(join(folder, "data-dir"), "utf8").catch(() => "");
    if (owner.trim() === dataDir) found.push(folder);
  }
  return found;
}

/** Removes the cluster, its secrets and its log. The caller has stopped the server and holds the lock. Other files of the
 *  data folder stay. Safe to repeat. */
export async function removeHome(home: Home): Promise<void> {
  const gone = { recursive: true, force: true, maxRetries: 3 } as const;
  if (home.folder === home.dataDir) await rm(home.cluster, gone);
  else await rm(home.folder, gone);
  for (const name of ["postgres", "secrets.json", "postgres.log", "owner.json"])
    await rm(join(home.dataDir, name), gone);
}

/** Writes JSON so that a reader sees the old or the new text, never a half, and only its owner may read it. As root the
 *  file is given to the folder's owner, so that a later start without root can read it. */
export async function writePrivateJson(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
    await giveToFolderOwner(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw fileProblem(error, dirname(path));
  }
}

/** As root: gives `path` to whom its folder belongs. */
export async function giveToFolderOwner(path: string): Promise<void> {
  if (!isRoot()) return;
  const { uid, gid } = await stat(dirname(path));
  if (uid !== 0) await chown(path, uid, gid);
}
