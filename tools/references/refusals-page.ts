import { hasJsonBody, type Contract, type Operation } from "#kernel/contract";
import type { RefusalSpec } from "#kernel/refusal";
import { usualRefusals } from "#platform/openapi";
import { fieldsOf } from "./schema-words.ts";

/** A refusal as it is declared. */
type Declared = { readonly code: string; readonly spec: RefusalSpec };

/** Refusals that belong together: those of a service, of every operation, of the operators' port. */
export type RefusalGroup = { readonly title: string; readonly intro: string; readonly kinds: readonly Declared[] };

export type RefusalSource = {
  readonly groups: readonly RefusalGroup[];
  readonly contracts: readonly Contract[];
  /** Where the edge serves operations: `/api/v1`. */
  readonly prefix: string;
};

const INTRO = `# Refusals

Every answer that says no. Written by \`node tools/generate-refusals.ts\` from the contracts; \`advice\` stands with each refusal in the code.

A refusal is \`application/problem+json\` (RFC 9457) with a stable \`code\`: decide by it, show \`title\` to nobody who did not ask for
it, quote \`requestId\` to the operators. What a refusal tells beside stands in \`data\`, bad fields of the input in \`errors\`.

\`\`\`json
{ "type": "/api/docs/problems#CART_CHANGED", "title": "The cart changed meanwhile.", "status": 409, "code": "CART_CHANGED", "data": { "version": 4 }, "requestId": "…" }
\`\`\`

A request refused with 4xx changed nothing. After 503 and 504 nobody knows whether it did; a repeat with the same Idempotency-Key or
id is safe. \`INTERNAL\` (500) is no refusal but a fault of ours, logged with its \`requestId\`. A code that you do not know: go by
its status.`;

/** docs/refusals.md: each refusal with its status, data, who answers it and what to do. */
export function refusalsPage({ groups, contracts, prefix }: RefusalSource): string {
  const operations = contracts.flatMap((contract) => Object.values(contract) as Operation[]);
  const sections = groups
    .filter(({ kinds }) => kinds.length > 0)
    .map(({ title, intro, kinds }) => {
      const told = kinds.map((kind) => refusalText(kind, answererText(kind, operations, prefix)));
      return [`## ${title}`, ...(intro === "" ? [] : [intro]), ...told].join("\n\n");
    });
  return `${[INTRO, index(groups), ...sections].join("\n\n")}\n`;
}

/** By code, as a client has only that. */
function index(groups: readonly RefusalGroup[]): string {
  const rows = groups.flatMap(({ title, kinds }) =>
    kinds.map(({ code, spec }) => ({ code, status: spec.status, title })),
  );
  const sorted = rows.toSorted((a, b) => (a.code === b.code ? 0 : a.code < b.code ? -1 : 1));
  const lines = sorted.map(({ code, status, title }) => `| \`${code}\` | ${status} | [${title}](#${anchor(title)}) |`);
  return ["| code | status | of |", "|---|---|---|", ...lines].join("\n");
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}

function refusalText({ code, spec }: Declared, answerers: string): string {
  const data = fieldsOf(spec.data).map(({ name, words }) => `\`${name}\` ${words}`);
  const place = code === "INVALID_INPUT" ? "Beside" : "Data";
  return [
    `### \`${code}\` ${spec.status}`,
    "",
    `${spec.title} **${spec.advice}**`,
    "",
    ...(data.length === 0 ? [] : [`- ${place}: ${data.join(" · ")}`]),
    `- Answered by ${answerers}`,
  ].join("\n");
}

const KINDS: readonly { readonly words: string; has(operation: Operation): boolean }[] = [
  { words: "every operation", has: () => true },
  { words: "every operation that needs a token", has: ({ access }) => access !== "anyone" },
  { words: "every operation with a JSON body", has: hasJsonBody },
  { words: "every operation that changes something", has: ({ method }) => method !== "GET" },
  { words: "every operation that takes an Idempotency-Key", has: ({ idempotencyKey }) => idempotencyKey !== undefined },
  {
    words: "every operation that demands an Idempotency-Key",
    has: ({ idempotencyKey }) => idempotencyKey === "required",
  },
];

function answererText(kind: Declared, operations: readonly Operation[], prefix: string): string {
  const exposed = operations.filter(({ access }) => access !== "service");
  const usual = exposed.filter((operation) => isAmong(usualRefusals(operation), kind));
  const own = operations.filter(({ refuses = [] }) => isAmong(refuses, kind)).map((one) => nameOf(one, prefix));
  if (usual.length === 0) return own.length === 0 ? "the port itself, whatever is asked" : own.join(", ");
  const same = KINDS.find(({ has }) => exposed.every((one) => has(one) === usual.includes(one)));
  return [...(same === undefined ? usual.map((one) => nameOf(one, prefix)) : [same.words]), ...own].join(", ");
}

/** By value: two services may mean different things by one code. */
function isAmong(kinds: readonly Declared[], kind: Declared): boolean {
  return kinds.includes(kind);
}

/** A client knows it by method and path; what is between services has neither for it. */
function nameOf({ access, method, path, service, name }: Operation, prefix: string): string {
  return access === "service" ? `\`${service}.${name}\` (between services)` : `\`${method} ${prefix}${path}\``;
}
