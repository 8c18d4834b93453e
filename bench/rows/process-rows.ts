import type { Row } from "../bench.ts";
import { readMetrics } from "../metrics.ts";
import { residentMib } from "../observe.ts";

/** What the first round finds stays true in the later ones: a start is measured once, memory grows with the load. */
export const processRows: readonly Row[] = [
  {
    name: "start-up",
    what: "from the command to an answer: with the data there already, and the very first with the demo goods",
    unit: "ms",
    measure: async ({ stage }) => ({ value: stage.startUpMs.again, first: stage.startUpMs.first }),
    bars: () => [],
  },
  {
    name: "memory",
    what: "resident memory of the shop after the rows before, beside PostgreSQL",
    unit: "MiB",
    measure: async ({ stage, idleMib }) => ({ value: residentMib(await readMetrics(stage.desks)), idle: idleMib }),
    bars: ({ value }) => [
      { what: "resident memory", unit: "MiB", kind: "at most", bar: 250, measured: value!, isDeciding: false },
    ],
  },
];
