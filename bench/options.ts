import { parseArgs } from "node:util";

export const USAGE = `npm run bench -- [--rows detail,purchase] [--rounds 3] [--seconds 5] [--fleet] [--quick] [--publish] [--json file]
  --rows     some rows only; their names are in bench/rows/
  --fleet    every service a process of its own
  --quick    one round of one second: proves that it works, measures nothing
  --publish  writes bench/results/, the chart and the table of docs/performance.md
npm run bench -- --growth [--sizes 4000,100000,1000000] [--orders 1000000]
  the rows that may grow with the shop, at each size of the catalogue and after so many orders`;

export type Options = {
  readonly rows: readonly string[] | undefined;
  readonly rounds: number;
  readonly seconds: number;
  readonly mode: "process" | "fleet" | "growth";
  readonly publishes: boolean;
  readonly json: string | undefined;
  readonly sizes: readonly number[];
  readonly orders: number;
};

export function readOptions(given: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...given],
    options: {
      rows: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      fleet: { type: "boolean", default: false },
      growth: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      publish: { type: "boolean", default: false },
      json: { type: "string" },
      sizes: { type: "string" },
      orders: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const isOnce = values.quick || values.growth;
  return {
    rows: values.rows?.split(","),
    rounds: Number(values.rounds ?? (isOnce ? 1 : 3)),
    seconds: Number(values.seconds ?? (values.quick ? 1 : values.growth ? 3 : 5)),
    mode: values.growth ? "growth" : values.fleet ? "fleet" : "process",
    publishes: values.publish,
    json: values.json,
    sizes: (values.sizes ?? (values.quick ? "4000,20000" : "4000,100000,1000000")).split(",").map(Number),
    orders: Number(values.orders ?? (values.quick ? 20_000 : 1_000_000)),
  };
}
