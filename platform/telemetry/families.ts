import { Histogram } from "./histogram.ts";
import type { Metric } from "./metric-table.ts";

/** A value with the values of its metric's labels, in their order. */
export type Sample = { readonly labels: readonly string[]; readonly value: number };

/** Values of one metric, by their labels. */
class Family<Value> {
  readonly metric: Metric;
  readonly #make: () => Value;
  readonly #values = new Map<string, { readonly labels: readonly string[]; readonly value: Value }>();

  constructor(metric: Metric, make: () => Value) {
    this.metric = metric;
    this.#make = make;
  }

  /** Keep what it answers where speed matters. */
  of(...labels: readonly string[]): Value {
    const key = labels.join("\n");
    let entry = this.#values.get(key);
    if (entry === undefined) this.#values.set(key, (entry = { labels, value: this.#make() }));
    return entry.value;
  }

  entries() {
    return [...this.#values.values()];
  }
}

export class HistogramFamily extends Family<Histogram> {
  constructor(metric: Metric, bounds: readonly number[]) {
    super(metric, () => new Histogram(bounds));
  }

  text(): string {
    const { name, labels: names } = this.metric;
    const lines = this.entries().flatMap(({ labels, value }) => {
      const told = labelText(names, labels);
      const inside = told === "" ? "" : `${told},`;
      let sofar = 0;
      const buckets = [...value.counts].map((count, index) => {
        sofar += count;
        return `${name}_bucket{${inside}le="${value.bounds[index] ?? "+Inf"}"} ${sofar}`;
      });
      return [...buckets, `${name}_sum{${told}} ${value.sum}`, `${name}_count{${told}} ${sofar}`];
    });
    return block(this.metric, lines);
  }
}

/** Counters, and gauges that are set where something happens. */
export class NumberFamily extends Family<{ value: number }> {
  constructor(metric: Metric) {
    super(metric, () => ({ value: 0 }));
  }

  add(...labels: readonly string[]): void {
    this.of(...labels).value += 1;
  }

  text(): string {
    return samplesText(
      this.metric,
      this.entries().map(({ labels, value }) => ({ labels, value: value.value })),
    );
  }
}

/** A metric in the text format of Prometheus; its head also when it has no sample. */
export function samplesText(metric: Metric, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const told = labelText(metric.labels, labels);
    return `${metric.name}${told === "" ? "" : `{${told}}`} ${value}`;
  });
  return block(metric, lines);
}

function block({ name, kind, help }: Metric, lines: readonly string[]): string {
  return [
    `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
    `# TYPE ${name} ${kind}`,
    ...lines,
    "",
  ].join("\n");
}

function labelText(names: readonly string[], values: readonly string[]): string {
  const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return names.map((name, index) => `${name}="${escaped(values[index] ?? "")}"`).join(",");
}
