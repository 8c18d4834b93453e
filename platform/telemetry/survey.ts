import { listResults, type Measured } from "../audit/store.ts";
import type { Backlog } from "../consume.ts";
import type { Database } from "../database.ts";
import type { Gauge, GaugeSample } from "../gauges.ts";
import type { CacheStats } from "../memory-cache.ts";
import { measureOutbox, type OutboxMeasure } from "../outbox-store.ts";
import type { RunningService, Runtime } from "../runtime.ts";
import { sql } from "../sql.ts";
import { within } from "../within.ts";

/** How one service is now. What its database did not tell in time is undefined. */
export type ServiceSurvey = {
  readonly service: string;
  readonly pool: ReturnType<Database["usage"]>;
  readonly cache: CacheStats;
  /** Undefined for a service without a database. */
  readonly isUp: boolean | undefined;
  /** Questions that were not answered in time, or not asked any more. */
  readonly unanswered: number;
  readonly backlog: Backlog | undefined;
  readonly outbox: OutboxMeasure | undefined;
  readonly audits: readonly Measured[];
  readonly gauges: readonly { readonly gauge: Gauge; readonly samples: readonly GaugeSample[] }[];
};

export type Survey = {
  readonly services: readonly ServiceSurvey[];
  readonly bus: readonly Measured[];
  readonly tookMs: number;
};

const PATIENCE_MS = 2_000;

/** Asks every service of this process how it is. Whoever asks while that is under way gets the same answer. */
export function surveyor(runtime: Runtime): () => Promise<Survey> {
  let underWay: Promise<Survey> | undefined;
  return () => (underWay ??= surveyAll(runtime).finally(() => (underWay = undefined)));
}

async function surveyAll(runtime: Runtime): Promise<Survey> {
  const startedMs = performance.now();
  const audited = runtime.bus.audited;
  const [services, bus] = await Promise.all([
    Promise.all([...runtime.services.values()].map((running) => surveyOne(runtime, running))),
    audited === undefined ? [] : within(PATIENCE_MS, listResults(audited.db)),
  ]);
  return { services, bus: bus ?? [], tookMs: performance.now() - startedMs };
}

/** One question after the other; the first that is not answered in time is the last. */
async function surveyOne(runtime: Runtime, running: RunningService): Promise<ServiceSurvey> {
  const { service, db, cache, consumer, relay } = running;
  const { name } = service;
  const base = {
    service: name,
    pool: db.usage(),
    cache: cache.stats(),
    isUp: db.url === "" ? undefined : false,
    unanswered: 0,
  };
  let found: ServiceSurvey = { ...base, backlog: undefined, outbox: undefined, audits: [], gauges: [] };
  if (db.url === "") return found;
  const deadlineAtMs = Date.now() + PATIENCE_MS;
  const ctx = runtime.context(name, { deadlineAtMs });
  const readGauges = async () => {
    const all = (service.gauges ?? []).map(async (gauge) => ({ gauge, samples: await gauge.read(ctx) }));
    return { gauges: await Promise.all(all) };
  };
  const questions: (() => Promise<Partial<ServiceSurvey>>)[] = [
    async () => ({ isUp: (await db.run(sql`select 1`)) === 1 }),
    async () => (consumer === undefined ? {} : { backlog: await consumer.backlog() }),
    async () => (relay === undefined ? {} : { outbox: await measureOutbox(db) }),
    async () => ((service.audits ?? []).length === 0 ? {} : { audits: await listResults(db) }),
    readGauges,
  ];
  for (const [index, ask] of questions.entries()) {
    const told = await within(Math.max(1, deadlineAtMs - Date.now()), ask());
    if (told === undefined) return { ...found, unanswered: questions.length - index };
    found = { ...found, ...told };
  }
  return found;
}
