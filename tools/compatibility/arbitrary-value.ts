import fc from "fast-check";
import type { Schema } from "./snapshot.ts";

/** Values that a schema allows, for the keywords that our contracts use; throws on any other, rather than overlook it. The
 *  ends of every range come up often: that is where two releases differ. */
export function arbitraryValue(schema: Schema): fc.Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  if (Array.isArray(schema["anyOf"])) return fc.oneof(...(schema["anyOf"] as Schema[]).map(arbitraryValue));
  const make = BY_TYPE[String(schema["type"])];
  if (make === undefined) throw new Error(`Cannot make a value of ${JSON.stringify(schema).slice(0, 100)}.`);
  return make(schema);
}

const BY_TYPE: Readonly<Record<string, (schema: Schema) => fc.Arbitrary<unknown>>> = {
  undefined: () => fc.jsonValue(),
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  integer: (schema) =>
    fc.integer({
      min: numberOf(schema, "minimum", Number.MIN_SAFE_INTEGER),
      max: numberOf(schema, "maximum", Number.MAX_SAFE_INTEGER),
    }),
  number: (schema) =>
    fc.double({
      min: numberOf(schema, "minimum", -1e300),
      max: numberOf(schema, "maximum", 1e300),
      noNaN: true,
    }),
  string: text,
  array: list,
  object: (schema) => (schema["patternProperties"] === undefined ? record(schema) : map(schema)),
};

function text(schema: Schema): fc.Arbitrary<string> {
  const [min, max] = [numberOf(schema, "minLength", 0), numberOf(schema, "maxLength", 20_000)];
  const { pattern, format } = schema as { readonly pattern?: string; readonly format?: string };
  const fits = (value: string) => {
    const { length } = [...value];
    return length >= min && length <= max && (pattern === undefined || new RegExp(pattern, "u").test(value));
  };
  return plainText({ pattern, format, min, max }).filter(fits);
}

type TextLimits = {
  readonly pattern: string | undefined;
  readonly format: string | undefined;
  readonly min: number;
  readonly max: number;
};

function plainText({ pattern, format, min, max }: TextLimits): fc.Arbitrary<string> {
  if (format !== undefined) return formatted(format);
  // fast-check knows no lookahead; what it would have kept out is filtered.
  if (pattern !== undefined)
    return fc.stringMatching(new RegExp(pattern.replaceAll(/\(\?!.*?\)/g, ""), "u"), { maxLength: max });
  const short = fc.string({ minLength: min, maxLength: Math.min(max, min + 12), unit: "grapheme" });
  const ends = fc.constantFrom("x".repeat(min), "x".repeat(max));
  return fc.oneof({ weight: 5, arbitrary: short }, { weight: 1, arbitrary: ends });
}

function formatted(format: string): fc.Arbitrary<string> {
  const times = fc.date({ min: new Date("1970-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") return times.map((time) => time.toISOString());
  if (format === "date") return times.map((time) => time.toISOString().slice(0, 10));
  if (format === "email") return fc.stringMatching(/^[a-z0-9]{1,20}@[a-z0-9]{1,20}\.[a-z]{2,6}$/);
  throw new Error(`Cannot make a text of the format ${format}.`);
}

const LONGEST_LIST = 300;

function list(schema: Schema): fc.Arbitrary<unknown[]> {
  const item = arbitraryValue((schema["items"] ?? {}) as Schema);
  const [min, max] = [numberOf(schema, "minItems", 0), Math.min(numberOf(schema, "maxItems", 8), LONGEST_LIST)];
  const few = fc.array(item, { minLength: min, maxLength: Math.min(max, min + 3) });
  const ends = fc.tuple(item, fc.constantFrom(min, max)).map(([one, length]) => Array<unknown>(length).fill(one));
  return fc.oneof({ weight: 9, arbitrary: few }, { weight: 1, arbitrary: ends });
}

function record(schema: Schema): fc.Arbitrary<object> {
  const fields = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
  const required = (schema["required"] ?? []) as string[];
  return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, arbitraryValue(field)])), {
    requiredKeys: required.filter((name) => fields.some(([known]) => known === name)),
    noNullPrototype: true,
  });
}

function map(schema: Schema): fc.Arbitrary<object> {
  const [[pattern, value] = [".*", {}]] = Object.entries(schema["patternProperties"] as Record<string, Schema>);
  const key = text({ type: "string", pattern }).filter((name) => name !== "__proto__");
  const maxKeys = Math.min(numberOf(schema, "maxProperties", 3), 3);
  return fc.dictionary(key, arbitraryValue(value), {
    minKeys: numberOf(schema, "minProperties", 0),
    maxKeys,
    noNullPrototype: true,
  });
}

function numberOf(schema: Schema, keyword: string, otherwise: number): number {
  return typeof schema[keyword] === "number" ? schema[keyword] : otherwise;
}
