import pg from "pg";
import { refuse } from "#kernel/refusal";
import { groupCommit, type GroupCommit } from "./group-commit.ts";
import type { Statement } from "./sql.ts";

/** Something that answers statements: the database itself, or a transaction on it. */
export type Queryable = {
  rows<Row>(statement: Statement<Row>): Promise<Row[]>;
  /** The only row, or undefined. */
  find<Row>(statement: Statement<Row>): Promise<Row | undefined>;
  /** The only row; a fault when there is none. */
  get<Row>(statement: Statement<Row>): Promise<Row>;
  /** How many rows were changed; a guarded update that changed none lost a race. */
  run(statement: Statement): Promise<number>;
};

export type Tx = Queryable & {
  /** Lets the statement that `write` makes of all items given with it, in their order, be the last before the commit. */
  beforeCommit<Item>(write: (items: readonly Item[]) => Statement, item: Item): void;
  /** Runs after the commit succeeded; must not throw. */
  afterCommit(work: () => void): void;
};

export type TransactionOptions = {
  /** `relaxed` answers before the disk has it: only for what can be made again. */
  readonly durability?: "durable" | "relaxed";
  /** Longest wait for a row lock; the pool's default unless told. */
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  /** Reads only, and every statement sees the database at one moment. */
  readonly isSnapshot?: boolean;
};

export type Database = Queryable & {
  readonly url: string;
  /** Commits when `work` resolves, rolls back when it throws. Runs again (≤ 3 times) after a deadlock or a serialisation
   *  failure, so `work` must do nothing but statements. No remote call inside. */
  transaction<Result>(work: (tx: Tx) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /** For short writes that many callers do at a time. */
  readonly groupCommit: GroupCommit;
  /** Connections: in use, idle, and calls that wait for one. */
  usage(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly url: string;
  readonly applicationName: string;
  /** Connections at most. */
  readonly poolSize: number;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** Longest wait for a free connection, or for a new one. */
  readonly connectionTimeoutMs?: number;
  /** False: what goes by `groupCommit` commits by itself, too, as it does where there is no load. */
  readonly groupsCommits?: boolean | undefined;
  /** How much later than its own time-out a statement's silence means that its connection is dead. */
  readonly silenceMs?: number;
};

const INT8 = 20;
pg.types.setTypeParser(INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond what JavaScript counts exactly`);
  return value;
});

// A caller waits at most for a connection and then for one lock, which is less than the 10 s that a request has.
const CONNECTION_TIMEOUT_MS = 4_000;
const LOCK_TIMEOUT_MS = 4_000;
const STATEMENT_TIMEOUT_MS = 15_000;
/** A process that was stopped in the middle of a transaction holds its locks for so long. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const SILENCE_MS = 5_000;
/** Calls per connection that may wait for one; more are turned away at once, while the memory lasts and somebody still listens. */
const WAITING_PER_CONNECTION = 250;

/** Opens a pool of connections. bigint arrives as a safe number, timestamptz as Date, jsonb parsed, numeric as text. */
export function openDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS, silenceMs = SILENCE_MS } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    pipeline: true,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + silenceMs,
    lock_timeout: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
  });
  pool.on("error", ignoreError); // an idle connection died; the next checkout opens another
  // A connection that breaks says so more than once, also between two statements and while it is given back: without a
  // listener of its own that would end the process. The next statement tells whoever uses it.
  pool.on("connect", (client) => void client.on("error", ignoreError));
  const refuseWhenFull = (waiting: number) => {
    if (waiting < options.poolSize * WAITING_PER_CONNECTION) return;
    throw refuse.SERVICE_UNAVAILABLE({ service: "database", detail: "Too many calls wait for the database." });
  };
  const direct = queryable(async (statement) => {
    refuseWhenFull(pool.waitingCount);
    return translated(() => pool.query(asQuery(statement)));
  });
  const once: Database["transaction"] = async (work, settings = {}) => {
    refuseWhenFull(pool.waitingCount);
    return runTransaction({ pool, silenceMs }, work, settings);
  };
  const transaction: Database["transaction"] = (work, settings) => withRetry(() => once(work, settings));
  return {
    ...direct,
    url: options.url,
    transaction,
    groupCommit:
      options.groupsCommits === false
        ? { ...direct, transaction }
        : groupCommit({ direct, transaction, once, isUndone, refuseWhenFull }),
    usage: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
}

async function runTransaction<Result>(
  { pool, silenceMs }: { readonly pool: pg.Pool; readonly silenceMs: number },
  work: (tx: Tx) => Promise<Result>,
  options: TransactionOptions,
): Promise<Result> {
  const client = await translated(() => pool.connect());
  const before = new Map<(items: any) => Statement, unknown[]>();
  const after: (() => void)[] = [];
  const { statementTimeoutMs } = options;
  // A transaction with more time for its statements listens for as much longer.
  const limit = statementTimeoutMs === undefined ? {} : { query_timeout: statementTimeoutMs + silenceMs };
  const send = (statement: Statement) => translated(() => client.query({ ...asQuery(statement), ...limit }));
  const tx: Tx = {
    ...queryable(send),
    beforeCommit: (write, item) => {
      const items = before.get(write);
      if (items === undefined) before.set(write, [item]);
      else items.push(item);
    },
    afterCommit: (hook) => void after.push(hook),
  };
  let isBroken = false;
  try {
    await translated(() => client.query(beginText(options)));
    const result = await work(tx);
    // The commit need not wait for their answers: after a statement that failed it rolls back.
    const last = [...before].map(([write, items]) => send(write(items)));
    const ended = (await Promise.all([translated(() => client.query("commit")), ...last]))[0];
    // PostgreSQL answers so, without an error, when a statement had failed and `work` went on as if it had not.
    if (ended.command === "ROLLBACK")
      throw new Error("Rolled back: a statement failed and its error was not passed on");
    for (const hook of after) hook();
    return result;
  } catch (error) {
    isBroken = hasNoAnswer(error) || !(await rollBack(client));
    throw error;
  } finally {
    client.release(isBroken);
  }
}

function ignoreError(): void {}

/** Claims that a statement was cut off: its connection is of no use, and asking it again might take as long again. */
function hasNoAnswer(error: unknown): boolean {
  const cause = causeOfOutage(error);
  return cause !== undefined && sqlState(cause) === undefined;
}

/** Claims that a transaction that failed so left nothing, and that the database can be asked again at once. */
function isUndone(error: unknown): boolean {
  const cause = causeOfOutage(error);
  return cause === undefined || OUT_OF_TIME.has(sqlState(cause));
}

/** What `translated` made an outage of. */
function causeOfOutage(error: unknown): unknown {
  return refuse.SERVICE_UNAVAILABLE.is(error) ? error.cause : undefined;
}

/** Claims that a statement was given up because somebody else held a row for too long. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(causeOfOutage(error)) === LOCK_TIMED_OUT;
}

function rollBack(client: pg.PoolClient): Promise<boolean> {
  return client.query("rollback").then(
    () => true,
    () => false,
  );
}

function beginText(options: TransactionOptions): string {
  const parts = [options.isSnapshot === true ? "begin isolation level repeatable read read only" : "begin"];
  if (options.durability === "relaxed") parts.push("set local synchronous_commit = off");
  if (options.lockTimeoutMs !== undefined) parts.push(`set local lock_timeout = ${Math.trunc(options.lockTimeoutMs)}`);
  if (options.statementTimeoutMs !== undefined)
    parts.push(`set local statement_timeout = ${Math.trunc(options.statementTimeoutMs)}`);
  return parts.join("; ");
}

function queryable(send: (statement: Statement) => Promise<pg.QueryResult>): Queryable {
  const rows = async <Row>(statement: Statement<Row>) => (await send(statement)).rows as Row[];
  const find = async <Row>(statement: Statement<Row>) => (await rows(statement))[0];
  return {
    rows,
    find,
    get: async (statement) => {
      const row = await find(statement);
      if (row === undefined) throw new Error(`No row for: ${statement.text}`);
      return row;
    },
    run: async (statement) => (await send(statement)).rowCount ?? 0,
  };
}

function asQuery(statement: Statement<any>): pg.QueryConfig {
  return { name: statement.name, text: statement.text, values: statement.values as unknown[] };
}

const LOCK_TIMED_OUT = "55P03";
/** A statement waited or ran for too long; nothing else is wrong. */
const OUT_OF_TIME: ReadonlySet<string | undefined> = new Set([LOCK_TIMED_OUT, "57014"]);
const RETRIED = new Set(["40P01", "40001"]);

async function withRetry<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= 3 || !RETRIED.has(sqlState(error) ?? "")) throw error;
    }
  }
}

/** The five letters of PostgreSQL's error, when it is one: `23505` is a broken unique constraint. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The name of the broken constraint, when that is what happened. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code?.startsWith("23") ? error.constraint : undefined;
}

async function translated<Result>(attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (cause) {
    if (!isOutage(cause)) throw cause;
    const unavailable = refuse.SERVICE_UNAVAILABLE({
      service: "database",
      detail: "The database did not answer in time.",
    });
    unavailable.cause = cause;
    throw unavailable;
  }
}

/** Out of reach, shutting down, out of resources, or out of time: worth another try later. */
function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return !(error instanceof TypeError || error instanceof RangeError);
  return (
    (error as pg.DatabaseError).severity === "FATAL" || // ended the session, or let none begin
    state.startsWith("08") ||
    state.startsWith("53") ||
    state.startsWith("57") ||
    state === LOCK_TIMED_OUT ||
    state === "58030" ||
    state === "25P03"
  );
}
