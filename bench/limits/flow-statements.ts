import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { newId } from "#kernel/id";
import type { Act } from "../load/drive.ts";
import type { Recorded } from "./record-statements.ts";

/** The statements of one purchase, in the order in which the shop sent them, without what it asks for other reasons: the bus, leases,
 *  polls. Written by `npm run bench -- --record`, from a purchase of `RECORDED_SKUS`. */
export const FLOW_FILE = join(import.meta.dirname, "checkout-flow.json");

export const RECORDED_SKUS = ["22725", "85123A"] as const;

const NOT_OF_THE_FLOW =
  /\blease\b|set lease_token = \$1,|parked_key|select exists|look_count \+ 1|try_count \+ 1|nudges \+ 1|where due_at|next_attempt_at = \$1 where id in|delete from card_token/;

/** What of all that the shop sent during one purchase belongs to it. */
export function flowOf(recorded: readonly Recorded[]): readonly Recorded[] {
  const plain = recorded.map((one) => ({ ...one, text: one.text.replaceAll(/\s+/g, " ").trim() }));
  const kept = plain.filter(({ database, text }) => database !== "bus" && !NOT_OF_THE_FLOW.test(text));
  const writing = new Set(kept.filter(isWriting).map(({ transaction }) => transaction));
  return kept.filter(({ transaction }) => transaction === undefined || writing.has(transaction));
}

function isWriting({ text }: Recorded): boolean {
  return /^(insert|update|delete|with)\b/.test(text);
}

/** Commits that write something: of all of the flow, and those that come before the shopper's answer. */
export function commitsOfFlow(): { readonly all: number; readonly beforeAnswer: number } {
  const flow = readFlow();
  const confirmed = flow.find(({ values }) => JSON.stringify(values).includes("orders.OrderConfirmed.v1"))!.transaction;
  const last = flow.findIndex(({ text, transaction }) => text === "commit" && transaction === confirmed);
  return { all: commitsOf(flow), beforeAnswer: commitsOf(flow.slice(0, last + 1)) };
}

function commitsOf(flow: readonly Recorded[]): number {
  const alone = flow.filter((one) => one.transaction === undefined && isWriting(one)).length;
  return alone + new Set(flow.filter(({ text }) => text === "commit").map(({ transaction }) => transaction)).size;
}

function readFlow(): readonly Recorded[] {
  return JSON.parse(readFileSync(FLOW_FILE, "utf8")) as Recorded[];
}

const VARIES = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|tok_[\w-]{20,}|(?<=\\?"seq\\?":)\d+/g;

/** The values of one statement as JSON, cut where they differ from flow to flow. */
type Template = Pick<Recorded, "database" | "transaction" | "text"> & {
  readonly name: string;
  readonly pieces: readonly string[];
  readonly varying: readonly string[];
};

function templateOf(one: Recorded, index: number): Template {
  const json = JSON.stringify(one.values);
  const pattern = new RegExp(`${VARIES.source}|${RECORDED_SKUS.map((sku) => `(?<=")${sku}(?=\\\\?")`).join("|")}`, "g");
  const varying = json.match(pattern) ?? [];
  const { database, transaction, text } = one;
  return { database, transaction, text, name: `flow-${index}`, pieces: json.split(pattern), varying };
}

/** Does what one purchase asks of PostgreSQL, over pools of connections as large as the shop's, with values of its own. */
export class FlowStatements {
  readonly #steps: readonly (readonly Template[])[];
  readonly #pools: ReadonlyMap<string, pg.Pool>;
  readonly #skus: readonly string[];
  #sequence = Date.now() * 1_000;

  constructor(options: {
    urlOf: (database: string) => string;
    connectionsOf: (database: string) => number;
    /** Goods that may be bought. */
    skus: readonly string[];
  }) {
    const flow = readFlow();
    const databases = [...new Set(flow.map(({ database }) => database))];
    this.#skus = options.skus.toSorted();
    const templates = flow.map((one, index) => templateOf(one, index));
    this.#steps = stepsOf(templates);
    this.#pools = new Map(
      databases.map((database) => [
        database,
        new pg.Pool({ connectionString: options.urlOf(database), max: options.connectionsOf(database) }),
      ]),
    );
  }

  act(): Act {
    return async () => {
      const fresh = this.#freshValues();
      for (const step of this.#steps) await this.#run(step, fresh);
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.end()));
  }

  async #run(step: readonly Template[], fresh: (old: string) => string): Promise<void> {
    const pool = this.#pools.get(step[0]!.database)!;
    if (step.length === 1) return void (await pool.query(queryOf(step[0]!, fresh)));
    const client = await pool.connect();
    try {
      for (const one of step) await client.query(one.text.includes("$") ? queryOf(one, fresh) : one.text);
    } finally {
      client.release();
    }
  }

  #freshValues(): (old: string) => string {
    const known = new Map<string, string>();
    // In the same order as recorded, so that no two flows lock them crosswise.
    const at = Math.floor(Math.random() * (this.#skus.length - RECORDED_SKUS.length));
    for (const [index, sku] of RECORDED_SKUS.toSorted().entries()) known.set(sku, this.#skus[at + index]!);
    return (old) => {
      if (/^\d+$/.test(old) && !known.has(old)) return String((this.#sequence += 1));
      let value = known.get(old);
      if (value === undefined)
        known.set(old, (value = old.startsWith("tok_") ? `tok_${newId("token")}` : newId("any")));
      return value;
    };
  }
}

/** Statements of one transaction together, others alone. */
function stepsOf(templates: readonly Template[]): readonly (readonly Template[])[] {
  const steps: Template[][] = [];
  const open = new Map<number, Template[]>();
  for (const one of templates) {
    const step = one.transaction === undefined ? undefined : open.get(one.transaction);
    if (step !== undefined) step.push(one);
    else {
      const begun = [one];
      steps.push(begun);
      if (one.transaction !== undefined) open.set(one.transaction, begun);
    }
  }
  return steps;
}

function queryOf({ name, text, pieces, varying }: Template, fresh: (old: string) => string): pg.QueryConfig {
  let json = pieces[0]!;
  for (const [index, old] of varying.entries()) json += fresh(old) + pieces[index + 1]!;
  return { name, text, values: JSON.parse(json) as unknown[] };
}
