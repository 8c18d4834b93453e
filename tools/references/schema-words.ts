/** A JSON schema as far as this file reads it. */
export type Schema = {
  readonly $id?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
};

const BY_TYPE: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "yes or no",
  null: "null",
};
const BY_FORMAT: Readonly<Record<string, string>> = { uuid: "id", "date-time": "time", date: "day" };

/** A schema in a few words: `list of { sku, quantity }`, `money, or null`. */
function inWords(schema: Schema): string {
  if (schema.$id !== undefined) return schema.$id === "Money" ? "money" : schema.$id;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(" or ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(inWords).join(", or ");
  if (schema.type === "array") return `list of ${inWords(schema.items ?? {})}`;
  if (schema.patternProperties !== undefined)
    return `map of ${Object.values(schema.patternProperties).map(inWords).join(", ")}`;
  if (schema.properties !== undefined) return `{ ${Object.keys(schema.properties).join(", ")} }`;
  return BY_FORMAT[schema.format ?? ""] ?? BY_TYPE[schema.type ?? ""] ?? "anything";
}

/** The fields of an object's schema, each with its words; those that may be absent say so. */
export function fieldsOf(
  schema: unknown,
): readonly { readonly name: string; readonly words: string; readonly meaning: string | undefined }[] {
  const { properties = {}, required = [] } = JSON.parse(JSON.stringify(schema ?? {})) as Schema;
  return Object.entries(properties).map(([name, field]) => ({
    name,
    words: inWords(field) + (required.includes(name) ? "" : ", optional"),
    meaning: field.description,
  }));
}

/** A cell of a table in Markdown. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
