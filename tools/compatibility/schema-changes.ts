import type { Snapshot } from "./snapshot.ts";

type Json = Record<string, unknown>;

/** The snapshot with one of its schemas changed in one way, both picked by number: what a careless hand might do. */
export function schemaChanges(
  snapshot: Snapshot,
  picked: { readonly change: number; readonly place: number },
): Snapshot {
  const draft = JSON.parse(JSON.stringify(snapshot)) as Snapshot;
  const schemas = [...Object.values(draft.operations), ...Object.values(draft.events)].flatMap(schemasIn);
  const schema = schemas[picked.place % schemas.length]!;
  CHANGES[picked.change % CHANGES.length]!(schema);
  return draft;
}

function schemasIn(part: unknown): readonly Json[] {
  if (typeof part !== "object" || part === null) return [];
  const isSchema = !Array.isArray(part) && ("enum" in part || typeof (part as Json)["type"] === "string");
  return [...(isSchema ? [part as Json] : []), ...Object.values(part).flatMap(schemasIn)];
}

const replace = (schema: Json, by: Json) => {
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, by);
};
const shift = (keyword: string, by: number) => (schema: Json) => {
  if (typeof schema[keyword] === "number") schema[keyword] = schema[keyword] + by;
};
const fieldsOf = (schema: Json) => (schema["properties"] ?? {}) as Json;
const addField = (isRequired: boolean) => (schema: Json) => {
  if (schema["type"] !== "object") return;
  schema["properties"] = { ...fieldsOf(schema), added: { type: "boolean" } };
  if (isRequired) schema["required"] = [...((schema["required"] ?? []) as string[]), "added"];
};

/** Some break a side, some none; which, the rules and the examples have to tell alike. */
const CHANGES: readonly ((schema: Json) => void)[] = [
  ...["minimum", "maximum", "minLength", "maxLength"].flatMap((keyword) => [shift(keyword, 1), shift(keyword, -1)]),
  addField(false),
  addField(true),
  (schema) => {
    const [name] = Object.keys(fieldsOf(schema));
    if (name !== undefined) delete fieldsOf(schema)[name];
    schema["required"] = ((schema["required"] ?? []) as string[]).filter((one) => one !== name);
  },
  (schema) => void (schema["required"] = ((schema["required"] ?? []) as string[]).slice(1)),
  (schema) => void (schema["required"] = Object.keys(fieldsOf(schema))),
  (schema) => replace(schema, { anyOf: [{ ...schema }, { type: "null" }] }),
  (schema) => replace(schema, { anyOf: [{ ...schema }, { const: "other" }] }),
  (schema) => replace(schema, {}),
  (schema) => replace(schema, { type: "array", items: { ...schema } }),
  (schema) => replace(schema, { type: "string", maxLength: 5 }),
  (schema) => void (schema["enum"] = ((schema["enum"] ?? []) as string[]).slice(1).concat("first")),
  (schema) => {
    if (Array.isArray(schema["enum"])) schema["enum"].push("another");
  },
  (schema) => {
    if (schema["type"] === "integer") schema["type"] = "number";
  },
  (schema) => {
    if (schema["type"] === "string") schema["pattern"] = "^[a-m]+$";
  },
  (schema) => {
    if (schema["type"] === "object") schema["additionalProperties"] = false;
  },
  (schema) => {
    if (schema["type"] === "integer") schema["multipleOf"] = 2;
  },
];
