import { expect, test } from "vitest";
import { json, sql } from "./sql.ts";

test("values never become text", () => {
  const statement = sql`select ${"'; drop table orders; --"} as a, ${5} as b`;
  expect(statement.text).toBe("select $1 as a, $2 as b");
  expect(statement.values).toEqual(["'; drop table orders; --", 5]);
});

test("a statement has one name, whatever its values, and another text has another", () => {
  const find = (id: string) => sql`select id from orders where id = ${id}`;
  expect(find("1").name).toBe(find("2").name);
  expect(sql`select ${1}`.name).toBe(sql`select ${2}`.name);
  expect(sql`select ${1}`.name).not.toBe(sql`select ${1} `.name);
});

test("a name fits into what PostgreSQL keeps of it", () => {
  expect(sql`select 1`.name.length).toBeLessThan(64);
});

test("JSON is text until PostgreSQL unpacks it", () => {
  expect(json({ a: [1, null] })).toBe('{"a":[1,null]}');
});
