import { expect, test } from "vitest";
import { keyOfFilter, pathOfFilter, readFilter } from "./attribute-filter.ts";

const TOLD = ["theme:floral", "colour:red", "colour:blue", "size:10:12", "colour:red"];

test("values of a name are alternatives, and a value may hold colons", () => {
  expect([...readFilter(TOLD)]).toEqual([
    ["colour", ["blue", "red"]],
    ["size", ["10:12"]],
    ["theme", ["floral"]],
  ]);
});

test("has one key, in whichever order it was told", () => {
  expect(keyOfFilter(readFilter(TOLD.toReversed()))).toBe(keyOfFilter(readFilter(TOLD)));
  expect(keyOfFilter(readFilter([]))).toBe("");
  expect(keyOfFilter(readFilter(['a:b","c', "a:d"]))).not.toBe(keyOfFilter(readFilter(["a:b", "a:c", "a:d"])));
});

test("becomes a path that quotes what it is told", () => {
  expect(pathOfFilter(readFilter(["colour:red", "colour:blue", 'it-s:"\\']))).toBe(
    '($."colour"[*] == "blue" || $."colour"[*] == "red") && ($."it-s"[*] == "\\"\\\\")',
  );
});
