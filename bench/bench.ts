import type { Goods } from "./goods.ts";
import type { AskedInside } from "./inside/inside.ts";
import type { SqlData } from "./limits/checkout-flow-sql.ts";
import type { Load } from "./load/drive.ts";
import type { Generator } from "./load/start-generator.ts";
import type { Bar, Sample } from "./sample.ts";
import type { Stage } from "./stage.ts";

export type Shop = { readonly stage: Stage; readonly goods: Goods };

/** What the rows have at hand. */
export type Bench = {
  readonly stage: Stage;
  readonly goods: Goods;
  readonly generator: Generator;
  /** One more, for a load beside another. */
  second(): Promise<Generator>;
  /** How many at once, one after the other; the last has the most. */
  readonly connections: readonly number[];
  /** Seconds of one measurement, after a warm-up of a fifth of it. */
  readonly seconds: number;
  /** The address of bare Fastify, which answers what the shop answered at `goods.details`, `goods.lists` and `goods.pages`. */
  bareUrl(): Promise<string>;
  /** The shop once more, remembering nothing; its goods have other ids. */
  uncached(): Promise<Shop>;
  /** The shop as one process, beside a fleet. */
  oneProcess(): Promise<Shop>;
  /** A new shop of one process with these settings, each time; whoever asked stops it, or else the end of the bench does. */
  another(settings: Readonly<Record<string, string>>): Promise<Shop>;
  /** Asks the process that measures services from within. */
  inside(asked: AskedInside): Promise<Sample>;
  /** Resident memory of the shop after its start. */
  readonly idleMib: number;
  /** Databases of the SQL limit. */
  sql(): Promise<SqlData>;
};

export type Row = {
  readonly name: string;
  readonly what: string;
  /** Of the main number, `at1`, `at16`, `at64` or `value`. */
  readonly unit: string;
  /** What the limit is; the ratio to it is `ratio`. */
  readonly limit?: string;
  /** One round. */
  measure(bench: Bench): Promise<Sample>;
  bars(sample: Sample): readonly Bar[];
};

export const CONNECTIONS = [1, 16, 64] as const;

export function loadOf(bench: Pick<Bench, "seconds">, connections: number): Load {
  return { connections, warmUpMs: bench.seconds * 200, durationMs: bench.seconds * 1_000 };
}
