import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Operation } from "#kernel/contract";
import { eventType, type EventKind } from "#kernel/event";
import { refuse, type RefusalSpec } from "#kernel/refusal";
import type { AnyService } from "#platform/service";
import { callsIn } from "../architecture/edges.ts";
import { readTree } from "../architecture/tree.ts";

/** A JSON schema without what is only told to people. */
export type Schema = { readonly [keyword: string]: unknown };

export type RefusalSnapshot = { readonly status: number; readonly data?: Schema };

/** One operation as others rely on it. */
export type OperationSnapshot = {
  readonly method: string;
  readonly path: string;
  readonly access: string;
  readonly success: number;
  readonly mayGoOn: boolean;
  readonly idempotencyKey: "required" | "optional" | "none";
  readonly body: "json" | "stream";
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyLimitBytes: number;
  /** Services whose code calls it. */
  readonly calledBy: readonly string[];
  readonly input: Schema;
  readonly output: Schema;
  readonly refuses: Readonly<Record<string, RefusalSnapshot>>;
  /** Whatever else the contract declares as plain data: `timeoutMs`, `cacheSeconds` and what is added later. */
  readonly more: Readonly<Record<string, unknown>>;
};

export type EventSnapshot = { readonly subject: string; readonly data: Schema };

/** Every promise that services make to others and to clients: operations as `orders.checkout`, events as `orders.OrderPlaced.v1`. */
export type Snapshot = {
  readonly edgePrefix: string;
  /** The refusals that any operation may answer with. */
  readonly general: Readonly<Record<string, RefusalSnapshot>>;
  readonly operations: Readonly<Record<string, OperationSnapshot>>;
  readonly events: Readonly<Record<string, EventSnapshot>>;
};

/** Claims that services of two releases may meet at it: both directions must work. */
export function isCalled(operation: OperationSnapshot): boolean {
  return operation.access === "service" || operation.calledBy.length > 0;
}

/** Imports every service of the tree under `root` and takes down what they promise. */
export async function takeSnapshot(root: string): Promise<Snapshot> {
  const services = await Promise.all(
    globSync("{services,apps}/*/service.ts", { cwd: root })
      .toSorted()
      .map(async (file) => {
        const module = (await import(pathToFileURL(join(root, file)).href)) as { service: AnyService };
        return module.service;
      }),
  );
  const callers = await callersIn(root);
  const operations = services.flatMap((service) => Object.values(service.contract) as Operation[]);
  const kinds = services.flatMap((service) => service.publishes ?? []) as EventKind[];
  return {
    edgePrefix: services.find((service) => service.edge !== undefined)?.edge?.prefix ?? "",
    general: refusalsOf(Object.values(refuse)),
    operations: byName(
      operations.map((one) => {
        const name = `${one.service}.${one.name}`;
        return [name, operationSnapshot(one, callers.get(name) ?? [])];
      }),
    ),
    events: byName(kinds.map((kind) => [eventType(kind), { subject: kind.subject, data: plain(kind.data) }])),
  };
}

/** Who calls what, read from the code: `inventory.reserve` → ["orders"]. */
async function callersIn(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const tree = readTree(root);
  const { services } = await tree.house();
  const callers = new Map<string, readonly string[]>();
  for (const caller of [...services.keys()].toSorted())
    for (const { service, member } of callsIn(tree, services, caller)) {
      const name = `${service}.${member}`;
      callers.set(name, [...new Set([...(callers.get(name) ?? []), caller])]);
    }
  return callers;
}

function operationSnapshot(operation: Operation, calledBy: readonly string[]): OperationSnapshot {
  const { method, path, access, success = 200, isAccepted, idempotencyKey, body, headers, bodyLimitBytes } = operation;
  return {
    method,
    path,
    access,
    success,
    mayGoOn: isAccepted !== undefined,
    idempotencyKey: idempotencyKey ?? "none",
    body: body ?? "json",
    headers: headers ?? {},
    bodyLimitBytes: bodyLimitBytes ?? 1_048_576,
    calledBy,
    input: plain(operation.input),
    output: plain(operation.output),
    refuses: refusalsOf(operation.refuses ?? []),
    more: plain(Object.fromEntries(Object.entries(operation).filter(([key]) => !TAKEN_DOWN.has(key)))),
  };
}

/** Fields of an operation that have a place of their own above, or are for people. */
const TAKEN_DOWN = new Set(
  (
    "service name summary description example input output refuses " +
    "method path access success isAccepted idempotencyKey body headers bodyLimitBytes"
  ).split(" "),
);

function refusalsOf(
  kinds: readonly { readonly code: string; readonly spec: RefusalSpec }[],
): Readonly<Record<string, RefusalSnapshot>> {
  return byName(
    kinds.map(({ code, spec: { status, data } }) => [
      code,
      data === undefined ? { status } : { status, data: plain(data) },
    ]),
  );
}

const FOR_PEOPLE = new Set(["$id", "description", "title", "examples", "example"]);

/** A copy as JSON without annotations. A property may be called `description`: only a text is one. */
function plain(schema: unknown): Schema {
  const isForPeople = (key: string, value: unknown) => FOR_PEOPLE.has(key) && typeof value !== "object";
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (isForPeople(key, value) ? undefined : value)),
  ) as Schema;
}

function byName<Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
