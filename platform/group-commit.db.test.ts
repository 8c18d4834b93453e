import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { refuse } from "#kernel/refusal";
import { openDatabase, sqlState, type Database, type Tx } from "./database.ts";
import { sql } from "./sql.ts";
import { openDatabaseProxy } from "./testing-database-proxy.ts";
import { createTestDatabase, type TestDatabase } from "./testing-postgres.ts";

let created: TestDatabase;
let db: Database;

beforeAll(async () => {
  created = await createTestDatabase(inject("postgresAdminUrl"), "group_commit");
  db = openDatabase({ url: created.url, applicationName: "group-commit-test", poolSize: 6 });
  await db.run(
    sql`create table account (id bigint primary key, balance bigint not null check (balance >= 0), xid text)`,
  );
});
afterAll(async () => {
  await db.close();
  await created.drop();
});
beforeEach(async () => {
  await db.run(sql`delete from account`);
  await db.run(sql`insert into account select id, 100 from generate_series(1, 40) id`);
});

const everyone = Array.from({ length: 40 }, (_, index) => index + 1);
const put = (id: number, amount: number) => sql<{ balance: number }>`
  update account set balance = balance + ${amount}, xid = pg_current_xact_id()::text where id = ${id} returning balance`;
const balances = async () =>
  (await db.rows(sql<{ balance: number }>`select balance from account order by id`)).map((row) => row.balance);
const commits = async () =>
  (await db.get(sql<{ count: number }>`select count(distinct xid) as count from account where xid is not null`)).count;

/** Reads, then writes what it read. */
async function move(tx: Tx, id: number, amount: number): Promise<number> {
  const { balance } = await tx.get(sql<{ balance: number }>`select balance from account where id = ${id}`);
  return (await tx.get(put(id, balance + amount - balance))).balance;
}

describe("writes that come at once", () => {
  test("share their commits, and each is answered its own", async () => {
    const moved = await Promise.all(
      everyone.map((id) =>
        id % 2 === 0
          ? db.groupCommit.transaction((tx) => move(tx, id, id))
          : db.groupCommit.get(put(id, id)).then((row) => row.balance),
      ),
    );
    expect(moved).toEqual(everyone.map((id) => 100 + id));
    expect(await balances()).toEqual(moved);
    expect(await commits()).toBeLessThan(5);
  });

  test("happen one after the other: of forty that read and write one row none is lost", async () => {
    await Promise.all(everyone.map(() => db.groupCommit.transaction((tx) => move(tx, 1, 1))));
    expect((await balances())[0]).toBe(140);
  });

  test("end with one statement of all that was given for it, and tell each of the commit", async () => {
    const told: number[] = [];
    const written: (readonly number[])[] = [];
    const addAll = (ids: readonly number[]) => {
      written.push(ids);
      return sql`update account set balance = balance + 1 where id = any(${ids}::bigint[])`;
    };
    await Promise.all(
      everyone.map((id) =>
        db.groupCommit.transaction(async (tx) => {
          tx.afterCommit(() => void told.push(id));
          tx.beforeCommit(addAll, id);
        }),
      ),
    );
    expect([told, written.flat()]).toEqual([everyone, everyone]);
    expect(written.length).toBeLessThan(5);
    expect(await balances()).toEqual(everyone.map(() => 101));
  });

  test("do not fail for the sake of one that throws, breaks a rule or passes an error over", async () => {
    const outcomes = await Promise.allSettled(
      everyone.map((id) => {
        if (id === 5) return db.groupCommit.run(put(id, -101));
        return db.groupCommit.transaction(async (tx) => {
          await tx.run(put(id, 1));
          if (id === 10) throw refuse.FORBIDDEN();
          if (id === 20) await tx.run(put(id, -500)).catch(() => {});
        });
      }),
    );
    const failed = outcomes.flatMap((one, index) => (one.status === "rejected" ? [[index + 1, one.reason]] : []));
    expect(failed.map(([id]) => id)).toEqual([5, 10, 20]);
    expect(sqlState(failed[0]![1])).toBe("23514");
    expect(refuse.FORBIDDEN.is(failed[1]![1])).toBe(true);
    expect(String(failed[2]![1])).toContain("Rolled back");
    expect(await balances()).toEqual(everyone.map((id) => ([5, 10, 20].includes(id) ? 100 : 101)));
  });

  test("do not wait for one that waits for a row", async () => {
    const free = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holder = db.transaction(async (tx) => {
      await tx.run(put(7, 1));
      held.resolve();
      await free.promise;
    });
    await held.promise;
    const waiting = new Set(everyone);
    const all = everyone.map(async (id) => {
      await db.groupCommit.run(put(id, 1));
      waiting.delete(id);
    });
    await Promise.all(all.filter((_, index) => index !== 6));
    expect([...waiting]).toEqual([7]);
    free.resolve();
    await Promise.all([holder, ...all]);
    expect(await balances()).toEqual(everyone.map((id) => (id === 7 ? 102 : 101)));
  });

  test("do not fail for the sake of one that takes too long", async () => {
    const hurried = openDatabase({
      url: created.url,
      applicationName: "group-commit-test",
      poolSize: 2,
      statementTimeoutMs: 500,
    });
    const outcomes = await Promise.allSettled(
      everyone.map((id) =>
        hurried.groupCommit.transaction(async (tx) => {
          await tx.run(put(id, 1));
          if (id === 9) await tx.rows(sql`select pg_sleep(5)`);
        }),
      ),
    );
    expect(outcomes.flatMap(({ status }, index) => (status === "rejected" ? [index + 1] : []))).toEqual([9]);
    expect(refuse.SERVICE_UNAVAILABLE.is((outcomes[8] as PromiseRejectedResult).reason)).toBe(true);
    expect(await balances()).toEqual(everyone.map((id) => (id === 9 ? 100 : 101)));
    await hurried.close();
  });

  test("are told when nobody knows whether they were committed, and are not done again", async () => {
    await using proxy = await openDatabaseProxy(created.url);
    const through = openDatabase({ url: proxy.url, applicationName: "group-commit-test", poolSize: 2 });
    await through.groupCommit.run(put(40, 0));
    let runs = 0;
    proxy.onCommit = ({ statements }) => (statements.length > 4 ? "cut" : "tell");
    const outcomes = await Promise.allSettled(
      everyone.map((id) =>
        through.groupCommit.transaction(async (tx) => {
          runs += 1;
          await tx.run(put(id, 1));
        }),
      ),
    );
    proxy.onCommit = () => "tell";
    const cut = outcomes.filter((one) => one.status === "rejected");
    expect(cut.length).toBeGreaterThan(5);
    expect(cut.every(({ reason }) => refuse.SERVICE_UNAVAILABLE.is(reason))).toBe(true);
    expect(runs).toBe(40);
    expect(await balances()).toEqual(everyone.map(() => 101)); // they were
    await through.close();
  });

  test("are turned away at once when too many wait", async () => {
    const narrow = openDatabase({ url: created.url, applicationName: "group-commit-test", poolSize: 1 });
    const crowd = Array.from({ length: 300 }, () => narrow.groupCommit.run(put(1, 1)));
    const outcomes = await Promise.allSettled(crowd);
    const refused = outcomes.filter((one) => one.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ reason }) => refuse.SERVICE_UNAVAILABLE.is(reason))).toBe(true);
    expect((await balances())[0]).toBe(100 + 300 - refused.length);
    await narrow.close();
  });
});

test("a lone write commits at once, without a transaction around it", async () => {
  await using proxy = await openDatabaseProxy(created.url);
  const through = openDatabase({ url: proxy.url, applicationName: "group-commit-test", poolSize: 2 });
  const seen: (readonly string[])[] = [];
  proxy.onCommit = ({ statements }) => (seen.push(statements), "tell");
  await through.groupCommit.run(put(1, 1));
  expect(seen).toHaveLength(1);
  expect(seen[0]).toHaveLength(1);
  await through.close();
});
