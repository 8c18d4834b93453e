import { collectDefaultMetrics, Registry } from "prom-client";
import type { Gauge } from "../gauges.ts";
import type { Runtime } from "../runtime.ts";
import { samplesText, type Sample } from "./families.ts";
import { metricTable, type Metric } from "./metric-table.ts";
import { surveyor, type ServiceSurvey, type Survey } from "./survey.ts";

/** What prom-client knows of any Node process: memory, CPU, garbage collection, the delay of the event loop. */
let processRegistry: Registry | undefined;

/** The registry of this process, which there can be one of: its observers cannot be stopped. */
export function processMetrics(): Registry {
  if (processRegistry === undefined) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}

/** A gauge of a service as a metric: which service it is of is its first label. */
export function metricOf({ name, help, labels }: Gauge): Metric {
  return { name, help, kind: "gauge", labels: ["service", ...labels] };
}

/** Answers the whole text for Prometheus. Databases that do not answer in 2 s leave gaps, never a failure. */
export function scraper(runtime: Runtime, survey: () => Promise<Survey> = surveyor(runtime)): () => Promise<string> {
  const registry = processMetrics();
  return async () => {
    const [found, process] = await Promise.all([survey(), registry.metrics()]);
    return [
      process,
      runtime.telemetry.metrics.text(),
      surveyText(found),
      remotesText(runtime),
      gaugesText(runtime, found),
    ]
      .join("")
      .replaceAll(/\n{2,}/g, "\n");
  };
}

type Read = (one: ServiceSurvey) => number | undefined;

function surveyText({ services, bus, tookMs }: Survey): string {
  const each = (metric: Metric, read: Read) =>
    samplesText(
      metric,
      services.flatMap((one) => sampleOf([one.service], read(one))),
    );
  const connections = services.flatMap(({ service, pool, isUp }) =>
    isUp === undefined
      ? []
      : [
          { labels: [service, "busy"], value: pool.total - pool.idle },
          { labels: [service, "idle"], value: pool.idle },
          { labels: [service, "waiting"], value: pool.waiting },
        ],
  );
  const audits = [...services.map(({ service, audits: own }) => ({ service, own })), { service: "bus", own: bus }];
  const audit = (metric: Metric, read: (result: Survey["bus"][number]) => number) =>
    samplesText(
      metric,
      audits.flatMap(({ service, own }) => own.map((one) => ({ labels: [service, one.audit], value: read(one) }))),
    );
  return [
    each(metricTable.eventLag, (one) => one.backlog?.lag),
    each(metricTable.parkedEvents, (one) => one.backlog?.parkedEvents),
    each(metricTable.deadLetters, (one) => one.backlog?.deadLetters),
    each(metricTable.outboxEvents, (one) => one.outbox?.events),
    each(metricTable.outboxAge, (one) => one.outbox?.ageSeconds),
    each(metricTable.databaseUp, (one) => (one.isUp === undefined ? undefined : Number(one.isUp))),
    samplesText(metricTable.databaseConnections, connections),
    each(metricTable.cacheHits, (one) => one.cache.hits),
    each(metricTable.cacheMisses, (one) => one.cache.misses),
    each(metricTable.cacheEntries, (one) => one.cache.entries),
    audit(metricTable.auditFindings, (one) => one.count),
    audit(metricTable.auditLastRun, (one) => one.ranAt.getTime() / 1_000),
    audit(metricTable.auditDuration, (one) => one.tookMs / 1_000),
    each(metricTable.scrapeUnanswered, (one) => one.unanswered),
    samplesText(metricTable.scrapeDuration, sampleOf([], tookMs / 1_000)),
  ].join("");
}

function remotesText(runtime: Runtime): string {
  const samples = [...runtime.remotes].flatMap(([service, remote]) => {
    const { usable, resting } = remote.usage();
    return [...sampleOf([service, "usable"], usable), ...sampleOf([service, "resting"], resting)];
  });
  return samplesText(metricTable.remoteAddresses, samples);
}

function gaugesText(runtime: Runtime, { services }: Survey): string {
  const declared = [...runtime.services.values()].flatMap(({ service }) => service.gauges ?? []);
  const read = services.flatMap(({ service, gauges }) => gauges.map((one) => ({ service, ...one })));
  return declared
    .map((gauge) => {
      const own = read.filter((one) => one.gauge === gauge);
      const samples = own.flatMap(({ service, samples: told }) =>
        told.map(({ labels, value }) => ({ labels: [service, ...labels], value })),
      );
      return samplesText(metricOf(gauge), samples);
    })
    .join("");
}

function sampleOf(labels: readonly string[], value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}
