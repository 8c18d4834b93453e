/** What one round of a row measured, by name: plain numbers, so that the median of rounds is taken number by number. */
export type Sample = Readonly<Record<string, number>>;

export type Bar = {
  readonly what: string;
  readonly unit: string;
  readonly kind: "at least" | "at most";
  readonly bar: number;
  readonly measured: number;
  /** A ratio decides; an absolute number is a target that goes with the machine. */
  readonly isDeciding: boolean;
};

export function passes({ kind, bar, measured }: Bar): boolean {
  return kind === "at least" ? measured >= bar : measured <= bar;
}

/** The middle one; of an even count the mean of the two in the middle. Not a number of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return sorted.length === 0 ? Number.NaN : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Number by number; one that was measured in some rounds only counts where it was. */
export function medianOf(samples: readonly Sample[]): Sample {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];
  const valuesOf = (name: string) => samples.map((sample) => sample[name]).filter((value) => value !== undefined);
  return Object.fromEntries(names.map((name) => [name, median(valuesOf(name))]));
}
