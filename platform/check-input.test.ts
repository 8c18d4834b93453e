import Type, { type TObject } from "typebox";
import { describe, expect, test } from "vitest";
import type { OperationSpec } from "#kernel/contract";
import { Money } from "#kernel/money";
import { PageRequest } from "#kernel/page";
import { Refusal } from "#kernel/refusal";
import { inputCheck, undeclaredParts } from "./check-input.ts";

const CARD = "4111111111111111";

function checkOf(input: TObject, rest: Partial<OperationSpec> = {}) {
  return inputCheck({
    method: "POST",
    path: "/x",
    summary: "",
    access: "anyone",
    input,
    output: Type.Object({}),
    ...rest,
  });
}

function problemsOf(input: TObject, value: unknown, mode: "strict" | "lenient" = "strict") {
  try {
    checkOf(input).check(value, mode);
    return {};
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Refusal).code).toBe("INVALID_INPUT");
    const { errors } = (error as Refusal).data as { errors: { field: string; message: string }[] };
    return Object.fromEntries(errors.map(({ field, message }) => [field, message]));
  }
}

const sort = Type.Union([Type.Literal("newest"), Type.Literal("name")], { default: "newest" });

describe("bad input", () => {
  const schema = Type.Object({
    name: Type.String({ minLength: 1, maxLength: 5 }),
    quantity: Type.Integer({ minimum: 1 }),
    price: Money,
    lines: Type.Array(Type.Object({ sku: Type.String({ pattern: "^[A-Z]+$" }) })),
    state: Type.Enum(["open", "closed"]),
    sort: Type.Optional(sort),
    note: Type.Optional(Type.Union([Type.String({ maxLength: 3 }), Type.Null()])),
  });

  test("is told with every bad field, once each, and where it is", () => {
    expect(
      problemsOf(schema, {
        name: "",
        quantity: 0.5,
        price: { currency: "pounds" },
        lines: [{ sku: "MUG" }, { sku: "mug" }, {}],
        state: "ajar",
        sort: "rank",
        note: "too long",
        colour: "red",
      }),
    ).toEqual({
      name: "must NOT have fewer than 1 characters",
      quantity: "must be integer",
      "price.amountMinor": "is required",
      "price.currency": 'must match pattern "^[A-Z]{3}$"',
      "lines.1.sku": 'must match pattern "^[A-Z]+$"',
      "lines.2.sku": "is required",
      state: "must be one of open, closed",
      sort: "must be one of newest, name",
      note: "must NOT have more than 3 characters, or must be null",
      colour: "is not a known field",
    });
  });

  test("is never told back: no value of any kind stands in the answer", () => {
    const values = [CARD, Number(CARD), [CARD], { number: CARD }, true];
    const kinds = {
      text: Type.String({ maxLength: 3 }),
      patterned: Type.String({ pattern: "^x$" }),
      formatted: Type.String({ format: "uuid" }),
      number: Type.Integer({ maximum: 3 }),
      flag: Type.Boolean(),
      literal: Type.Literal("x"),
      choice: Type.Enum(["x"]),
      union: Type.Union([Type.Literal("x"), Type.String({ maxLength: 3 })]),
      list: Type.Array(Type.String({ maxLength: 3 }), { maxItems: 0 }),
      object: Type.Object({ number: Type.String({ maxLength: 3 }) }),
    };
    for (const [field, kind] of Object.entries(kinds))
      for (const value of values) {
        const problems = problemsOf(Type.Object({ [field]: kind }), { [field]: value }, "lenient");
        expect(JSON.stringify(problems)).not.toContain("4111");
        if (field !== "flag" || value !== true)
          expect(Object.keys(problems).every((name) => name.startsWith(field))).toBe(true);
      }
  });

  test("in one field with many choices crowds out no other field", () => {
    const choices = Array.from({ length: 40 }, (_, index) => Type.Literal(`choice-${index}`));
    const problems = problemsOf(Type.Object({ kind: Type.Union(choices), other: Type.Integer() }), {
      kind: "x",
      other: "x",
    });
    expect(Object.keys(problems)).toEqual(["kind", "other"]);
  });

  test("names a field of a union's branch where it is", () => {
    const address = Type.Union([Type.Object({ street: Type.String() }), Type.Null()]);
    expect(problemsOf(Type.Object({ address }), { address: {} })).toHaveProperty(["address.street"], "is required");
  });

  test("names fields as they are written, and cuts names that were made to be long", () => {
    const prices = Type.Record(Type.String(), Type.Integer());
    expect(problemsOf(Type.Object({ prices }), { prices: { "a/b~c": "x" } })).toEqual({
      "prices.a/b~c": "must be integer",
    });
    const [name = ""] = Object.keys(problemsOf(Type.Object({}), { ["x".repeat(5_000)]: 1 }));
    expect(name.length).toBe(128);
  });

  test("answers a bounded list of fields", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 1]));
    expect(Object.keys(problemsOf(Type.Object({}), many))).toHaveLength(20);
  });

  test.each([[undefined], [null], ["text"], [[]], [5]])("%j is no input where fields are required", (value) => {
    expect(Object.keys(problemsOf(Type.Object({ name: Type.String() }), value)).length).toBeGreaterThan(0);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("takes no amount of %d", (amountMinor) => {
    const price = { amountMinor, currency: "GBP" };
    expect(problemsOf(Type.Object({ price: Money }), { price })).toHaveProperty(["price.amountMinor"]);
  });
});

describe("unknown fields", () => {
  const schema = Type.Object({
    inner: Type.Object({ known: Type.Integer() }),
    either: Type.Optional(Type.Union([Type.Object({ a: Type.Integer() }), Type.Null()])),
    free: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  });
  const value = { inner: { known: 1, extra: 2 }, either: { a: 1, b: 2 }, more: 3 };

  test("are refused at the edge, however deep", () => {
    expect(problemsOf(schema, value, "strict")).toMatchObject({
      more: "is not a known field",
      "inner.extra": "is not a known field",
      "either.b": "is not a known field",
    });
  });

  test("are ignored inside", () => {
    expect(problemsOf(schema, value, "lenient")).toEqual({});
  });

  test("are what a record is for", () => {
    expect(problemsOf(schema, { inner: { known: 1 }, free: { anything: 1 } }, "strict")).toEqual({});
  });

  test("named like parts of JavaScript are unknown too", () => {
    const { fromText } = checkOf(schema);
    for (const name of ["constructor", "toString", "__proto__"]) {
      const told = { inner: { known: 1 }, ...fromText(JSON.parse(`{"${name}": "1"}`)) };
      expect(problemsOf(schema, told, "strict")).toEqual({ [name]: "is not a known field" });
    }
  });
});

describe("defaults", () => {
  const schema = Type.Object({
    ...PageRequest,
    sort: Type.Optional(sort),
    deep: Type.Optional(Type.Object({ n: Type.Integer({ default: 7 }) })),
  });

  test("are filled in, and the caller's own object stays as it was", () => {
    const asked = { deep: {} as { n?: number } };
    expect(checkOf(schema).check(asked, "lenient")).toEqual({ limit: 20, sort: "newest", deep: { n: 7 } });
    expect(asked).toEqual({ deep: {} });
    expect(checkOf(schema).check(undefined, "strict")).toEqual({ limit: 20, sort: "newest" });
  });

  test("never replace what was told", () => {
    expect(checkOf(schema).check({ limit: 5, sort: "name" }, "strict")).toEqual({ limit: 5, sort: "name" });
  });
});

describe("text of paths and queries", () => {
  const schema = Type.Object({
    sku: Type.String(),
    limit: Type.Integer(),
    ratio: Type.Number(),
    isOpen: Type.Boolean(),
    ids: Type.Array(Type.String()),
    counts: Type.Array(Type.Integer()),
    words: Type.Array(Type.String(), { explode: true }),
    note: Type.String(),
  });
  const { fromText } = checkOf(schema, { path: "/stock/:sku" });

  test.each([
    [{ limit: "5" }, { limit: 5 }],
    [{ limit: "-5" }, { limit: -5 }],
    [{ limit: "" }, { limit: "" }],
    [{ limit: " " }, { limit: " " }],
    [{ limit: "5x" }, { limit: "5x" }],
    [{ limit: "Infinity" }, { limit: "Infinity" }],
    [{ limit: ["1", "2"] }, { limit: ["1", "2"] }],
    [{ ratio: "0.5" }, { ratio: 0.5 }],
    [{ isOpen: "true" }, { isOpen: true }],
    [{ isOpen: "false" }, { isOpen: false }],
    [{ isOpen: "1" }, { isOpen: "1" }],
    [{ ids: "a,b" }, { ids: ["a", "b"] }],
    [{ ids: ["a", "b,c"] }, { ids: ["a", "b,c"] }],
    [{ ids: "" }, { ids: [] }],
    [{ words: "a,b" }, { words: ["a,b"] }],
    [{ words: ["a,b", "c"] }, { words: ["a,b", "c"] }],
    [{ words: "" }, { words: [] }],
    [{ counts: "1,2,x" }, { counts: [1, 2, "x"] }],
    [{ note: "5" }, { note: "5" }],
    [{ note: "true" }, { note: "true" }],
    [{ sku: "007" }, { sku: "007" }],
    [{ unknown: "5" }, { unknown: "5" }],
  ])("%j becomes %j", (told, expected) => {
    expect(fromText(told)).toEqual(expected);
  });
});

describe("a stream", () => {
  test("is handed on untouched beside its checked fields", () => {
    const check = checkOf(Type.Object({ from: Type.Integer({ default: 1 }) }), { body: "stream" });
    const body = (async function* () {})();
    expect(check.check({ body }, "strict")).toEqual({ from: 1, body });
    expect((check.check({ body, from: 2 }, "strict") as { body: unknown }).body).toBe(body);
    expect(() => check.check({ body, to: 2 }, "strict")).toThrow(Refusal);
  });
});

test("an audit of an answer finds what the contract does not declare", () => {
  const faults = undeclaredParts(Type.Object({ order: Type.Object({ id: Type.String() }) }));
  expect(faults({ order: { id: "1" } })).toEqual([]);
  expect(faults({ order: { id: "1", secret: "x" } })[0]).toContain("order.secret");
  expect(faults({ order: { id: 1 } })[0]).toContain("order.id");
});
