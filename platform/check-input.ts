import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { TSchema } from "typebox";
import { pathParameters, type OperationSpec } from "#kernel/contract";
import { refuse } from "#kernel/refusal";

type Json = Record<string, unknown>;
const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false, validateSchema: false, verbose: false });
(addFormats as unknown as (instance: Ajv) => void)(ajv);

/** Checks and completes the input of one operation; the same rules whichever way it came. */
export type InputCheck = {
  /** Fills in defaults (in a copy where needed) and refuses INVALID_INPUT with every bad field. `strict` refuses unknown
   *  fields too: the public edge does; inside, they are ignored so that versions can differ. */
  check(input: unknown, mode: "strict" | "lenient"): unknown;
  /** Turns the text of path and query parts into what the schema asks for: "5" → 5, "true" → true, "a,b" → ["a", "b"] (unless the
   *  array has `explode`: then a comma is part of the text). */
  fromText(parts: Readonly<Record<string, unknown>>): Json;
};

export function inputCheck(operation: OperationSpec): InputCheck {
  const schema = operation.input as unknown as Json;
  const lenient = lazily(() => ajv.compile(plain(schema)));
  const strict = lenientOrStrict(schema);
  const copies = hasDefault(schema);
  return {
    check(input, mode) {
      const validate = mode === "strict" ? strict() : lenient();
      const { body, ...fields } =
        operation.body === "stream" ? (input as Json) : { body: undefined, ...((input ?? {}) as Json) };
      const isStream = operation.body === "stream";
      const candidate = isStream ? fields : input === undefined ? {} : copies ? structuredClone(input) : input;
      if (!validate(candidate)) throw invalidInput(validate.errors ?? []);
      return isStream ? { ...(candidate as Json), body } : candidate;
    },
    fromText: (parts) => coerced(parts, schema, operation),
  };
}

/** Checks a value against a schema with no unknown field allowed; the faults found, as `field message`. For tests and audits. */
export function undeclaredParts(schema: TSchema): (value: unknown) => readonly string[] {
  const validate = lenientOrStrict(schema as unknown as Json);
  return (value) =>
    validate()(value) ? [] : (validate().errors ?? []).map((error) => `${fieldOf(error)} ${error.message}`);
}

function lenientOrStrict(schema: Json): () => ValidateFunction {
  return lazily(() => ajv.compile(closed(plain(schema)) as Json));
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** A copy without typebox's `$id`s, which would collide between operations. */
function plain(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key === "$id" ? undefined : value))) as Json;
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy: Json = {};
  for (const [key, value] of Object.entries(schema))
    copy[key] = key === "enum" || key === "const" || key === "default" ? value : closed(value);
  const isOpen =
    copy["type"] === "object" && copy["additionalProperties"] === undefined && copy["patternProperties"] === undefined;
  return isOpen && copy["properties"] !== undefined ? { ...copy, additionalProperties: false } : copy;
}

function hasDefault(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasDefault);
  if (typeof schema !== "object" || schema === null) return false;
  return "default" in schema || Object.values(schema).some(hasDefault);
}

const FIELDS_SHOWN = 20;
const LONGEST_NAME = 128;

/** Names every bad field once. Never tells what was in it: it may be a card number. */
function invalidInput(errors: readonly ErrorObject[]): Error {
  const choices = errors.filter((error) => error.keyword === "anyOf");
  const told = new Map<string, string>();
  for (const error of errors) {
    if (choices.some((choice) => isAboutChoice(error, choice))) continue;
    const field = fieldOf(error).slice(0, LONGEST_NAME);
    if (!told.has(field)) told.set(field, error.keyword === "anyOf" ? choiceMessage(error, errors) : messageOf(error));
  }
  const shown = [...told].slice(0, FIELDS_SHOWN).map(([field, message]) => ({ field, message }));
  return refuse.INVALID_INPUT({ errors: shown });
}

/** Claims that an error is one branch's complaint about the very value that fits none of them. */
function isAboutChoice(error: ErrorObject, choice: ErrorObject): boolean {
  const isBranch = error.schemaPath.startsWith(`${choice.schemaPath}/`) && error.instancePath === choice.instancePath;
  return isBranch && error.keyword !== "required" && error.keyword !== "additionalProperties";
}

function choiceMessage(choice: ErrorObject, errors: readonly ErrorObject[]): string {
  const branches = errors.filter((error) => isAboutChoice(error, choice) && error.keyword !== "anyOf");
  const constants = branches.filter((error) => error.keyword === "const");
  const values = constants.map((error) => String((error.params as { allowedValue: unknown }).allowedValue));
  const others = branches.filter((error) => error.keyword !== "const" && values.length === 0).map(messageOf);
  const oneOf = values.length === 0 ? [] : [`must be one of ${values.join(", ")}`];
  return [...new Set([...oneOf, ...others])].join(", or ") || "is none of what is accepted here";
}

function fieldOf(error: ErrorObject): string {
  const parameters = error.params as { missingProperty?: string; additionalProperty?: string };
  const last = parameters.missingProperty ?? parameters.additionalProperty;
  const path = error.instancePath.split("/").slice(1).map(unescaped);
  return [...path, ...(last === undefined ? [] : [last])].join(".") || "(body)";
}

/** A part of a JSON pointer (RFC 6901). */
function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === "required") return "is required";
  if (error.keyword === "additionalProperties") return "is not a known field";
  if (error.keyword === "enum")
    return `must be one of ${(error.params as { allowedValues: unknown[] }).allowedValues.join(", ")}`;
  return error.message ?? "is not valid";
}

function coerced(parts: Readonly<Record<string, unknown>>, schema: Json, operation: OperationSpec): Json {
  const properties = (schema["properties"] ?? {}) as Record<string, Json>;
  const fromPath = new Set(pathParameters(operation.path));
  const told = Object.entries(parts).map(([name, value]): [string, unknown] => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const isText = property === undefined || (fromPath.has(name) && property["type"] === "string");
    return [name, isText ? value : fromTextValue(value, property)];
  });
  return Object.fromEntries(told);
}

function fromTextValue(value: unknown, schema: Json): unknown {
  if (schema["type"] === "array") {
    const parts = Array.isArray(value)
      ? value
      : typeof value === "string"
        ? value === ""
          ? []
          : schema["explode"] === true
            ? [value]
            : value.split(",")
        : [value];
    return parts.map((part) => fromTextValue(part, (schema["items"] ?? {}) as Json));
  }
  if (typeof value !== "string") return value;
  const isNumber = schema["type"] === "integer" || schema["type"] === "number";
  if (isNumber && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
  if (schema["type"] === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}
