import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { Refusal, refuse } from "#kernel/refusal";
import { brokenConstraint, openDatabase, sqlState, type Database, type Tx } from "./database.ts";
import { json, sql } from "./sql.ts";
import { openDatabaseProxy } from "./testing-database-proxy.ts";
import { createTestDatabase, type TestDatabase } from "./testing-postgres.ts";

let created: TestDatabase;
let db: Database;
let admin: pg.Client;

beforeAll(async () => {
  created = await createTestDatabase(inject("postgresAdminUrl"), "database");
  admin = new pg.Client({ connectionString: inject("postgresAdminUrl") });
  await admin.connect();
  db = openDatabase({ url: created.url, applicationName: "database-test", poolSize: 6 });
  await db.run(sql`create table account (id text primary key, balance bigint not null check (balance >= 0))`);
});
afterAll(async () => {
  await db.close();
  await admin.end();
  await created.drop();
});
beforeEach(async () => {
  await db.run(sql`delete from account`);
  await db.run(sql`insert into account values ('a', 100), ('b', 100), ('c', 100)`);
});

const balanceOf = async (id: string) =>
  (await db.get(sql<{ balance: number }>`select balance from account where id = ${id}`)).balance;
const add = (tx: Tx, id: string, amount: number) =>
  tx.run(sql`update account set balance = balance + ${amount} where id = ${id}`);

/** Holds the row of `id` in an open transaction until `letGo`. */
async function hold(id: string): Promise<{ letGo(): Promise<void> }> {
  const held = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  const holding = db.transaction(async (tx) => {
    await tx.run(sql`select from account where id = ${id} for update`);
    held.resolve();
    await free.promise;
  });
  await held.promise;
  return {
    letGo: async () => {
      free.resolve();
      await holding;
    },
  };
}

describe("a statement", () => {
  test("answers rows in the types of the contract", async () => {
    const row = await db.get(sql`
      select 9007199254740991::bigint as big, 1.50::numeric as exact, '2026-11-20T12:00:00Z'::timestamptz as at,
             ${json({ a: [1] })}::jsonb as document, ${["x", "y"]}::text[] as list, null as nothing`);
    expect(row).toEqual({
      big: 9_007_199_254_740_991,
      exact: "1.50",
      at: new Date("2026-11-20T12:00:00Z"),
      document: { a: [1] },
      list: ["x", "y"],
      nothing: null,
    });
  });

  test("whose number is too large to be counted exactly is a fault, and the connection stays good", async () => {
    await expect(db.get(sql`select 9007199254740993::bigint as big`)).rejects.toThrow(RangeError);
    expect(await balanceOf("a")).toBe(100);
  });

  test("finds, or finds nothing; gets, or is a fault; counts what it changed", async () => {
    expect(await db.find(sql`select id from account where id = ${"zz"}`)).toBeUndefined();
    await expect(db.get(sql`select id from account where id = ${"zz"}`)).rejects.toThrow("No row for: select id");
    expect(await db.run(sql`update account set balance = 5 where id = any(${["a", "b", "zz"]})`)).toBe(2);
    expect(await db.rows(sql`select id from account where false`)).toEqual([]);
  });

  test("is prepared by its name once per connection, and used again with other values", async () => {
    const find = (id: string) => sql<{ balance: number }>`select balance from account where id = ${id} -- prepared`;
    const { name } = find("");
    const { before, after } = await db.transaction(async (tx) => {
      const count = () =>
        tx.rows(sql`select from pg_prepared_statements where name = ${name}`).then((rows) => rows.length);
      const before = await count();
      for (const id of ["a", "b", "c"]) await tx.get(find(id));
      const after = await tx.rows(sql`
        select statement, (generic_plans + custom_plans)::int as uses from pg_prepared_statements where name = ${name}`);
      return { before, after };
    });
    expect(before).toBe(0);
    expect(after).toEqual([{ statement: find("").text, uses: 3 }]);
  });

  test("that breaks a constraint tells which, and its values make no statement", async () => {
    const error = await db
      .run(sql`insert into account values (${"a'); drop table account; --"}, -1)`)
      .catch((caught: unknown) => caught);
    expect([sqlState(error), brokenConstraint(error)]).toEqual(["23514", "account_balance_check"]);
    const twice = await db.run(sql`insert into account values ('a', 1)`).catch((caught: unknown) => caught);
    expect([sqlState(twice), brokenConstraint(twice)]).toEqual(["23505", "account_pkey"]);
    expect([sqlState(new Error("x")), brokenConstraint(new Error("x"))]).toEqual([undefined, undefined]);
  });
});

describe("a transaction", () => {
  test("stays when its work resolves and leaves nothing when it throws", async () => {
    expect(await db.transaction(async (tx) => add(tx, "a", 5))).toBe(1);
    const failed = db.transaction(async (tx) => {
      await add(tx, "a", 50);
      throw new Error("planned");
    });
    await expect(failed).rejects.toThrow("planned");
    expect(await balanceOf("a")).toBe(105);
  });

  test("ends with one statement of all that was given for it, and tells of the commit after it", async () => {
    const told: string[] = [];
    const addAll = (amounts: readonly number[]) => {
      told.push(amounts.join());
      return sql`update account set balance = balance + ${amounts.reduce((sum, one) => sum + one, 0)} where id = 'a'`;
    };
    await db.transaction(async (tx) => {
      tx.afterCommit(() => void told.push("after"));
      tx.beforeCommit(addAll, 1);
      tx.beforeCommit(addAll, 2);
      told.push("work");
    });
    expect(told).toEqual(["work", "1,2", "after"]);
    expect(await balanceOf("a")).toBe(103);
  });

  test("tells of no commit when the last statement failed", async () => {
    let isTold = false;
    const failed = db.transaction(async (tx) => {
      tx.afterCommit(() => (isTold = true));
      await add(tx, "a", 1);
      tx.beforeCommit(() => sql`select 1 / 0`, undefined);
    });
    await expect(failed).rejects.toThrow("division by zero");
    expect([isTold, await balanceOf("a")]).toEqual([false, 100]);
  });

  test("whose failed statement was passed over is a fault, not a commit that never was", async () => {
    let isTold = false;
    const careless = db.transaction(async (tx) => {
      tx.afterCommit(() => (isTold = true));
      await add(tx, "b", 1);
      await tx.run(sql`insert into account values ('a', 1)`).catch(() => {});
    });
    await expect(careless).rejects.toThrow("Rolled back");
    expect([isTold, await balanceOf("b")]).toEqual([false, 100]);
  });

  test("that deadlocks is tried again, so that both of two crossing transfers happen", async () => {
    let attempts = 0;
    const first = new Map([
      ["a", Promise.withResolvers<void>()],
      ["b", Promise.withResolvers<void>()],
    ]);
    const transfer = (from: string, to: string) =>
      db.transaction(async (tx) => {
        attempts += 1;
        await add(tx, from, -10);
        first.get(from)!.resolve();
        await first.get(to)!.promise;
        await add(tx, to, 10);
      });
    await Promise.all([transfer("a", "b"), transfer("b", "a")]);
    // On a busy machine the one that gave way may meet the other once more.
    expect(attempts).toBeGreaterThanOrEqual(3);
    expect([await balanceOf("a"), await balanceOf("b")]).toEqual([100, 100]);
  });

  test("that cannot be put in an order with another is tried again, three times at most", async () => {
    let attempts = 0;
    const never = db.transaction(async (tx) => {
      attempts += 1;
      await tx.run(sql`set transaction isolation level serializable`);
      await tx.get(sql`select balance from account where id = 'a'`);
      await db.run(sql`update account set balance = balance + 1 where id = 'a'`);
      await add(tx, "a", 1);
    });
    await expect(never).rejects.toMatchObject({ code: "40001" });
    expect(attempts).toBe(3);
    expect(await balanceOf("a")).toBe(103);
  });

  test("is not tried again after any other failure", async () => {
    let attempts = 0;
    const failed = db.transaction(async (tx) => {
      attempts += 1;
      await tx.run(sql`insert into account values ('a', 1)`);
    });
    await expect(failed).rejects.toMatchObject({ code: "23505" });
    expect(attempts).toBe(1);
  });

  test("that waits too long for a row is refused for now", async () => {
    const { letGo } = await hold("a");
    const waiting = db.transaction((tx) => add(tx, "a", 1), { lockTimeoutMs: 20 });
    await expect(waiting).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE", status: 503 });
    await letGo();
    expect(await balanceOf("a")).toBe(100);
  });

  test("whose statement takes too long is refused for now, and its connection is good again", async () => {
    const slow = db.transaction((tx) => tx.run(sql`select pg_sleep(60)`), { statementTimeoutMs: 20 });
    const error = await slow.catch((caught: unknown) => caught);
    expect(refuse.SERVICE_UNAVAILABLE.is(error)).toBe(true);
    expect((error as Refusal).cause).toMatchObject({ code: "57014" });
    expect(await balanceOf("a")).toBe(100);
  });

  test("has limits of its own only for itself", async () => {
    const small = openDatabase({
      url: created.url,
      applicationName: "one",
      poolSize: 1,
      lockTimeoutMs: 1_234,
      statementTimeoutMs: 4_321,
    });
    const limits = (on: Pick<Tx, "get">) =>
      on.get(sql`select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`);
    const own = await small.transaction(limits, { lockTimeoutMs: 20, statementTimeoutMs: 30 });
    expect(own).toEqual({ lock: "20ms", statement: "30ms" });
    expect(await small.transaction(limits)).toEqual({ lock: "1234ms", statement: "4321ms" });
    await small.close();
  });

  test("waits for the disk unless it is relaxed, and the next one on its connection waits again", async () => {
    // The test server itself is relaxed; a real one is not.
    const url = new URL(created.url);
    url.searchParams.set("options", "-c synchronous_commit=on");
    const strict = openDatabase({ url: url.href, applicationName: "one", poolSize: 1 });
    const durability = (on: Pick<Tx, "get">) =>
      on.get(sql<{ is: string }>`select current_setting('synchronous_commit') as is`);
    expect(await strict.transaction(durability)).toEqual({ is: "on" });
    expect(await strict.transaction(durability, { durability: "relaxed" })).toEqual({ is: "off" });
    expect(await strict.transaction(durability, { durability: "durable" })).toEqual({ is: "on" });
    await strict.close();
  });
});

describe("a connection", () => {
  test("that breaks in mid-transaction refuses for now, harms no other, and leaves nothing", async () => {
    const broken = db.transaction(async (tx) => {
      await add(tx, "a", 1);
      const { pid } = await tx.get(sql<{ pid: number }>`select pg_backend_pid() as pid`);
      await admin.query("select pg_terminate_backend($1, 5000)", [pid]);
      await add(tx, "a", 1);
    });
    await expect(broken).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(await balanceOf("a")).toBe(100);
  });

  test("that breaks while nobody asks for anything is replaced by another", async () => {
    await Promise.all(["a", "b", "c"].map(balanceOf));
    await admin.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", [
      created.name,
    ]);
    await expect.poll(() => balanceOf("a").catch(() => "not yet")).toBe(100);
  });

  test("is taken and given back, whatever becomes of the work", async () => {
    const work = Array.from({ length: 30 }, async (_, index) =>
      db.transaction(async (tx) => {
        await add(tx, "a", 1);
        if (index % 3 === 0) throw new Error("planned");
      }),
    );
    await Promise.allSettled(work);
    const { total, idle, waiting } = db.usage();
    expect(total).toBeLessThanOrEqual(6);
    expect([total - idle, waiting]).toEqual([0, 0]);
    expect(await balanceOf("a")).toBe(120);
  });

  test("that nobody gives back keeps nobody waiting for long, and no more than a bounded number", async () => {
    const small = openDatabase({
      url: created.url,
      applicationName: "small",
      poolSize: 2,
      connectionTimeoutMs: 1_000,
    });
    const free = Promise.withResolvers<void>();
    const taken = [1, 2].map(() => small.transaction(() => free.promise));
    const waiting = Array.from({ length: 1_000 }, (_, index) =>
      index % 2 === 0 ? small.run(sql`select 1`) : small.transaction((tx) => tx.run(sql`select 1`)),
    );
    const told = Promise.allSettled(waiting);
    expect(small.usage()).toEqual({ total: 2, idle: 0, waiting: 500 });
    const reasons = (await told).map((one) => (one.status === "rejected" ? (one.reason as Refusal) : undefined));
    expect(new Set(reasons.map((reason) => reason?.code))).toEqual(new Set(["SERVICE_UNAVAILABLE"]));
    const details = reasons.map((reason) => String(reason?.data["detail"]));
    expect(details.filter((detail) => detail.startsWith("Too many calls"))).toHaveLength(500);
    free.resolve();
    await Promise.all(taken);
    expect(await small.run(sql`select 1`)).toBe(1);
    expect(small.usage()).toEqual({ total: 2, idle: 2, waiting: 0 });
    await small.close();
  });

  test("that falls silent without ending is given up, and another one asked", async () => {
    await using proxy = await openDatabaseProxy(created.url);
    const own = openDatabase({ url: proxy.url, applicationName: "own", poolSize: 1, silenceMs: 300 });
    const limits = { statementTimeoutMs: 200 };
    expect(await own.transaction((tx) => add(tx, "a", 1), limits)).toBe(1);
    const cut = own.transaction(async (tx) => {
      await add(tx, "a", 1);
      proxy.freeze();
      await add(tx, "a", 1);
    }, limits);
    await expect(cut).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    proxy.thaw();
    expect(await own.transaction((tx) => add(tx, "a", 1), limits)).toBe(1);
    expect(await balanceOf("a")).toBe(102);
    await own.close();
  });

  test.each([
    ["a server that is not there", (url: URL) => (url.port = "1")],
    ["a database that is not there", (url: URL) => (url.pathname = "/nothing_here")],
    ["a wrong password", (url: URL) => (url.password = "wrong")],
  ])("to %s is refused for now", async (_, change) => {
    const url = new URL(created.url);
    change(url);
    const lost = openDatabase({ url: url.href, applicationName: "lost", poolSize: 1 });
    for (const question of [() => lost.run(sql`select 1`), () => lost.transaction((tx) => tx.run(sql`select 1`))])
      await expect(question()).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE", status: 503 });
    await lost.close();
  });
});

test("a statement that is wrong is a fault, not an outage", async () => {
  await expect(db.run(sql`select from nowhere`)).rejects.not.toBeInstanceOf(Refusal);
  await expect(db.run(sql`insert into account values (${"x"}, ${"many"})`)).rejects.toMatchObject({ code: "22P02" });
});

test("a snapshot sees one moment, whatever happens meanwhile, and writes nothing", async () => {
  const seen = await db.transaction(
    async (tx) => {
      const balance = () => tx.get(sql<{ balance: number }>`select balance from account where id = 'a'`);
      const before = await balance();
      await db.run(sql`update account set balance = 7 where id = 'a'`);
      return [before.balance, (await balance()).balance];
    },
    { isSnapshot: true },
  );
  expect(seen).toEqual([100, 100]);
  await expect(db.transaction((tx) => add(tx, "a", 1), { isSnapshot: true })).rejects.toMatchObject({ code: "25006" });
});
