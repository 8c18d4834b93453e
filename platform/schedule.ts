import type { Ctx } from "./ctx.ts";
import type { Database } from "./database.ts";
import { endLease, takeLease, type Lease } from "./lease.ts";
import type { Log } from "./log.ts";
import { pause, startLoop, type Loop } from "./loop.ts";
import type { Job } from "./service.ts";
import type { Metrics } from "./telemetry/metrics.ts";

const LEASE_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 300_000;
const LONGEST_WAIT_MS = 60_000;

export type ScheduleOptions = {
  readonly service: string;
  readonly jobs: readonly Job[];
  readonly db: Database;
  readonly log: Log;
  /** When jobs are due goes by this clock; leases go by the database's. */
  now(): Date;
  readonly replica: string;
  /** Measures every run. */
  readonly metrics?: Metrics;
  /** A context for one run that may take so long. */
  context(timeoutMs: number): Ctx;
};

/** The jobs of one service. */
export type Schedule = {
  readonly names: readonly string[];
  /** Makes a job run now on this replica, or again at once on the one that runs it. A job of another name is a fault. */
  wake(name: string): void;
  /** Runs a job once, due or not, waiting for a run elsewhere to end first; throws what the job throws. */
  runNow(name: string): Promise<void>;
  /** Begins no further run and resolves when the present ones have ended. */
  stop(): Promise<void>;
};

type JobParts = ScheduleOptions & { readonly job: Job; readonly leaseName: string; readonly leaseMs: number };

/** Starts the jobs: each is run by one replica at a time, every `everyMs` counted from the beginning of a run, at once when it
 *  never ran. When a job is due is kept in the database: a restart neither repeats nor forgets it. One that throws is
 *  tried again sooner (1 s, doubling to 5 min) than its next turn. */
export function startSchedule(options: ScheduleOptions): Schedule {
  const jobs = new Map(options.jobs.map((job) => [job.name, startJob(options, job)]));
  const find = (name: string) => {
    const job = jobs.get(name);
    if (job === undefined) throw new Error(`${options.service} has no job ${name}`);
    return job;
  };
  return {
    names: [...jobs.keys()],
    wake: (name) => find(name).wake(),
    runNow: async (name) => find(name).runNow(),
    stop: async () => {
      await Promise.all([...jobs.values()].map((job) => job.stop()));
    },
  };
}

function startJob(options: ScheduleOptions, job: Job): Loop & { runNow(): Promise<void> } {
  const { db, replica: holder, now, log } = options;
  const parts: JobParts = { ...options, job, leaseName: `job ${job.name}`, leaseMs: job.leaseMs ?? LEASE_MS };
  const { leaseName: name, leaseMs: ttlMs } = parts;
  let isWoken = false;
  let isStopped = false;

  const pass = async (): Promise<number> => {
    const isUrgent = isWoken;
    isWoken = false;
    const lease = await takeLease(db, { name, holder, ttlMs, isUrgent, ...(isUrgent ? {} : { dueBy: now() }) });
    if (lease === undefined) return Math.min(job.everyMs, LONGEST_WAIT_MS);
    const { error, isWanted, dueAt } = await runHeld(parts, lease);
    if (error !== undefined) log.error({ job: job.name, cause: error }, "A job failed");
    isWoken ||= isWanted;
    return isWoken ? 0 : Math.max(1, Math.min(dueAt.getTime() - now().getTime() + 1, LONGEST_WAIT_MS));
  };
  const passOrAgain = async () => {
    const wasWoken = isWoken;
    return pass().catch((cause: unknown) => {
      isWoken ||= wasWoken;
      throw cause;
    });
  };
  const loop = startLoop({ name: `job ${options.service} ${job.name}`, log, pass: passOrAgain });

  return {
    wake: () => {
      isWoken = true;
      loop.wake();
    },
    runNow: async () => {
      const limitAtMs = performance.now() + ttlMs + 1_000;
      let lease = await takeLease(db, { name, holder, ttlMs });
      while (lease === undefined) {
        if (isStopped || performance.now() > limitAtMs) throw new Error(`Job ${job.name} could not be begun.`);
        await pause(10);
        lease = await takeLease(db, { name, holder, ttlMs });
      }
      const { error } = await runHeld(parts, lease);
      if (error !== undefined) throw error;
    },
    stop: async () => {
      isStopped = true;
      await loop.stop();
    },
  };
}

async function runHeld(
  parts: JobParts,
  lease: Lease,
): Promise<{ readonly error: unknown; readonly isWanted: boolean; readonly dueAt: Date }> {
  const { job, db, now } = parts;
  const startedAt = now();
  const startedMs = performance.now();
  let error: unknown;
  try {
    await job.run(parts.context(parts.leaseMs));
  } catch (thrown) {
    error = thrown ?? new Error(`Job ${job.name} threw nothing`);
  }
  measure(parts, startedMs, error === undefined);
  const failures = error === undefined ? 0 : lease.failures + 1;
  const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
  const waitMs = error === undefined ? job.everyMs : Math.min(job.everyMs, retryMs);
  const dueAt = new Date(startedAt.getTime() + waitMs);
  return { error, dueAt, isWanted: await endLease(db, lease, { dueAt, failures }) };
}

function measure({ metrics, service, job }: JobParts, startedMs: number, isOk: boolean): void {
  if (metrics === undefined) return;
  metrics.jobs.of(service, job.name, isOk ? "ok" : "failed").record((performance.now() - startedMs) / 1_000);
  if (isOk) metrics.jobSuccesses.of(service, job.name).value = Math.round(Date.now() / 1_000);
}
