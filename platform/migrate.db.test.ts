import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "./database.ts";
import { BUS_MIGRATIONS, migrate, SERVICE_MIGRATIONS, type MigrationSet } from "./migrate.ts";
import { sql } from "./sql.ts";
import { createTestDatabase, type TestDatabase } from "./testing-postgres.ts";

let created: TestDatabase;
let db: Database;
let shelves: MigrationSet;
beforeEach(async () => {
  created = await createTestDatabase(inject("postgresAdminUrl"), "migrate");
  db = openDatabase({ url: created.url, applicationName: "migrate-test", poolSize: 2 });
  shelves = { folder: await mkdtemp(join(tmpdir(), "tradepost-migrations-")), table: "migrations" };
  await write("0001_create_shelf.sql", "create table shelf (id integer primary key);");
});
afterEach(async () => {
  await db.close();
  await created.drop();
  await rm(shelves.folder, { recursive: true });
});

const write = (name: string, text: string) => writeFile(join(shelves.folder, name), `-- Why: the test.\n${text}\n`);
const columns = async () =>
  (
    await db.rows(sql<{ name: string }>`
    select column_name as name from information_schema.columns where table_name = 'shelf' order by ordinal_position`)
  ).map((row) => row.name);

test("files run once, in their order, and a repeat runs none", async () => {
  await write("0002_add_label.sql", "alter table shelf add column label text;");
  expect(await migrate(created.url, [shelves])).toEqual(["0001_create_shelf", "0002_add_label"]);
  expect(await migrate(created.url, [shelves])).toEqual([]);
  expect(await columns()).toEqual(["id", "label"]);
});

test("a file of a later release runs beside what is there", async () => {
  await migrate(created.url, [shelves]);
  await db.run(sql`insert into shelf values (1)`);
  await write("0002_add_label.sql", "alter table shelf add column label text not null default 'none';");
  expect(await migrate(created.url, [shelves])).toEqual(["0002_add_label"]);
  expect(await db.rows(sql`select * from shelf`)).toEqual([{ id: 1, label: "none" }]);
});

test("the release before starts on what a later one left, so that a release can be taken back", async () => {
  await write("0002_add_label.sql", "alter table shelf add column label text;");
  await migrate(created.url, [shelves]);
  await rm(join(shelves.folder, "0002_add_label.sql"));
  expect(await migrate(created.url, [shelves])).toEqual([]);
  expect(await columns()).toEqual(["id", "label"]);
});

test("processes that start at once wait for each other, and each file runs once", async () => {
  const ran = await Promise.all(Array.from({ length: 4 }, () => migrate(created.url, [SERVICE_MIGRATIONS, shelves])));
  const files = (await readdir(SERVICE_MIGRATIONS.folder)).map((file) => file.replace(/\.sql$/, ""));
  expect(ran.flat().toSorted()).toEqual([...files, "0001_create_shelf"].toSorted());
});

test("a file that fails leaves nothing of itself, and the files before it stay", async () => {
  await write("0002_half.sql", "alter table shelf add column label text; alter table nowhere add column x text;");
  await expect(migrate(created.url, [shelves])).rejects.toThrow("nowhere");
  expect(await columns()).toEqual(["id"]);
  await write("0002_half.sql", "alter table shelf add column label text;");
  expect(await migrate(created.url, [shelves])).toEqual(["0002_half"]);
});

test("a file that comes in before one that ran is refused", async () => {
  await write("0003_late.sql", "select 1;");
  await migrate(created.url, [shelves]);
  await write("0002_between.sql", "alter table shelf add column label text;");
  await expect(migrate(created.url, [shelves])).rejects.toThrow("0002_between");
  expect(await columns()).toEqual(["id"]);
});

test("the platform's own tables and the bus's come up on an empty database", async () => {
  expect((await migrate(created.url, [SERVICE_MIGRATIONS])).length).toBeGreaterThan(0);
  const bus = await createTestDatabase(inject("postgresAdminUrl"), "migrate_bus");
  expect((await migrate(bus.url, [BUS_MIGRATIONS])).length).toBeGreaterThan(0);
  expect(await migrate(bus.url, [BUS_MIGRATIONS])).toEqual([]);
  await bus.drop();
});
