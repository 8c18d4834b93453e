import { chmodSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Linux' file system in memory.
const MEMORY = "/dev/shm";
/** A run of the database tests takes up to half a gigabyte. */
const ENOUGH_BYTES = 3 * 1024 ** 3;

/** Where tests put files that nobody needs after them: in memory where it has room, for files are made and deleted there several
 *  times as fast as on a disk, else among the system's temporary files. */
export const testGround: string = hasRoomInMemory() ? MEMORY : tmpdir();

function hasRoomInMemory(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false; // this system has none
  }
}

/** Makes a new empty folder, which other accounts may pass: as root PostgreSQL runs as one of them. The caller deletes it. */
export function makeTestFolder(name: string): string {
  const folder = mkdtempSync(join(testGround, `tradepost-${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
