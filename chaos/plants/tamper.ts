import { callbackify } from "node:util";
import pg from "pg";

/** A statement on its way to PostgreSQL. */
export type Asked = {
  readonly database: string;
  /** With single spaces. */
  readonly text: string;
  readonly values: readonly unknown[];
  /** The connection; a transaction stays on one. */
  readonly connection: object;
};

/** What happens instead: nothing, and this is answered; or another statement; or it fails. Undefined: as it was. */
export type Instead =
  | { readonly rowCount: number; readonly rows?: readonly object[] }
  | {
      readonly text?: string;
      readonly values?: readonly unknown[];
      readonly answerRowCount?: number;
      readonly answerCommand?: string;
    }
  | Error
  | undefined;

type Callback = (error: NodeJS.ErrnoException | null, result?: pg.QueryResult) => void;
type Query = (config: unknown, values?: unknown, callback?: unknown) => unknown;

/** Comes between the shop and its databases, from outside: no line of the shop knows of it. */
export function tamper(how: (asked: Asked) => Instead): void {
  const prototype = pg.Client.prototype as { query: Query };
  const original = prototype.query;
  prototype.query = function query(this: pg.Client, config: unknown, values?: unknown, callback?: unknown) {
    const asked = askedOf(this, config);
    const instead = asked && how(asked);
    if (instead === undefined) return original.call(this, config, values, callback);
    return answered(run(this, original, config, instead), callback);
  };
}

function askedOf(connection: pg.Client, config: unknown): Asked | undefined {
  const statement = typeof config === "string" ? { text: config } : (config as Partial<pg.QueryConfig>);
  if (typeof statement.text !== "string") return undefined;
  const text = statement.text.replaceAll(/\s+/g, " ").trim();
  return { database: connection.database ?? "", text, values: statement.values ?? [], connection };
}

async function run(connection: pg.Client, original: Query, config: unknown, instead: Instead): Promise<pg.QueryResult> {
  if (instead instanceof Error) throw instead;
  if ("rowCount" in instead!)
    return { command: "PLANTED", oid: 0, fields: [], rows: [...(instead.rows ?? [])], rowCount: instead.rowCount };
  const { text, values, answerRowCount, answerCommand } = instead!;
  const statement = typeof config === "string" ? { text: config, values: [] } : (config as pg.QueryConfig);
  // Another text under the same name would be refused.
  const changed = {
    text: text ?? statement.text,
    values: values ?? statement.values,
    ...(text === undefined && statement.name !== undefined ? { name: statement.name } : {}),
  };
  const result = await (original.call(connection, changed) as Promise<pg.QueryResult>);
  return Object.assign(result, {
    ...(answerRowCount === undefined ? {} : { rowCount: answerRowCount }),
    ...(answerCommand === undefined ? {} : { command: answerCommand }),
  });
}

/** `pg` is asked with a callback by its pool and without by transactions. */
function answered(result: Promise<pg.QueryResult>, callback: unknown): Promise<pg.QueryResult> | undefined {
  if (typeof callback !== "function") return result;
  callbackify(() => result)(callback as Callback);
  return undefined;
}

/** Claims it of every nth call. */
export function everyNth(nth: number): () => boolean {
  let calls = 0;
  return () => ++calls % nth === 0;
}
