import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";

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
