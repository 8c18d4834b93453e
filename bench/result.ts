/** What a run of the bench found; written as JSON. */
export type Result = {
  readonly version: 1;
  readonly date: string;
  readonly commit: string;
  readonly isDirty: boolean;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  readonly durability: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly secondsPerPhase: number;
  readonly rows: readonly Row[];
};

export type Row = {
  readonly name: string;
  readonly what: string;
  /** `per second`, `ms`, `MB`, `commits`. */
  readonly unit: string;
  /** Median of the rounds, by the number of connections; "" for what has none. */
  readonly measured: Readonly<Record<string, number>>;
  /** Of the same work with nothing else around it, in the same rounds. */
  readonly limit?: { readonly what: string; readonly measured: Readonly<Record<string, number>> };
  /** Of one request, at 60 % of the peak, from when it was due; milliseconds. */
  readonly p99Ms?: number;
  readonly bar?: Bar;
};

/** `atLeastRatio` to the limit decides; others are in the row's unit. All at the largest number of connections. */
export type Bar =
  | { readonly kind: "atLeastRatio"; readonly value: number }
  | { readonly kind: "atLeast"; readonly value: number }
  | { readonly kind: "atMost"; readonly value: number };

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What was measured with the most connections. */
export function peakOf(measured: Readonly<Record<string, number>>): number {
  return Object.entries(measured).toSorted(([a], [b]) => Number(b) - Number(a))[0]![1];
}

/** Measured ÷ limit, with the most connections. */
export function ratioOf(row: Row): number | undefined {
  return row.limit === undefined ? undefined : peakOf(row.measured) / peakOf(row.limit.measured);
}

/** Claims that the row reaches its bar; undefined where it has none. */
export function isReached(row: Row): boolean | undefined {
  const { bar } = row;
  if (bar === undefined) return undefined;
  if (bar.kind === "atLeastRatio") return ratioOf(row)! >= bar.value;
  return bar.kind === "atLeast" ? peakOf(row.measured) >= bar.value : peakOf(row.measured) <= bar.value;
}

/** How the rows of a run compare with those of an earlier one: by their ratio to the limit where there is one, because the machine
 *  may have been slower. Above 1 is better. */
export function compare(now: Result, before: Result): readonly { readonly name: string; readonly factor: number }[] {
  return now.rows.flatMap((row) => {
    const old = before.rows.find(({ name }) => name === row.name);
    if (old === undefined) return [];
    const [ratio, oldRatio] = [ratioOf(row), ratioOf(old)];
    const plain = peakOf(row.measured) / peakOf(old.measured);
    const isLessBetter = row.unit !== "per second";
    const factor = ratio !== undefined && oldRatio !== undefined ? ratio / oldRatio : isLessBetter ? 1 / plain : plain;
    return [{ name: row.name, factor }];
  });
}

/** Values per bucket of one histogram of Prometheus, all its series together: upper bound → how many up to it. */
export function bucketsOf(metrics: string, name: string): ReadonlyMap<number, number> {
  const buckets = new Map<number, number>();
  for (const [, bound = "", count = ""] of metrics.matchAll(
    new RegExp(`^${name}_bucket\\{.*le="([^"]+)"\\} (\\S+)$`, "gm"),
  )) {
    const upTo = bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound);
    buckets.set(upTo, (buckets.get(upTo) ?? 0) + Number(count));
  }
  return buckets;
}

/** The value that `part` of what came between the two is below, as Prometheus' histogram_quantile does: linear inside its bucket. */
export function quantileBetween(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  part: number,
): number {
  const grown = [...after].map(([bound, count]) => ({ bound, count: count - (before.get(bound) ?? 0) }));
  const sorted = grown.toSorted((a, b) => a.bound - b.bound);
  const wanted = (sorted.at(-1)?.count ?? 0) * part;
  let [from, sofar] = [0, 0];
  for (const { bound, count } of sorted) {
    if (count >= wanted && count > sofar)
      return bound === Number.POSITIVE_INFINITY ? from : from + ((bound - from) * (wanted - sofar)) / (count - sofar);
    [from, sofar] = [bound, count];
  }
  return 0;
}
