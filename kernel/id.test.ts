import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect, test, vi } from "vitest";
import { IdOf, newId } from "./id.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string) => Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);

test("a hundred thousand ids are unique and sort in the order they were made", () => {
  const ids = Array.from({ length: 100_000 }, () => newId("order"));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.every((id) => UUID_V7.test(id))).toBe(true);
});

test("an id carries its time, and ids of a later time sort later", () => {
  vi.useFakeTimers();
  try {
    const startMs = Date.UTC(2100, 0, 1);
    const ids = [0, 1, 1_000, 86_400_000].map((laterMs) => {
      vi.setSystemTime(startMs + laterMs);
      const id = newId("order");
      expect(timeOf(id)).toBe(startMs + laterMs);
      return id;
    });
    expect(ids.toSorted()).toEqual(ids);
  } finally {
    vi.useRealTimers();
  }
});

test("a clock that is set back, or stands still for long, makes no id that sorts before an earlier one", () => {
  vi.useFakeTimers();
  try {
    vi.setSystemTime(Date.UTC(2101, 0, 1));
    const before = newId("order");
    vi.setSystemTime(Date.UTC(2100, 0, 1));
    const after = Array.from({ length: 10_000 }, () => newId("order"));
    expect([before, ...after].toSorted()).toEqual([before, ...after]);
    expect(new Set(after).size).toBe(after.length);
  } finally {
    vi.useRealTimers();
  }
});

test("the schema of an id takes what PostgreSQL takes as a uuid, and nothing else", () => {
  const ajv = new Ajv({ strict: false });
  (addFormats as unknown as (instance: Ajv) => void)(ajv);
  const isId = ajv.compile(JSON.parse(JSON.stringify(IdOf("order"))));
  expect(isId(newId("order"))).toBe(true);
  for (const bad of ["", "1", `urn:uuid:${newId("order")}`, `${newId("order")} `, `{${newId("order")}}`, 5, null])
    expect(isId(bad), String(bad)).toBe(false);
});
