import type { Database, Queryable, Tx } from "../database.ts";
import type { Statement } from "../sql.ts";
import type { Spans } from "./spans.ts";

type Traced = { readonly spans: Spans; readonly service: string; readonly parent: string };

/** The same database, with a span for every statement and transaction. A statement is named by its verb and first table; its values are
 *  never recorded. */
export function tracedDatabase(db: Database, traced: Traced): Database {
  return {
    ...tracedStatements(db, traced),
    url: db.url,
    usage: () => db.usage(),
    close: () => db.close(),
    transaction: (work, options) => tracedTransaction(traced, work, (inside) => db.transaction(inside, options)),
    groupCommit: {
      ...tracedStatements(db.groupCommit, traced),
      transaction: (work) => tracedTransaction(traced, work, (inside) => db.groupCommit.transaction(inside)),
    },
  };
}

type Work<Result> = (tx: Tx) => Promise<Result>;

function tracedTransaction<Result>(
  traced: Traced,
  work: Work<Result>,
  begin: (inside: Work<Result>) => Promise<Result>,
): Promise<Result> {
  const span = traced.spans.start({ ...spanOf(traced), name: "transaction" });
  const inside = { ...traced, parent: span.traceparent };
  return ended(
    span,
    begin((tx) => work({ ...tx, ...tracedStatements(tx, inside) })),
  );
}

function tracedStatements(inner: Queryable, traced: Traced): Queryable {
  const around = <Result>(statement: Statement<any>, ask: () => Promise<Result>) => {
    const { summary, verb, table } = shapeOf(statement);
    const attributes = { "db.operation.name": verb, ...(table === "" ? {} : { "db.collection.name": table }) };
    return ended(traced.spans.start(spanOf(traced, { name: summary, attributes })), ask());
  };
  return {
    rows: (statement) => around(statement, () => inner.rows(statement)),
    find: (statement) => around(statement, () => inner.find(statement)),
    get: (statement) => around(statement, () => inner.get(statement)),
    run: (statement) => around(statement, () => inner.run(statement)),
  };
}

function spanOf(traced: Traced, { name = "", attributes = {} }: { name?: string; attributes?: object } = {}) {
  const { service, parent } = traced;
  const told = { "db.system.name": "postgresql", "db.namespace": service, ...attributes };
  return { service, parent, name, kind: "CLIENT", attributes: told } as const;
}

async function ended<Result>(span: ReturnType<Spans["start"]>, work: Promise<Result>): Promise<Result> {
  try {
    const result = await work;
    span.end();
    return result;
  } catch (error) {
    span.endThrown(error);
    throw error;
  }
}

type Shape = { readonly summary: string; readonly verb: string; readonly table: string };
const shapes = new Map<string, Shape>();

/** `INSERT orders` of a statement's text. */
function shapeOf({ name, text }: Statement<any>): Shape {
  let shape = shapes.get(name);
  if (shape === undefined) shapes.set(name, (shape = readShape(text)));
  return shape;
}

const WORDS = /\b(insert\s+into|update|delete\s+from|select)\b/i;
const TABLE = /\b(?:insert\s+into|update|delete\s+from|from|join)\s+(?!\()(?:only\s+)?"?([a-z_]\w*)/i;

/** Statements that write count as writes, also where they begin with a query. Pure. */
export function readShape(text: string): Shape {
  const bare = text.replaceAll(/for\s+(no\s+key\s+)?update/gi, "").replaceAll(/do\s+update/gi, "");
  const write = /\b(insert\s+into|update|delete\s+from)\s+"?([a-z_]\w*)/i.exec(bare);
  const verb = (write?.[1] ?? WORDS.exec(bare)?.[1] ?? "other").split(/\s/)[0]!.toUpperCase();
  const table = write?.[2] ?? TABLE.exec(bare)?.[1] ?? "";
  return { summary: table === "" ? verb : `${verb} ${table}`, verb, table };
}
