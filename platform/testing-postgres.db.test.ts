import pg from "pg";
import { expect, inject, it } from "vitest";
import { createTestDatabase, ensureTestTemplate } from "./testing-postgres.ts";

const adminUrl = inject("postgresAdminUrl");

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

it("gives two tests of one name two databases, owned by a role without powers", async () => {
  await using first = await createTestDatabase(adminUrl, "orders");
  await using second = await createTestDatabase(adminUrl, "orders");
  await ask(first.url, "create table parcel (id int)");
  expect(await ask(second.url, "select to_regclass('parcel')")).toEqual([null]);
  expect(
    await ask(second.url, "select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = current_user"),
  ).toEqual([false]);
});

it("drops a database although a session is left open, and twice without harm", async () => {
  const database = await createTestDatabase(adminUrl, "orders");
  const left = new pg.Client({ connectionString: database.url });
  left.on("error", () => {}); // the drop ends it, which is the point
  await left.connect();
  await database.drop();
  await database.drop();
  expect(await ask(adminUrl, `select count(*)::int from pg_database where datname = '${database.name}'`)).toEqual([0]);
});

it("builds a template once, however many ask at the same time", async () => {
  let builds = 0;
  const build = async (url: string) => {
    builds += 1;
    await ask(url, "create table parcel as select 7 as id");
  };
  const names = await Promise.all([1, 2, 3].map(() => ensureTestTemplate(adminUrl, "parcels", build)));
  expect(builds).toBe(1);
  await using copy = await createTestDatabase(adminUrl, "orders", { template: names[0]! });
  expect(await ask(copy.url, "select id from parcel")).toEqual([7]);
});

it("builds a template again when the first build failed half-way", async () => {
  const fail = async (url: string) => {
    await ask(url, "create table half (id int)");
    throw new Error("broken migration");
  };
  await expect(ensureTestTemplate(adminUrl, "broken", fail)).rejects.toThrow("broken migration");
  const name = await ensureTestTemplate(
    adminUrl,
    "broken",
    async (url) => void (await ask(url, "create table whole (id int)")),
  );
  await using copy = await createTestDatabase(adminUrl, "orders", { template: name });
  expect(await ask(copy.url, "select to_regclass('half')::text, to_regclass('whole')::text")).toEqual([null, "whole"]);
});
