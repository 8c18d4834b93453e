import { DELAYS, SECONDS, type Histogram } from "./histogram.ts";
import { HistogramFamily, NumberFamily } from "./families.ts";
import { metricTable } from "./metric-table.ts";
import { isFault } from "./spans.ts";

/** What is measured where it happens, in this process; the rest is asked for by a scrape. */
export class Metrics {
  readonly requests = new HistogramFamily(metricTable.requestDuration, SECONDS);
  readonly operations = new HistogramFamily(metricTable.operationDuration, SECONDS);
  readonly eventDelays = new HistogramFamily(metricTable.eventDelay, DELAYS);
  readonly events = new NumberFamily(metricTable.eventsHandled);
  readonly jobs = new HistogramFamily(metricTable.jobDuration, SECONDS);
  readonly jobSuccesses = new NumberFamily(metricTable.jobLastSuccess);
  readonly retries = new NumberFamily(metricTable.remoteRetries);

  /** In the text format of Prometheus. */
  text(): string {
    const { requests, operations, eventDelays, events, jobs, jobSuccesses, retries } = this;
    return [requests, operations, eventDelays, events, jobs, jobSuccesses, retries].map((one) => one.text()).join("");
  }
}

/** Measures one operation. What never happened has no series. */
export class OperationMeter {
  readonly #family: HistogramFamily;
  readonly #labels: readonly [service: string, operation: string];
  #ok: Histogram | undefined;

  constructor(metrics: Metrics, service: string, operation: string) {
    this.#family = metrics.operations;
    this.#labels = [service, operation];
  }

  ok(startedMs: number): void {
    this.#ok ??= this.#family.of(...this.#labels, "ok");
    this.#ok.record((performance.now() - startedMs) / 1_000);
  }

  thrown(startedMs: number, error: unknown): void {
    const outcome = isFault(error) ? "fault" : "refusal";
    this.#family.of(...this.#labels, outcome).record((performance.now() - startedMs) / 1_000);
  }
}
