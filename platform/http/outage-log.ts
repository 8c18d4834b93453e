import type { Refusal } from "#kernel/refusal";
import type { Log } from "../log.ts";

const EVERY_MS = 60_000;

type Told = { readonly atMs: number; untold: number };

const outages = new WeakMap<Log, Map<string, Told>>();

/** Logs why a request is refused for now: once for each thing that is not available, then once a minute with how many were not
 *  told. Under load an outage would else fill the disk, which may be what it is about. */
export function logOutage(refusal: Refusal, facts: object, log: Log, nowMs: number = performance.now()): void {
  const what = `${refusal.code} ${String(refusal.data["service"] ?? "")}`;
  const byWhat = outages.get(log) ?? new Map<string, Told>();
  outages.set(log, byWhat);
  const last = byWhat.get(what);
  if (last !== undefined && nowMs - last.atMs < EVERY_MS) return void (last.untold += 1);
  const more = last === undefined || last.untold === 0 ? {} : { untold: last.untold };
  byWhat.set(what, { atMs: nowMs, untold: 0 });
  log.warn({ ...facts, ...more, cause: refusal.cause }, "requests are refused for now");
}
