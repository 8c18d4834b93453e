// Two setups of one folder at once (`npm test` beside `npm start` in a fresh clone) must not break each other.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const BEAT_MS = 2_000;
const DEAD_AFTER_MS = 20_000;
// A pid that is alive for so long without a sign belongs to another program by now.
const RECYCLED_AFTER_MS = 10 * 60_000;
const LOOK_MS = 250;

/** Runs `work` while this process holds the lock folder `path`; waits, with a message, while another one does. The holder loses it
 *  when it and the children that it told `work`'s argument of are dead. On another host (a container that shares the folder) pids
 *  say nothing: there the lock ends when nobody has touched it for 20 s; a holder does so every 2 s. */
export async function withSetupLock(path, work) {
  await acquire(path);
  const beat = setInterval(() => touch(path), BEAT_MS);
  const release = () => rmSync(path, { recursive: true, force: true });
  const leave = (signal) => {
    release();
    process.kill(process.pid, signal);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, leave);
  try {
    return await work((childPid) => writePids(path, [process.pid, childPid]));
  } finally {
    clearInterval(beat);
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, leave);
    release();
  }
}

async function acquire(path) {
  let isTold = false;
  for (;;) {
    try {
      mkdirSync(path);
      writePids(path, [process.pid]);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isAbandoned(path)) {
      remove(path);
      continue;
    }
    if (!isTold)
      console.log(
        `Another start is installing the packages (pid ${readHolder(path).pids[0] ?? "unknown"}); waiting for it.`,
      );
    isTold = true;
    await delay(LOOK_MS);
  }
}

function isAbandoned(path) {
  const holder = readHolder(path);
  if (holder.isHere) return !holder.pids.some(isAlive) || holder.silentMs > RECYCLED_AFTER_MS;
  return holder.silentMs > DEAD_AFTER_MS;
}

/** Of several that find it abandoned, the rename lets one remove it. */
function remove(path) {
  const grave = `${path}.${process.pid}`;
  try {
    renameSync(path, grave);
  } catch {
    return; // another one did it
  }
  if (isAbandoned(grave)) rmSync(grave, { recursive: true, force: true });
  else renameSync(grave, path); // a new holder's, taken between the look and the rename
}

function writePids(path, pids) {
  writeFileSync(join(path, "holder.json"), JSON.stringify({ pids, host: hostname() }));
}

/** A folder without a note was made just now, or its maker was killed in that moment: then only its age tells. */
function readHolder(path) {
  let silentMs = 0;
  try {
    silentMs = Date.now() - statSync(path).mtimeMs;
    const { pids, host } = JSON.parse(readFileSync(join(path, "holder.json"), "utf8"));
    return { pids, isHere: host === hostname(), silentMs };
  } catch {
    return { pids: [], isHere: false, silentMs };
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // it was taken away; the next setup finds the packages as they are
  }
}
