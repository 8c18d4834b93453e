import type { Log } from "./log.ts";

/** Work that goes on until it is stopped. */
export type Loop = {
  /** Makes the next pass begin now; when one is under way, another follows it. Ignored while waiting after a failure. */
  wake(): void;
  /** Begins no further pass and resolves when the present one has ended. */
  stop(): Promise<void>;
};

export type LoopOptions = {
  readonly name: string;
  readonly log: Log;
  /** Does one round; answers after how many milliseconds the next one is due unless woken (0: at once). */
  pass(): Promise<number>;
  /** Shortest time between the beginnings of two woken passes, so that a stream of wake-ups is taken in batches. */
  readonly minimumGapMs?: number;
};

const FIRST_BACK_OFF_MS = 100;
const LONGEST_BACK_OFF_MS = 5_000;

/** Runs `pass` again and again. A pass that throws is tried again with back-off, for ever; it is logged once per outage
 *  and once when it works again. */
export function startLoop(options: LoopOptions): Loop {
  let isStopped = false;
  let isWoken = false;
  let resting: { readonly end: () => void; readonly isWakeable: boolean } | undefined;
  let failures = 0;

  const rest = (ms: number, isWakeable: boolean) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        resting = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      resting = { end, isWakeable };
    });

  const attempt = async (): Promise<number> => {
    try {
      const waitMs = await options.pass();
      if (failures > 0) options.log.info({ loop: options.name, failures }, "A loop works again");
      failures = 0;
      return waitMs;
    } catch (cause) {
      failures += 1;
      if (failures === 1) options.log.warn({ loop: options.name, cause }, "A loop fails and will be tried again");
      return jittered(Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(failures - 1, 20)));
    }
  };

  const run = async () => {
    await undefined; // what the caller declares after this loop exists when the first pass begins
    while (!isStopped) {
      const startedAtMs = performance.now();
      isWoken = false;
      const waitMs = await attempt();
      if (isStopped || waitMs <= 0) continue;
      if (failures > 0) await rest(waitMs, false);
      else if (!isWoken) await rest(waitMs, true);
      const gapMs = (options.minimumGapMs ?? 0) - (performance.now() - startedAtMs);
      if (gapMs > 0 && !isStopped) await rest(gapMs, false);
    }
  };
  const ended = run();

  return {
    wake() {
      isWoken = true;
      if (resting?.isWakeable) resting.end();
    },
    async stop() {
      isStopped = true;
      resting?.end();
      await ended;
    },
  };
}

/** A little less than `ms`, at random, so that replicas do not move in step. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}

/** Resolves after `ms` of real time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
