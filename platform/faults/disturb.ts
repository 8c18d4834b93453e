import { setTimeout as pause } from "node:timers/promises";
import { refuse } from "#kernel/refusal";
import type { FaultOrder } from "./order.ts";

/** What is about to be done, and how its answer is lost. */
export type Target = {
  readonly service: string;
  readonly name: string;
  /** When whoever asked gives up. */
  readonly deadlineAtMs: number;
  lost(cause: unknown): Error;
};

/** Does `act` as a fault wants it. `removed` aborts when the fault is taken away: what waits for it goes on. */
export async function disturb<Answer>(
  { kind, ms = 0 }: FaultOrder,
  removed: AbortSignal,
  target: Target,
  act: () => Promise<Answer>,
): Promise<Answer> {
  switch (kind) {
    case "latency":
      await rest(ms, removed);
      return act();
    case "stuck":
      await rest(target.deadlineAtMs - Date.now(), removed);
      if (!removed.aborted) throw refuse.DEADLINE_EXCEEDED();
      return act();
    case "error":
      throw new Error(`${target.name} fails (a fault set on purpose)`);
    case "unavailable":
      throw refuse.SERVICE_UNAVAILABLE({ service: target.service, detail: "Not available: a fault set on purpose." });
    case "drop_before":
      throw target.lost(undefined);
    case "drop_after":
      throw target.lost(await outcome(act()));
    case "twice":
      await outcome(act()); // lost, whatever it was
      return act();
    case "duplicate":
      await act();
      return act();
    default:
      return act();
  }
}

/** What a piece of work failed with; undefined when it did not. */
async function outcome(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function rest(ms: number, removed: AbortSignal): Promise<void> {
  await pause(Math.max(0, ms), undefined, { signal: removed, ref: false }).catch((error: unknown) => {
    if (!removed.aborted) throw error;
  });
}
