import { readFile, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StartupProblem } from "../startup-problem.ts";

/** The unprivileged user that runs PostgreSQL when we are root, which PostgreSQL refuses. */
export type Account = { readonly uid: number; readonly gid: number };

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The account for a cluster at `cluster` (it may not exist yet): its owner, else the owner of the data folder, so that a later
 *  start without root goes on, else `nobody`. Undefined when we are not root. */
export async function chooseAccount(cluster: string, dataDir: string): Promise<Account | undefined> {
  if (!isRoot()) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  // initdb wants a user with a name, so a bare number is not enough.
  const users = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n").map((line) => line.split(":"));
  const folder = await stat(dataDir);
  if (folder.uid !== 0 && users.some((user) => user[2] === String(folder.uid)))
    return { uid: folder.uid, gid: folder.gid };
  const fields = users.find((user) => user[0] === "nobody");
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  if (!(uid > 0 && gid > 0)) {
    throw new StartupProblem(
      "PostgreSQL does not run as root and this system has no user nobody. Start as another user.",
    );
  }
  return { uid, gid };
}

/** True when `account` may enter `folder` and every folder above it. */
export async function canReach(folder: string, account: Account): Promise<boolean> {
  let here = await realpath(folder);
  for (;;) {
    const { mode, uid, gid } = await stat(here);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    const parent = dirname(here);
    if (parent === here) return true;
    here = parent;
  }
}
