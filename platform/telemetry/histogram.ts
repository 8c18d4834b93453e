/** Counts values by size: what Prometheus calls a classic histogram. A record is some 10 ns: it lies on the path of every call. */
export class Histogram {
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[];
  /** Values per bucket, not added up; the last is for what is above every bound. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  record(value: number): void {
    const { bounds, counts } = this;
    let index = 0;
    while (index < bounds.length && value > bounds[index]!) index++;
    counts[index]!++;
    this.sum += value;
  }

  get count(): number {
    return this.counts.reduce((sum, one) => sum + one, 0);
  }
}

/** Seconds: from one local call to a step that nearly ran out of time. */
export const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;
/** Seconds: an event on its way, from milliseconds to an outage of hours. */
export const DELAYS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3_600] as const;
