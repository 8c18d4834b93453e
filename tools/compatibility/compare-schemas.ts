import type { Schema } from "./snapshot.ts";

/** How a reader takes what it does not know, and what a reader misses. */
export type Reading = {
  /** A field that the reader does not declare: `refused` at the edge, `lost` when the writer counts on it, else `ignored`. */
  readonly unknown: "refused" | "lost" | "ignored";
  /** An optional field of the reader that the writer does not know: `lost` when the writer once sent it, else `ignored`. */
  readonly absent: "lost" | "ignored";
};

/** One reason why something that the writer may send is not what the reader takes. `at` is the place: `lines[].sku`. */
export type Gap = {
  readonly kind: "required" | "unknown" | "absent" | "default" | "values";
  readonly at: string;
  /** What the writer may send, in a few words. */
  readonly detail: string;
};

/** Every reason why a value valid for `writer` may not be one for `reader`. Empty is a proof as far as the keywords go that
 *  our contracts use; what cannot be compared is a gap, never passed over. */
export function gapsBetween(writer: Schema, reader: Schema, reading: Reading, at = ""): readonly Gap[] {
  if (isSame(writer, reader) || takesAnything(reader)) return [];
  const strange = [...strangeKeywords(writer), ...strangeKeywords(reader)];
  if (strange.length > 0) return [values(at, `what ${strange[0]} says, which cannot be compared`)];
  const readers = variantsOf(reader);
  return variantsOf(writer).flatMap((variant) => {
    const tried = readers.map((candidate) => variantGaps(variant, candidate, reading, at));
    if (tried.some((gaps) => gaps.length === 0)) return [];
    const ofItsType = readers.flatMap((candidate, index) => (isOfOneType(variant, candidate) ? [tried[index]!] : []));
    return ofItsType.length === 1 ? ofItsType[0]! : [values(at, described(variant))];
  });
}

function variantGaps(writer: Schema, reader: Schema, reading: Reading, at: string): readonly Gap[] {
  if (isSame(writer, reader) || takesAnything(reader)) return [];
  if ("const" in writer) return takes(reader, writer["const"]) ? [] : [values(at, described(writer))];
  if ("const" in reader || !isOfOneType(writer, reader)) return [values(at, described(writer))];
  return [
    ...limitGaps(writer, reader, at),
    ...(reader["type"] === "array"
      ? gapsBetween((writer["items"] ?? {}) as Schema, (reader["items"] ?? {}) as Schema, reading, `${at}[]`)
      : []),
    ...(reader["type"] === "object" ? fieldGaps(writer, reader, reading, at) : []),
  ];
}

function fieldGaps(writer: Schema, reader: Schema, reading: Reading, at: string): readonly Gap[] {
  const [sent, read] = [fieldsOf(writer), fieldsOf(reader)];
  if (isMap(writer) || isMap(reader)) return mapGaps(writer, reader, reading, at);
  const gaps: Gap[] = [];
  for (const [name, field] of Object.entries(read)) {
    const place = at === "" ? name : `${at}.${name}`;
    const isSent = Object.hasOwn(sent, name);
    if (isNeeded(reader, name) && !(isSent && isNeeded(writer, name)))
      gaps.push({ kind: "required", at: place, detail: "nothing" });
    else if (!isSent && reading.absent === "lost") gaps.push({ kind: "absent", at: place, detail: "nothing" });
    if (!isSent) continue;
    if (!isNeeded(writer, name) && !isSame(sent[name]!["default"], field["default"]))
      gaps.push({ kind: "default", at: place, detail: JSON.stringify(field["default"]) ?? "no default" });
    gaps.push(...gapsBetween(sent[name]!, field, reading, place));
  }
  const unknown = Object.keys(sent).filter((name) => !Object.hasOwn(read, name));
  if (reading.unknown === "ignored")
    return reader["additionalProperties"] === false && unknown.length > 0
      ? [...gaps, values(at, "other fields")]
      : gaps;
  return [
    ...gaps,
    ...unknown.map((name): Gap => ({ kind: "unknown", at: at === "" ? name : `${at}.${name}`, detail: name })),
  ];
}

/** Maps (`Type.Record`) are compared with maps of the same kind of keys. */
function mapGaps(writer: Schema, reader: Schema, reading: Reading, at: string): readonly Gap[] {
  const [sent, read] = [patternsOf(writer), patternsOf(reader)];
  const isClosed = reader["additionalProperties"] === false && writer["additionalProperties"] !== false;
  const isOtherKeys = !isSame(Object.keys(sent), Object.keys(read)) || isClosed;
  const hasFields = Object.keys({ ...fieldsOf(writer), ...fieldsOf(reader) }).length > 0;
  if (isOtherKeys || hasFields) return [values(at, "other keys")];
  return Object.entries(read).flatMap(([pattern, field]) => gapsBetween(sent[pattern]!, field, reading, `${at}{}`));
}

const AT_LEAST = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const AT_MOST = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
const EXACTLY = ["pattern", "format", "multipleOf", "uniqueItems"];

function limitGaps(writer: Schema, reader: Schema, at: string): readonly Gap[] {
  const beyond = [...AT_LEAST, ...AT_MOST, ...EXACTLY].filter((keyword) => {
    const [sent, read] = [writer[keyword], reader[keyword]];
    if (read === undefined || isSame(sent, read)) return false;
    if (EXACTLY.includes(keyword) || typeof sent !== "number") return true;
    return AT_LEAST.includes(keyword) ? sent < (read as number) : sent > (read as number);
  });
  return beyond.map((keyword) => values(at, `what ${keyword} ${JSON.stringify(reader[keyword])} does not allow`));
}

/** Claims that one certain value is taken; false when it cannot be told. */
function takes(reader: Schema, value: unknown): boolean {
  if ("const" in reader) return isSame(reader["const"], value);
  const isOfType = reader["type"] === (value === null ? "null" : typeof value);
  return isOfType && Object.keys(reader).every((keyword) => keyword === "type" || keyword === "default");
}

/** A union's members, each value of an enumeration by itself. */
function variantsOf(schema: Schema): readonly Schema[] {
  if (Array.isArray(schema["anyOf"])) return (schema["anyOf"] as Schema[]).flatMap(variantsOf);
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value: unknown) => ({ const: value }));
  return [schema];
}

const STRUCTURE = "type const enum anyOf properties required items patternProperties additionalProperties default";
const COMPARED = new Set([...AT_LEAST, ...AT_MOST, ...EXACTLY, ...STRUCTURE.split(" ")]);

/** Keywords that this file does not know, or that stand where it would overlook them. */
function strangeKeywords(schema: Schema): readonly string[] {
  const keywords = Object.keys(schema).filter((keyword) => keyword !== "default");
  const isAlone = (keyword: string) => keyword === "anyOf" || keyword === "enum" || keyword === "const";
  const beside = keywords.find(isAlone) === undefined ? [] : keywords.filter((one) => !isAlone(one) && one !== "type");
  const isOpenValue = typeof schema["additionalProperties"] === "object";
  return [
    ...keywords.filter((keyword) => !COMPARED.has(keyword)),
    ...beside,
    ...(isOpenValue ? ["additionalProperties"] : []),
  ];
}

function isOfOneType(writer: Schema, reader: Schema): boolean {
  const type = "const" in writer ? (writer["const"] === null ? "null" : typeof writer["const"]) : writer["type"];
  const readable = "const" in reader ? (reader["const"] === null ? "null" : typeof reader["const"]) : reader["type"];
  return type === readable || (type === "integer" && readable === "number");
}

/** Claims that the other side may not leave it out; a default stands in for what is missing. */
function isNeeded(schema: Schema, name: string): boolean {
  return ((schema["required"] ?? []) as string[]).includes(name) && fieldsOf(schema)[name]?.["default"] === undefined;
}

function fieldsOf(schema: Schema): Readonly<Record<string, Schema>> {
  return (schema["properties"] ?? {}) as Record<string, Schema>;
}

function patternsOf(schema: Schema): Readonly<Record<string, Schema>> {
  return (schema["patternProperties"] ?? {}) as Record<string, Schema>;
}

function isMap(schema: Schema): boolean {
  return schema["patternProperties"] !== undefined;
}

function takesAnything(schema: Schema): boolean {
  return Object.keys(schema).every((keyword) => keyword === "default");
}

function values(at: string, detail: string): Gap {
  return { kind: "values", at, detail };
}

function described(schema: Schema): string {
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (schema["type"] === "null") return "null";
  return schema["type"] === undefined ? "anything" : `any ${String(schema["type"])}`;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
