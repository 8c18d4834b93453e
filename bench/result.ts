import type { Bar, Sample } from "./sample.ts";

/** What a run found, as it is kept in `bench/results/`. Fields are only added; anything else is a new `schema`. */
export type Result = {
  readonly schema: 1;
  readonly mode: "process" | "fleet" | "growth";
  /** RFC 3339. */
  readonly at: string;
  readonly commit: string;
  /** Claims that files differed from the commit. */
  readonly isDirty: boolean;
  readonly machine: Machine;
  /** Settings of PostgreSQL that a crash depends on, as the server told them. */
  readonly durability: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly seconds: number;
  readonly rows: readonly RowResult[];
};

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly node: string;
  readonly postgres: string;
};

export type RowResult = {
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  readonly limit?: string;
  /** Medians of the rounds, number by number. */
  readonly numbers: Sample;
  readonly bars: readonly Bar[];
  /** What went wrong; then there are no numbers of that round. */
  readonly fault?: string;
};

/** The number that a row is about: its peak over the connections, or its only value. */
export function mainNumber({ numbers }: RowResult): number | undefined {
  return numbers["peak"] ?? numbers["value"];
}
