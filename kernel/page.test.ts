import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCursor, encodeCursor, PageRequest } from "./page.ts";

const part = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);

test("a cursor comes back as the position it was made of, and needs no escaping in a URL", () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (position) => {
      const cursor = encodeCursor(position);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(cursor, position.length)).toEqual(position);
    }),
  );
});

test.each([
  ["nothing", ""],
  ["no base64", "%%%"],
  ["no JSON", btoa("hello")],
  ["broken UTF-8", btoa("\xff\xfe")],
  ["an object", btoa('{"length":2}')],
  ["a nested list", btoa('["a",["b"]]')],
  ["a null", btoa('["a",null]')],
  ["a truth", btoa('["a",true]')],
  ["a number beyond all", btoa('["a",1e999]')],
  ["fewer parts", encodeCursor(["a"])],
  ["more parts", encodeCursor(["a", "b", "c"])],
])("a cursor of %s is none", (_, cursor) => {
  expect(decodeCursor(cursor, 2)).toBeUndefined();
});

test("no text at all makes a cursor throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 3 }), (text, size) => {
      const position = decodeCursor(text, size);
      expect(position === undefined || position.length === size).toBe(true);
    }),
  );
});

test.each(["a", "ä", "棚", "👕", '"', "\u0001"])(
  "a page request takes the cursor of 255 times %j and an id",
  (letter) => {
    const name = letter.repeat(255);
    const cursor = encodeCursor(["name", name, "0199d0c0-0000-7000-8000-000000000001"]);
    expect(cursor.length).toBeLessThanOrEqual((PageRequest.cursor as unknown as { maxLength: number }).maxLength);
  },
);
