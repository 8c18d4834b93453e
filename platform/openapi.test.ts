import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import Type from "typebox";
import { describe, expect, test } from "vitest";
import { defineContract, hasJsonBody, pathParameters, type Contract, type Operation } from "#kernel/contract";
import { defineRefusals } from "#kernel/refusal";
import { inputCheck, undeclaredParts } from "./check-input.ts";
import { openApi } from "./openapi.ts";

type Json = Record<string, any>;
const METHODS = ["get", "post", "put", "patch", "delete"];

const operations = await everyOperation();
const document = openApi(operations, "/api/v1", "1.0.0") as Json;
const described = operationsOf(document);

async function everyOperation(): Promise<readonly Operation[]> {
  const services = join(import.meta.dirname, "../services");
  const names = (await readdir(services, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const modules = await Promise.all(
    names.map(({ name }) => import(join(services, name, "contract.ts")) as Promise<Record<string, unknown>>),
  );
  const contracts = modules.flatMap((module) => Object.values(module).filter(isContract));
  return contracts.flatMap((contract) => Object.values(contract) as Operation[]);
}

function isContract(value: unknown): value is Contract {
  const first = Object.values((value ?? {}) as object)[0] as Partial<Operation> | undefined;
  return typeof value === "object" && first?.service !== undefined && first.path !== undefined;
}

function operationsOf(told: Json): { path: string; method: string; operation: Json }[] {
  return Object.entries(told["paths"] as Json).flatMap(([path, item]) =>
    Object.entries(item as Json).map(([method, operation]) => ({ path, method, operation: operation as Json })),
  );
}

/** Every object inside of `value`. */
function* objectsIn(value: unknown): Generator<Json> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Json;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

function resolved(told: Json, reference: string): unknown {
  return reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, part) => (at as Json | undefined)?.[part], told);
}

/** What a tool that reads OpenAPI 3.1 would stumble over. */
function faultsOf(told: Json): string[] {
  const faults: string[] = [];
  const ids = operationsOf(told).map(({ operation }) => operation["operationId"] as string);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`two operations are called ${id}`);
  for (const { $ref } of objectsIn(told))
    if (typeof $ref === "string" && resolved(told, $ref) === undefined) faults.push(`${$ref} is not there`);
  const shapes = Object.keys(told["paths"]).map((path) => path.replaceAll(/\{\w+\}/g, "{}"));
  for (const shape of shapes)
    if (shapes.indexOf(shape) !== shapes.lastIndexOf(shape)) faults.push(`${shape} is told twice`);
  for (const { path, operation } of operationsOf(told)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const parameters = operation["parameters"] as Json[];
    const declared = parameters.filter((one) => one["in"] === "path");
    for (const name of inPath)
      if (!declared.some((one) => one["name"] === name && one["required"] === true))
        faults.push(`${path}: ${name} is not declared`);
    for (const one of declared)
      if (!inPath.includes(one["name"])) faults.push(`${path}: ${one["name"]} is not in the path`);
    const keys = parameters.map((one) => `${one["in"]} ${one["name"]}`);
    if (new Set(keys).size !== keys.length) faults.push(`${path}: a parameter is told twice`);
    if (Object.keys(operation["responses"]).length === 0) faults.push(`${path}: no answer`);
  }
  return faults;
}

describe("the description of the real API", () => {
  test("has every operation of every contract at its method and path", () => {
    expect(operations.length).toBeGreaterThan(40);
    expect(described.map(({ operation }) => operation["operationId"]).toSorted()).toEqual(
      operations.map((operation) => `${operation.service}.${operation.name}`).toSorted(),
    );
  });

  test("has nothing that a reader of OpenAPI 3.1 stumbles over", () => {
    expect(document["openapi"]).toMatch(/^3\.1\.\d$/);
    expect(described.every(({ method }) => METHODS.includes(method))).toBe(true);
    expect(faultsOf(document)).toEqual([]);
  });

  test("holds only schemas that a validator of JSON Schema 2020-12 understands", () => {
    const ajv = validator();
    for (const name of Object.keys(document["components"]["schemas"] as Json))
      expect(() => ajv.compile({ $ref: `api#/components/schemas/${name}` }), name).not.toThrow();
  });

  test("says that a token is needed wherever one is, and nowhere else", () => {
    for (const { operation } of described) {
      const { access } = operations.find((one) => `${one.service}.${one.name}` === operation["operationId"])!;
      expect(operation["security"], operation["operationId"]).toEqual(access === "anyone" ? [{}] : [{ bearer: [] }]);
      if (access !== "anyone")
        expect(Object.keys(operation["responses"])).toEqual(expect.arrayContaining(["401", "403"]));
    }
  });

  test("tells each refusal as its own service declares it, also where two services share a code", () => {
    for (const { operation } of described) {
      const declared =
        operations.find((one) => `${one.service}.${one.name}` === operation["operationId"])!.refuses ?? [];
      for (const kind of declared) {
        const { schema } = operation["responses"][kind.spec.status].content["application/problem+json"] as Json;
        const variants = ((schema["anyOf"] ?? [schema]) as Json[]).map(
          (one) => resolved(document, one["$ref"]) as Json,
        );
        const told = variants.find((one) => one["title"] === kind.code)!["allOf"][1].properties;
        expect(told["status"]["const"], kind.code).toBe(kind.spec.status);
        const fields = Object.keys((kind.spec.data as Json | undefined)?.["properties"] ?? {});
        expect(Object.keys(told["data"]?.["properties"] ?? {}), operation["operationId"]).toEqual(fields);
      }
    }
  });

  test("is the same, byte for byte, in whatever order the operations come", () => {
    const again = openApi(operations.toReversed(), "/api/v1", "1.0.0");
    expect(JSON.stringify(again)).toBe(JSON.stringify(document));
  });
});

/** What is wrong with how an operation says that it may be repeated. */
function repeatFaults({ method, body, keyedBy, isRepeatable, input }: Operation): string[] {
  const required = ((input as unknown as Json)["required"] ?? []) as string[];
  const faults = [];
  if (keyedBy !== undefined && !required.includes(keyedBy)) faults.push(`${keyedBy} is no required field`);
  if (keyedBy !== undefined && isRepeatable) faults.push("says it twice");
  const isTold = keyedBy !== undefined || isRepeatable === true;
  if (isTold && (method !== "POST" || body === "stream")) faults.push("is no POST of JSON");
  return faults;
}

test("an operation that says wrongly how it may be repeated is found", () => {
  const base = { path: "/x", summary: "", access: "service", output: Type.Null() } as const;
  const input = Type.Object({ id: Type.Optional(Type.String()), key: Type.String() });
  const planted = defineContract("planted", {
    optional: { ...base, method: "POST", input, keyedBy: "id" },
    unknown: { ...base, method: "POST", input, keyedBy: "keys" },
    twice: { ...base, method: "POST", input, keyedBy: "key", isRepeatable: true },
    get: { ...base, method: "GET", input, isRepeatable: true },
    stream: { ...base, method: "POST", input, body: "stream", keyedBy: "key" },
    good: { ...base, method: "POST", input, keyedBy: "key" },
  });
  expect((Object.values(planted) as Operation[]).map((operation) => repeatFaults(operation))).toEqual([
    ["id is no required field"],
    ["keys is no required field"],
    ["says it twice"],
    ["is no POST of JSON"],
    ["is no POST of JSON"],
    [],
  ]);
});

describe("every contract", () => {
  test.each(operations.map((operation) => [`${operation.service}.${operation.name}`, operation] as const))(
    "%s: input that names what its path names, refusals told once, examples that are true",
    (_, operation) => {
      const fields = (operation.input as unknown as Json)["properties"] as Json;
      const required = ((operation.input as unknown as Json)["required"] ?? []) as string[];
      for (const name of pathParameters(operation.path)) expect(required).toContain(name);
      for (const name of Object.keys(operation.headers ?? {})) expect(Object.keys(fields)).toContain(name);
      const codes = (operation.refuses ?? []).map((kind) => kind.code);
      expect(codes).toEqual([...new Set(codes)]);
      if (operation.cacheSeconds !== undefined) expect([operation.access, operation.method]).toEqual(["anyone", "GET"]);
      if (operation.idempotencyKey !== undefined) expect(operation.method).toBe("POST");
      expect(repeatFaults(operation)).toEqual([]);
      const { input, output } = operation.example ?? {};
      if (input !== undefined) {
        const told = operation.body === "stream" ? { ...(input as Json), body: undefined } : input;
        expect(() => inputCheck(operation).check(told, "strict")).not.toThrow();
      }
      if (output !== undefined) expect(undeclaredParts(operation.output)(output)).toEqual([]);
    },
  );

  test("examples in the description are those of the contracts, and their schemas take them", () => {
    const ajv = validator();
    let shown = 0;
    for (const { operation } of described) {
      const contents = [
        operation["requestBody"]?.content,
        ...Object.values<Json>(operation["responses"]).map((one) => one["content"]),
      ];
      for (const content of contents) {
        const { schema, examples } = (content?.["application/json"] ?? {}) as Json;
        if (examples === undefined) continue;
        const example: unknown = examples.example.value;
        const isTaken: ValidateFunction = ajv.compile({ $ref: `api${schema["$ref"]}` });
        expect(isTaken(example), `${operation["operationId"]} ${ajv.errorsText(isTaken.errors)}`).toBe(true);
        shown += 1;
      }
    }
    expect(shown).toBeGreaterThan(20);
  });

  test("every field of an example's input is shown where it travels, and taken there", () => {
    const ajv = validator();
    let shown = 0;
    for (const { operation } of described) {
      const { example, headers = {} } = operations.find(
        (one) => `${one.service}.${one.name}` === operation["operationId"],
      )!;
      const parameters = operation["parameters"] as Json[];
      for (const [field, value] of Object.entries((example?.input ?? {}) as Json)) {
        const parameter = parameters.find((one) => one["name"] === (headers[field] ?? field));
        if (parameter === undefined) continue; // in the body
        expect(parameter["examples"], `${operation["operationId"]} ${field}`).toEqual({ example: { value } });
        expect(ajv.validate(JSON.parse(JSON.stringify(parameter["schema"]).replaceAll("#/", "api#/")), value)).toBe(
          true,
        );
        shown += 1;
      }
    }
    expect(shown).toBeGreaterThan(20);
  });

  test("operations share no method and path", () => {
    const places = operations.map((operation) => `${operation.method} ${operation.path.replaceAll(/:\w+/g, ":")}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });

  test("no field that travels in a query is an object, which has no text", () => {
    for (const operation of operations.filter((one) => !hasJsonBody(one) && one.access !== "service"))
      for (const [name, schema] of Object.entries((operation.input as unknown as Json)["properties"] as Json))
        expect((schema as Json)["type"], `${operation.service}.${operation.name} ${name}`).not.toBe("object");
  });
});

describe("one operation", () => {
  const refuse = defineRefusals({
    SHELF_FULL: {
      status: 409,
      title: "The shelf is full.",
      advice: "Take a book out.",
      data: Type.Object({ most: Type.Integer() }),
    },
    SHELF_GONE: { status: 409, title: "The shelf is gone.", advice: "Choose another." },
  });
  const shelves = defineContract("book-shop", {
    putBook: {
      method: "POST",
      path: "/shelves/:shelf/books",
      summary: "Puts a book.",
      access: "staff",
      success: 201,
      idempotencyKey: "required",
      isAccepted: () => true,
      headers: { signature: "x-signature" },
      refuses: [refuse.SHELF_FULL, refuse.SHELF_GONE],
      input: Type.Object({ shelf: Type.Integer(), title: Type.String(), signature: Type.String() }),
      output: Type.Object({ place: Type.Integer() }),
      example: { input: { shelf: 1, title: "Emma", signature: "x" }, output: { place: 1 } },
    },
    clear: {
      method: "DELETE",
      path: "/shelves/:shelf",
      summary: "Clears.",
      access: "anyone",
      success: 204,
      input: Type.Object({
        shelf: Type.Integer(),
        genres: Type.Optional(Type.Array(Type.String())),
        words: Type.Optional(Type.Array(Type.String(), { explode: true })),
      }),
      output: Type.Undefined(),
    },
    fill: {
      method: "PUT",
      path: "/shelves/:shelf",
      summary: "Fills.",
      access: "anyone",
      body: "stream",
      input: Type.Object({ shelf: Type.Integer() }),
      output: Type.Object({}),
    },
  });
  const told = openApi(Object.values(shelves) as Operation[], "/api", "1.0.0") as Json;
  const put = told["paths"]["/api/shelves/{shelf}/books"].post;

  test("has each field of its input in one place: path, header or body", () => {
    const places = (put.parameters as Json[]).map((one) => `${one["in"]} ${one["name"]} ${one["required"]}`);
    expect(places).toEqual(["path shelf true", "header x-signature true", "header Idempotency-Key true"]);
    const { schema, examples } = put.requestBody.content["application/json"];
    expect(schema).toEqual({ $ref: "#/components/schemas/BookShopPutBookInput" });
    expect(resolved(told, schema.$ref)).toMatchObject({ required: ["title"], additionalProperties: false });
    expect(examples).toEqual({ example: { value: { title: "Emma" } } });
    expect((put.parameters as Json[]).map((one) => one["examples"]?.example.value)).toEqual([1, "x", undefined]);
  });

  test("tells every refusal with its data under its status, those of its kind of access too", () => {
    const statuses = Object.keys(put.responses).join(" ");
    expect(statuses).toBe("201 202 400 401 403 409 413 415 422 429 503 504");
    expect(put.responses["400"].description).toContain("IDEMPOTENCY_KEY_REQUIRED");
    const conflict = put.responses["409"].content["application/problem+json"].schema.anyOf as Json[];
    const problems = conflict.map((one) => resolved(told, one["$ref"]) as Json);
    expect(problems.map((one) => one["title"])).toEqual(["IDEMPOTENCY_IN_FLIGHT", "SHELF_FULL", "SHELF_GONE"]);
    expect(problems[1]!["allOf"][1].properties).toMatchObject({
      code: { const: "SHELF_FULL" },
      data: { properties: { most: {} } },
    });
  });

  test("says what to do about each", () => {
    expect(put.responses["409"].description).toContain("`SHELF_FULL` The shelf is full. Take a book out.");
  });

  test("says nothing of a body that is not there", () => {
    const { delete: clear, put: fill } = told["paths"]["/api/shelves/{shelf}"];
    expect(clear.requestBody).toBeUndefined();
    expect(clear.responses["204"].content).toBeUndefined();
    expect(clear.parameters[1]).toMatchObject({ name: "genres", in: "query", required: false, explode: false });
    expect(clear.parameters[2]).toMatchObject({ name: "words", in: "query", explode: true });
    expect(clear.parameters[2].schema).toEqual({ type: "array", items: { type: "string" } });
    expect(Object.keys(fill.requestBody.content)).toEqual(["application/octet-stream"]);
  });

  test.each([
    [
      "two operations of one name",
      (broken: Json) => (broken["paths"]["/api/shelves/{shelf}"].put.operationId = "book-shop.clear"),
    ],
    ["a reference to nothing", (broken: Json) => delete broken["components"].schemas.BookShopPutBookInput],
    [
      "a parameter of the path that is not declared",
      (broken: Json) => broken["paths"]["/api/shelves/{shelf}"].put.parameters.pop(),
    ],
    [
      "one path told twice",
      (broken: Json) => (broken["paths"]["/api/shelves/{id}"] = broken["paths"]["/api/shelves/{shelf}"]),
    ],
  ])("the check of this file finds %s", (_, breakIt) => {
    const broken = structuredClone(told);
    expect(faultsOf(broken)).toEqual([]);
    breakIt(broken);
    expect(faultsOf(broken)).not.toEqual([]);
  });
});

function validator(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (instance: Ajv) => void)(ajv);
  ajv.addSchema({ $id: "api", ...document });
  return ajv;
}
