import { writeFileSync } from "node:fs";
import pg from "pg";

/** One statement as the shop sent it. */
export type Recorded = {
  readonly database: string;
  /** Statements of one connection between its begin and its commit have the same number; undefined: it commits by itself. */
  readonly transaction: number | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
};

// Loaded with --import before the shop: notes every statement between two signals, then writes them to the file named.
const file = process.env["BENCH_RECORD_TO"]; // oxlint-disable-line node/no-process-env -- it is no part of the shop
let recorded: Recorded[] | undefined;
let transactions = 0;
const open = new WeakMap<pg.Client, number>();

const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function record(this: pg.Client, ...args: unknown[]): never {
  note(this, args[0]);
  return query.apply(this, args) as never;
} as typeof pg.Client.prototype.query;

function note(client: pg.Client, asked: unknown): void {
  const { text, values = [] } = (typeof asked === "string" ? { text: asked } : asked) as pg.QueryConfig;
  if (text.startsWith("begin")) open.set(client, (transactions += 1));
  recorded?.push({ database: client.database!, transaction: open.get(client), text, values });
  if (text === "commit" || text === "rollback") open.delete(client);
}

process.on("SIGUSR2", () => {
  if (recorded !== undefined) writeFileSync(file!, JSON.stringify(recorded));
  recorded = recorded === undefined ? [] : undefined;
});
