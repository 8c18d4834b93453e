import { Compile } from "typebox/schema";
import type { Json } from "./shop.ts";
import { HOSTILE_CURSORS, HOSTILE_PARTS, HOSTILE_TEXTS, HOSTILE_VALUES, BAD_BODIES } from "./hostile-values.ts";

/** A request that no decent client sends. */
export type Attack = {
  /** `cart.addLine: quantity = 1e308` */
  readonly title: string;
  readonly operation: PublishedOperation;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The published schema does not allow it: it must be refused, and change nothing. */
  readonly mustBeRefused: boolean;
  /** The refusal must name this field (or one below it). */
  readonly field?: string;
};

/** An operation as the OpenAPI document tells it. */
export type PublishedOperation = {
  readonly id: string;
  readonly method: string;
  /** `/api/v1/orders/{orderId}` */
  readonly path: string;
  readonly needsToken: boolean;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Json }[];
  readonly bodyType: string | undefined;
  readonly example: Json;
  readonly statuses: readonly number[];
  /** Names of the body's own fields. */
  readonly fields: readonly string[];
  /** Undefined when there is no JSON body. */
  readonly isValidBody: ((body: unknown) => boolean) | undefined;
};

/** Every operation of an OpenAPI document, with a judge of its bodies that is not the server's own (that is Ajv). */
export function publishedOperations(document: Json): readonly PublishedOperation[] {
  return Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, told]) => {
      const [bodyType, content] = (Object.entries(told.requestBody?.content ?? {})[0] ?? []) as [string?, Json?];
      const reference = content?.schema?.$ref as string | undefined;
      return {
        id: told.operationId,
        method: method.toUpperCase(),
        path,
        needsToken: told.security.some((one: object) => "bearer" in one),
        parameters: told.parameters,
        bodyType,
        example: content?.example ?? (Object.values(content?.examples ?? {})[0] as Json)?.value,
        fields: Object.keys(document.components.schemas[reference?.split("/").at(-1) ?? ""]?.properties ?? {}),
        statuses: Object.keys(told.responses).map(Number),
        isValidBody: reference === undefined ? undefined : judgeOf(resolved({ $ref: reference }, document)),
      };
    }),
  );
}

function judgeOf(schema: Json): (body: unknown) => boolean {
  const validator = Compile(schema);
  return (body) => validator.Check(body);
}

/** A copy of a schema with every reference replaced by what it names. */
function resolved(schema: Json, document: Json): Json {
  if (Array.isArray(schema)) return schema.map((part) => resolved(part, document));
  if (typeof schema !== "object" || schema === null) return schema;
  const name = typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
  if (name !== undefined) return resolved(document.components.schemas[name], document);
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, resolved(part, document)]));
}

/** What a request starts from before something in it is spoilt. */
export type Ground = {
  /** Values of path parameters that are really there. */
  readonly things: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
};

/** Everything we do to one operation. Deterministic: the same document gives the same requests. */
export function attacksOn(operation: PublishedOperation, ground: Ground): readonly Attack[] {
  const spoil = new Spoiler(operation, ground);
  return [
    ...spoil.pathParts(),
    ...spoil.queries(),
    ...spoil.cursors(),
    ...spoil.headers(),
    ...spoil.bodies(),
    ...spoil.fields(),
  ];
}

class Spoiler {
  readonly #operation: PublishedOperation;
  readonly #ground: Ground;
  constructor(operation: PublishedOperation, ground: Ground) {
    this.#operation = operation;
    this.#ground = ground;
  }

  *pathParts(): Generator<Attack> {
    for (const { name } of this.#parametersIn("path"))
      for (const part of HOSTILE_PARTS)
        yield this.#attack(`path ${name} = ${part.slice(0, 40)}`, { path: this.#path({ [name]: part }) });
  }

  *queries(): Generator<Attack> {
    const path = this.#path();
    for (const { name, schema } of this.#parametersIn("query")) {
      for (const text of HOSTILE_TEXTS) {
        const asked = `${path}?${name}=${encodeURIComponent(text)}`;
        yield this.#attack(`query ${name} = ${text.slice(0, 40)}`, { path: asked });
      }
      const twice = schema.type === "array" ? {} : { mustBeRefused: true, field: name };
      yield this.#attack(`query ${name} twice`, { path: `${path}?${name}=1&${name}=2`, ...twice });
      yield this.#attack(`query ${name} is not UTF-8`, { path: `${path}?${name}=%ff%zz%` });
      for (const suffix of ["[]", "[x]", ".x"])
        yield this.#attack(`query ${name}${suffix}`, {
          path: `${path}?${encodeURIComponent(name + suffix)}=1`,
          mustBeRefused: true,
        });
    }
    if (this.#operation.method !== "GET") return;
    for (const name of ["surplus", "__proto__", "constructor", "input", "%24where"])
      yield this.#attack(`unknown query ${name}`, { path: `${path}?${name}=1`, mustBeRefused: true });
  }

  *cursors(): Generator<Attack> {
    if (!this.#parametersIn("query").some(({ name }) => name === "cursor")) return;
    for (const position of HOSTILE_CURSORS) {
      const cursor = Buffer.from(position).toString("base64url");
      yield this.#attack(`cursor ${position.slice(0, 60)}`, { path: `${this.#path()}?cursor=${cursor}` });
    }
  }

  *headers(): Generator<Attack> {
    const names = this.#operation.parameters.filter((one) => one.in === "header").map((one) => one.name.toLowerCase());
    for (const name of [...names, "tradepost-market", "accept-language", "x-request-id", "traceparent"])
      for (const text of ["", "x", "\u00ff\u00fe", "a".repeat(5_000), "__proto__", "' or 1=1 --", "1,2;q=9"])
        yield this.#attack(`header ${name} = ${text.slice(0, 20)}`, { headers: { [name]: text } });
  }

  *bodies(): Generator<Attack> {
    if (this.#operation.bodyType === undefined) return;
    for (const [title, { body, type = this.#operation.bodyType, headers = {} }] of Object.entries(BAD_BODIES)) {
      const isJson = this.#operation.isValidBody !== undefined;
      yield this.#attack(`body: ${title}`, {
        body,
        headers: { ...headers, ...(type === "" ? {} : { "content-type": type }) },
        mustBeRefused: isJson && !(isNothing(body) && this.#operation.isValidBody!({})),
      });
    }
  }

  /** Every field of the example: missing, of another type, hostile; and fields that nobody declared. */
  *fields(): Generator<Attack> {
    const { example, isValidBody } = this.#operation;
    if (isValidBody === undefined || example === undefined) return;
    yield this.#withBody("as in the example", example);
    const optional = this.#operation.fields.filter((name) => !(name in example)).map((name) => [name]);
    for (const place of [...placesIn(example), ...optional]) {
      const name = place.join(".");
      if (typeof place.at(-1) === "string") yield this.#withBody(`without ${name}`, without(example, place), name);
      for (const raw of HOSTILE_VALUES)
        yield this.#withBody(`${name} = ${raw.slice(0, 40)}`, changed(example, place, raw), name);
      const value = at(example, place);
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        yield this.#withBody(`${name}.surplus`, changed(example, [...place, "surplus"], "1"), `${name}.surplus`);
    }
    yield this.#withBody("surplus", changed(example, ["surplus"], "1"), "surplus");
  }

  #withBody(title: string, body: Json, field?: string): Attack {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const isValid = this.#operation.isValidBody!(JSON.parse(text));
    const told = isValid || field === undefined ? {} : { field };
    return this.#attack(title, {
      body: text,
      headers: { "content-type": "application/json" },
      mustBeRefused: !isValid,
      ...told,
    });
  }

  #parametersIn(place: string) {
    return this.#operation.parameters.filter((one) => one.in === place);
  }

  #path(parts: Readonly<Record<string, string>> = {}): string {
    const things: Readonly<Record<string, string>> = { ...this.#ground.things, ...parts };
    return this.#operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const thing = things[name];
      if (thing === undefined) throw new Error(`${this.#operation.id}: tell this test a {${name}} that exists.`);
      return thing;
    });
  }

  #attack(title: string, told: Partial<Attack>): Attack {
    const { id, method, example, bodyType } = this.#operation;
    const isPlain = told.body === undefined && bodyType === "application/json" && example !== undefined;
    return {
      operation: this.#operation,
      method,
      path: this.#path(),
      mustBeRefused: false,
      ...(isPlain ? { body: JSON.stringify(example) } : {}),
      ...told,
      title: `${id}: ${title}`,
      headers: {
        ...this.#ground.headers,
        ...(isPlain ? { "content-type": "application/json" } : {}),
        ...told.headers,
      },
    };
  }
}

/** No body, or JSON's null: an operation without required fields takes it. */
function isNothing(body: string | Buffer): boolean {
  return body.length === 0 || body === "null";
}

type Place = readonly (string | number)[];

/** Every value inside a JSON value, outer before inner; of a list only the first. */
function placesIn(value: Json, before: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const keys = Array.isArray(value) ? [0].slice(0, value.length) : Object.keys(value);
  return keys.flatMap((key) => [[...before, key], ...placesIn(value[key], [...before, key])]);
}

function at(value: Json, place: Place): Json {
  return place.reduce((inner, key) => inner[key], value);
}

function without(value: Json, place: Place): Json {
  const copy = structuredClone(value);
  delete at(copy, place.slice(0, -1))[place.at(-1)!];
  return copy;
}

/** JSON text in which one value is replaced by raw JSON, so that it may be what no JavaScript value can tell. */
function changed(value: Json, place: Place, raw: string): string {
  const copy = structuredClone(value);
  const mark = "«here»";
  at(copy, place.slice(0, -1))[place.at(-1)!] = mark;
  return JSON.stringify(copy).replace(JSON.stringify(mark), () => raw);
}
