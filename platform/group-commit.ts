import type { Queryable, TransactionOptions, Tx } from "./database.ts";
import type { Statement } from "./sql.ts";

/** Between the beginnings of two groups while there are several at a time, so that more of them share a commit. */
const GAP_MS = 5;
/** The next begins at the latest so long after one that is stuck: a write by itself, which may wait for a row, or a group. */
const STUCK_MS = { alone: 50, group: 1_000 } as const;
/** Longest wait of a group for a row lock: who has to wait longer does so alone. */
const LOCK_TIMEOUT_MS = 200;
const MEMBERS_AT_MOST = 64;

/** Short writes that commit together under load. Each is a transaction of its own to its caller. */
export type GroupCommit = Queryable & {
  /** As `Database.transaction`; `work` may run a second time, by itself. */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
};

type Member = {
  /** Its part of a group's transaction. */
  readonly join: (tx: Tx) => Promise<unknown>;
  /** A statement needs no answer before the next is sent; a transaction runs to its end before the next begins. */
  readonly isStatement: boolean;
  readonly alone: () => Promise<unknown>;
  readonly resolve: (result: any) => void;
  readonly reject: (reason: unknown) => void;
};

export type GroupCommitParts = {
  readonly direct: Queryable;
  transaction<Result>(work: (tx: Tx) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /** As `transaction`, but a deadlock is the caller's to deal with. */
  once<Result>(work: (tx: Tx) => Promise<Result>, options: TransactionOptions): Promise<Result>;
  /** Claims that a transaction that failed so left nothing. */
  isUndone(error: unknown): boolean;
  /** Throws when more calls wait than may. */
  refuseWhenFull(waiting: number): void;
};

/** Runs a write at once when no other is under way; those that come meanwhile are then written one after the other in one
 *  transaction, so that they share its commit, and as long as several come at a time they are gathered for 5 ms. When one of
 *  them fails, the transaction is rolled back and each runs by itself: nobody fails for another's sake. When nobody knows
 *  whether the commit happened, all are told so. */
export function groupCommit(parts: GroupCommitParts): GroupCommit {
  const { direct, transaction } = parts;
  const waiting: Member[] = [];
  let isBusy = false;
  let last = { size: 0, beganMs: 0 };

  const begin = () => {
    const group = waiting.splice(0, MEMBERS_AT_MOST);
    last = { size: group.length, beganMs: performance.now() };
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      isBusy = waiting.length > 0;
      if (isBusy) beginSoon();
    };
    const timer = setTimeout(end, group.length === 1 ? STUCK_MS.alone : STUCK_MS.group);
    void run(group, parts).finally(end);
  };
  const beginSoon = () => {
    const gapMs = last.size > 1 ? last.beganMs + GAP_MS - performance.now() : 0;
    if (gapMs > 0) setTimeout(begin, gapMs);
    else setImmediate(begin); // with those of the same turn
  };
  const submit = async <Result>(member: Pick<Member, "join" | "alone" | "isStatement">): Promise<Result> => {
    parts.refuseWhenFull(waiting.length);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ ...member, resolve, reject });
    if (!isBusy) beginSoon();
    isBusy = true;
    return promise;
  };
  const statement = <Result>(ask: (on: Queryable) => Promise<Result>): Promise<Result> =>
    submit({ isStatement: true, join: ask, alone: () => ask(direct) });
  return {
    rows: <Row>(one: Statement<Row>) => statement((on) => on.rows(one)),
    find: <Row>(one: Statement<Row>) => statement((on) => on.find(one)),
    get: <Row>(one: Statement<Row>) => statement((on) => on.get(one)),
    run: (one) => statement((on) => on.run(one)),
    transaction: (work) => submit({ isStatement: false, join: work, alone: () => transaction(work) }),
  };
}

async function run(group: readonly Member[], { once, isUndone }: GroupCommitParts): Promise<void> {
  if (group.length === 1) return settle(group[0]!);
  let isCommitted = false;
  const together = async (tx: Tx) => {
    tx.afterCommit(() => (isCommitted = true));
    return joinAll(group, tx);
  };
  try {
    const results = await once(together, { lockTimeoutMs: LOCK_TIMEOUT_MS });
    for (const [index, { resolve }] of group.entries()) resolve(results[index]);
  } catch (error) {
    // Once more could be once too often.
    if (isCommitted || !isUndone(error)) for (const { reject } of group) reject(error);
    else for (const member of group) void settle(member);
  }
}

async function joinAll(group: readonly Member[], tx: Tx): Promise<unknown[]> {
  const results: Promise<unknown>[] = [];
  for (const { join, isStatement } of group) {
    const result = join(tx);
    results.push(result);
    if (isStatement) result.catch(() => {}); // told by the end, also when a later one fails before
    else await result;
  }
  return Promise.all(results);
}

function settle({ alone, resolve, reject }: Member): Promise<void> {
  return alone().then(resolve, reject);
}
