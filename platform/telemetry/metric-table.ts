/** One metric as it is declared: documented in docs/metrics.md and served at /metrics. */
export type Metric = {
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
  /** One sentence; the unit is the name's last word. */
  readonly help: string;
};

function metric<const Labels extends readonly string[]>(
  kind: Metric["kind"],
  name: string,
  labels: Labels,
  help: string,
): Metric & { readonly labels: Labels } {
  return { kind, name, labels, help };
}

/** Every metric of the platform; services declare their own gauges. `service` is the service that measures. */
export const metricTable = {
  operationDuration: metric(
    "histogram",
    "tradepost_operation_duration_seconds",
    ["service", "operation", "outcome"],
    "Operations that ran in this process; outcome: ok, refusal (an expected answer), fault.",
  ),
  requestDuration: metric(
    "histogram",
    "http_server_request_duration_seconds",
    ["method", "route", "status"],
    "Requests at the public edge until the answer was ready; status: 2xx, 3xx, 4xx, 5xx.",
  ),
  eventDelay: metric(
    "histogram",
    "tradepost_event_delay_seconds",
    ["service", "type"],
    "From the publishing of an event to the beginning of its handler here, repeats included.",
  ),
  eventsHandled: metric(
    "counter",
    "tradepost_events_handled_total",
    ["service", "type", "outcome"],
    "Events that were handled; outcome: ok, failed (it is tried again).",
  ),
  eventLag: metric("gauge", "tradepost_event_lag", ["service"], "Events that the group has not handled."),
  parkedEvents: metric("gauge", "tradepost_parked_events", ["service"], "Events that failed and wait for another try."),
  deadLetters: metric("gauge", "tradepost_dead_letters", ["service"], "Events that were given up."),
  outboxEvents: metric(
    "gauge",
    "tradepost_outbox_events",
    ["service"],
    "Events on their way to the bus, 10,000 at most.",
  ),
  outboxAge: metric(
    "gauge",
    "tradepost_outbox_age_seconds",
    ["service"],
    "Age of the oldest event on its way to the bus.",
  ),
  jobDuration: metric(
    "histogram",
    "tradepost_job_duration_seconds",
    ["service", "job", "outcome"],
    "Runs of jobs in this process; outcome: ok, failed.",
  ),
  jobLastSuccess: metric(
    "gauge",
    "tradepost_job_last_success_timestamp_seconds",
    ["service", "job"],
    "When a run of the job last ended well in this process.",
  ),
  databaseUp: metric(
    "gauge",
    "tradepost_database_up",
    ["service"],
    "1 when the database answered this scrape in time.",
  ),
  databaseConnections: metric(
    "gauge",
    "tradepost_database_connections",
    ["service", "state"],
    "Connections of the pool; state: busy, idle; waiting: calls that wait for one.",
  ),
  cacheHits: metric(
    "counter",
    "tradepost_cache_hits_total",
    ["service"],
    "Reads that the cache of this process answered.",
  ),
  cacheMisses: metric("counter", "tradepost_cache_misses_total", ["service"], "Reads that it did not."),
  cacheEntries: metric("gauge", "tradepost_cache_entries", ["service"], "Entries in the cache of this process."),
  remoteRetries: metric(
    "counter",
    "tradepost_remote_retries_total",
    ["remote"],
    "Calls to another process that were sent once more.",
  ),
  remoteAddresses: metric(
    "gauge",
    "tradepost_remote_addresses",
    ["remote", "state"],
    "Addresses of another service; state: usable, resting (left alone after failures).",
  ),
  auditFindings: metric(
    "gauge",
    "tradepost_audit_findings",
    ["service", "audit"],
    "What the last run of the audit found.",
  ),
  auditLastRun: metric(
    "gauge",
    "tradepost_audit_last_run_timestamp_seconds",
    ["service", "audit"],
    "When the audit last ran, on any replica.",
  ),
  auditDuration: metric("gauge", "tradepost_audit_duration_seconds", ["service", "audit"], "How long that run took."),
  scrapeUnanswered: metric(
    "gauge",
    "tradepost_scrape_unanswered",
    ["service"],
    "Questions of this scrape that the database did not answer in time: what they are about is missing.",
  ),
  scrapeDuration: metric("gauge", "tradepost_scrape_duration_seconds", [], "How long it took to put this together."),
} as const;
