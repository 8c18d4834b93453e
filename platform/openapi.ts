import { hasJsonBody, pathParameters, type Operation } from "#kernel/contract";
import { refuse, type RefusalKind } from "#kernel/refusal";

type Json = Record<string, unknown>;
type Components = Map<string, unknown>;

/** The OpenAPI 3.1 description of operations served under `prefix`. The same operations give the same bytes. */
export function openApi(operations: readonly Operation[], prefix: string, version: string): Json {
  const components = new Map<string, unknown>([["Problem", PROBLEM]]);
  const paths: Record<string, Json> = {};
  const sorted = operations.toSorted((a, b) =>
    a.path === b.path ? (a.method < b.method ? -1 : 1) : a.path < b.path ? -1 : 1,
  );
  for (const operation of sorted) {
    const path = prefix + operation.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, components) };
  }
  const tags = [...new Set(operations.map((operation) => operation.service))].toSorted().map((name) => ({ name }));
  return {
    openapi: "3.1.0",
    info: {
      title: "Tradepost API",
      version,
      description:
        "A purchase in six calls: `POST /guest-tokens` (send the token as `Authorization: Bearer …` from then on), `GET /products`, `POST /cart/lines`, " +
        "`POST /quotes` (what it costs to the door), `POST /payment-tokens`, `POST /checkout` with an `Idempotency-Key`.\n\n" +
        "Money is a whole number of the currency's smallest unit. Errors are problem+json (RFC 9457) with a stable `code`, listed under [problems](/api/docs/problems). " +
        "Fields that an operation does not know are refused. Lists are paged by `cursor`. `Tradepost-Market` names the market, `Accept-Language` picks one of its languages.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags,
    paths,
    components: {
      schemas: Object.fromEntries([...components].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}

function describe(operation: Operation, components: Components): Json {
  const success = String(operation.success ?? 200);
  const answer = {
    description: "Success.",
    ...(success === "204"
      ? {}
      : {
          content: {
            "application/json": {
              schema: named(operation, "Output", operation.output, components),
              ...exampleOf(operation.example?.output),
            },
          },
        }),
  };
  return {
    operationId: `${operation.service}.${operation.name}`,
    tags: [operation.service],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    security: operation.access === "anyone" ? [{}] : [{ bearer: [] }],
    parameters: [...parameters(operation, components), ...idempotencyParameter(operation)],
    ...requestBody(operation, components),
    responses: {
      [success]: answer,
      ...(operation.isAccepted === undefined ? {} : { 202: { ...answer, description: "Accepted, and going on." } }),
      ...refusals(operation, components),
    },
  };
}

function parameters(operation: Operation, components: Components): Json[] {
  const { properties, required = [] } = operation.input as unknown as {
    properties: Record<string, Json>;
    required?: string[];
  };
  const inPath = new Set(pathParameters(operation.path));
  const headers = operation.headers ?? {};
  const example = (operation.example?.input ?? {}) as Json;
  const told = Object.entries(properties).filter(
    ([name]) => inPath.has(name) || name in headers || !hasJsonBody(operation),
  );
  return told.map(([name, { explode = false, ...schema }]) => ({
    name: headers[name] ?? name,
    in: inPath.has(name) ? "path" : name in headers ? "header" : "query",
    required: inPath.has(name) || required.includes(name),
    ...(schema["type"] === "array" ? { style: "form", explode } : {}),
    schema: hoist(schema, components),
    ...exampleOf(example[name]),
  }));
}

function idempotencyParameter(operation: Operation): Json[] {
  if (operation.idempotencyKey === undefined) return [];
  const description = "The same key with the same body tells the first answer again and does nothing twice.";
  return [
    {
      name: "Idempotency-Key",
      in: "header",
      required: operation.idempotencyKey === "required",
      description,
      schema: { type: "string", minLength: 8, maxLength: 128 },
    },
  ];
}

function requestBody(operation: Operation, components: Components): Json {
  if (operation.body === "stream")
    return { requestBody: { required: true, content: { "application/octet-stream": {} } } };
  if (!hasJsonBody(operation)) return {};
  const { properties, required = [] } = hoist({ ...operation.input, $id: undefined }, components) as {
    properties: Record<string, Json>;
    required?: string[];
  };
  const elsewhere = new Set([...pathParameters(operation.path), ...Object.keys(operation.headers ?? {})]);
  const fields = Object.entries(properties).filter(([name]) => !elsewhere.has(name));
  if (fields.length === 0) return {};
  const schema = {
    type: "object",
    required: required.filter((name) => !elsewhere.has(name)),
    properties: Object.fromEntries(fields),
    additionalProperties: false,
  };
  const example = operation.example?.input as Json | undefined;
  const shown =
    example === undefined
      ? undefined
      : Object.fromEntries(Object.entries(example).filter(([name]) => !elsewhere.has(name)));
  return {
    requestBody: {
      required: true,
      content: { "application/json": { schema: named(operation, "Input", schema, components), ...exampleOf(shown) } },
    },
  };
}

function refusals(operation: Operation, components: Components): Json {
  const byStatus = Map.groupBy(
    [...usualRefusals(operation), ...(operation.refuses ?? [])] as RefusalKind[],
    (kind) => kind.spec.status,
  );
  return Object.fromEntries([...byStatus].map(([status, kinds]) => [String(status), refusalAnswer(kinds, components)]));
}

/** What an operation answers because of what it is, whatever its contract lists. */
export function usualRefusals(operation: Operation): readonly RefusalKind<string, any>[] {
  const { access, idempotencyKey, method } = operation;
  return [
    refuse.INVALID_INPUT,
    ...(idempotencyKey === "required" ? [refuse.IDEMPOTENCY_KEY_REQUIRED] : []),
    ...(access === "anyone" ? [] : [refuse.UNAUTHENTICATED, refuse.FORBIDDEN]),
    ...(hasJsonBody(operation) ? [refuse.PAYLOAD_TOO_LARGE, refuse.UNSUPPORTED_MEDIA_TYPE] : []),
    refuse.TOO_MANY_REQUESTS,
    refuse.SERVICE_UNAVAILABLE,
    refuse.DEADLINE_EXCEEDED,
    ...(method === "GET" ? [] : [refuse.OUTCOME_UNKNOWN]),
    ...(idempotencyKey === undefined ? [] : [refuse.IDEMPOTENCY_IN_FLIGHT, refuse.IDEMPOTENCY_KEY_REUSED]),
  ];
}

function refusalAnswer(kinds: readonly RefusalKind[], components: Components): Json {
  const variants = kinds.map((kind) => problemOf(kind, components));
  return {
    description: kinds.map(({ code, spec }) => `\`${code}\` ${spec.title} ${spec.advice}`).join("\n\n"),
    content: { "application/problem+json": { schema: variants.length === 1 ? variants[0] : { anyOf: variants } } },
  };
}

/** The problem of one code, once in the document; services may mean different things by one code. */
function problemOf(kind: RefusalKind, components: Components): Json {
  // The errors of fields stand at the top of a problem, as `Problem` says.
  const isTold = kind.spec.data !== undefined && kind.code !== refuse.INVALID_INPUT.code;
  const data = isTold ? { data: hoist(kind.spec.data, components) } : {};
  const own = {
    type: "object",
    properties: { code: { const: kind.code }, status: { const: kind.spec.status }, ...data },
  };
  const problem = {
    title: kind.code,
    description: `${kind.spec.title} ${kind.spec.advice}`,
    allOf: [{ $ref: "#/components/schemas/Problem" }, own],
  };
  let name = `Problem_${kind.code}`;
  for (let number = 2; isOther(components.get(name), problem); number++) name = `Problem_${kind.code}_${number}`;
  components.set(name, problem);
  return { $ref: `#/components/schemas/${name}` };
}

function isOther(present: unknown, wanted: unknown): boolean {
  return present !== undefined && JSON.stringify(present) !== JSON.stringify(wanted);
}

const PROBLEM = {
  type: "object",
  description: "Why a request was not done (RFC 9457).",
  required: ["type", "title", "status", "code", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "Stable; decide by this one." },
    errors: {
      type: "array",
      items: { type: "object", properties: { field: { type: "string" }, message: { type: "string" } } },
    },
    data: { type: "object" },
    requestId: { type: "string" },
  },
};

function named(operation: Operation, suffix: string, schema: unknown, components: Components): Json {
  const service = operation.service.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  const name = `${service}${operation.name[0]!.toUpperCase()}${operation.name.slice(1)}${suffix}`;
  const hoisted = hoist(schema, components);
  if ("$ref" in hoisted) return hoisted;
  components.set(name, hoisted);
  return { $ref: `#/components/schemas/${name}` };
}

/** A copy in which every schema with an `$id` is a reference to one component. */
function hoist(schema: unknown, components: Components): Json {
  return copy(JSON.parse(JSON.stringify(schema))) as Json;

  function copy(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(copy);
    if (typeof part !== "object" || part === null) return part;
    const { $id, ...rest } = part as Json;
    const copied = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, copy(value)]));
    if (typeof $id !== "string") return copied;
    if (isOther(components.get($id), copied)) throw new Error(`Two schemas call themselves ${$id}.`);
    components.set($id, copied);
    return { $ref: `#/components/schemas/${$id}` };
  }
}

/** In the plural form: the documentation's page shows no other. */
function exampleOf(value: unknown): Json {
  return value === undefined ? {} : { examples: { example: { value } } };
}
