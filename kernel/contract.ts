import type { Static, TObject, TSchema } from "typebox";
import type { RefusalKind } from "./refusal.ts";

/** Who may call an operation from outside. `service`: never exposed by the gateway. `shopper`: a guest or a customer. */
export type Access = "anyone" | "shopper" | "customer" | "staff" | "service";

/** What one operation is: where it lives on HTTP, who may call it, what goes in, what comes out, how it refuses. */
export type OperationSpec = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `/orders/:orderId`; names after a colon are taken from `input`. The rest is the query (GET, DELETE) or the JSON body. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly input: TObject;
  readonly output: TSchema;
  readonly refuses?: readonly RefusalKind<string, any>[];
  /** Status of a success; 200 unless told. */
  readonly success?: 200 | 201 | 204;
  /** Claims that the work goes on after this answer: 202 instead of `success`. */
  readonly isAccepted?: (output: any) => boolean;
  /** A POST that changes state takes an `Idempotency-Key` header; the operation itself keeps the promise. */
  readonly idempotencyKey?: "required" | "optional";
  /** Input field with an id made by the caller, by which a POST is never done twice: whoever lost the answer may send it again. */
  readonly keyedBy?: string;
  /** A POST without such an id of which a repeat is harmless all the same: it only reads, sets a state that stays the same, or makes
   *  what is worth nothing twice (a token). */
  readonly isRepeatable?: true;
  /** `stream`: the raw request body arrives as `input.body` (an AsyncIterable of bytes) beside path and query. */
  readonly body?: "json" | "stream";
  /** Input fields that arrive as request headers: `{ webhookId: "webhook-id" }`. Between services they travel in the query. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Largest body in bytes; 1 MiB unless told (streams are not limited). */
  readonly bodyLimitBytes?: number;
  /** Seconds that a shared cache may keep the answer (only `access: "anyone"`, GET). */
  readonly cacheSeconds?: number;
  /** Milliseconds the whole call may take; 10,000 unless told. */
  readonly timeoutMs?: number;
  /** Shown in the documentation; checked against the schemas by a test. */
  readonly example?: { readonly input?: unknown; readonly output?: unknown };
};

/** An operation with its address: `service` and `name`. Pass it to `ctx.call` to call it. */
export type Operation<Spec extends OperationSpec = OperationSpec> = Spec & {
  readonly service: string;
  readonly name: string;
};

export type Contract<Specs extends Record<string, OperationSpec> = Record<string, OperationSpec>> = {
  readonly [Name in keyof Specs]: Operation<Specs[Name]>;
};

export type Input<Op extends OperationSpec> = Static<Op["input"]> &
  (Op extends { body: "stream" } ? { readonly body: AsyncIterable<Uint8Array> } : unknown);
export type Output<Op extends OperationSpec> = Static<Op["output"]>;

/** Where a page is that the service shows on the public port beside its operations. */
export type PublicPage = { readonly method: "GET" | "POST"; readonly path: string };

const services = new WeakMap<Contract, string>();
const pages = new WeakMap<Contract, readonly PublicPage[]>();

/** Builds the public face of the service called `service` from its operations. */
export function defineContract<const Specs extends Record<string, OperationSpec>>(
  service: string,
  specs: Specs,
): Contract<Specs> {
  const operations = Object.entries(specs).map(([name, spec]) => [name, { ...spec, service, name }]);
  const contract = Object.fromEntries(operations) as Contract<Specs>;
  services.set(contract, service);
  return contract;
}

/** The name of the service that a contract belongs to. */
export function serviceOf(contract: Contract): string {
  const service = services.get(contract);
  if (service === undefined) throw new Error("This contract was not made by defineContract.");
  return service;
}

/** Adds the pages that the service shows on the public port: an edge in another process leads to them. */
export function definePublicPages(contract: Contract, publicPages: readonly PublicPage[]): void {
  pages.set(contract, publicPages);
}

export function publicPagesOf(contract: Contract): readonly PublicPage[] {
  return pages.get(contract) ?? [];
}

/** `["orderId"]` of `/orders/:orderId`. */
export function pathParameters(path: string): readonly string[] {
  return [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
}

/** Claims that the operation's own fields travel in a JSON body (POST, PUT, PATCH) and not in the query. */
export function hasJsonBody(operation: OperationSpec): boolean {
  return operation.method !== "GET" && operation.method !== "DELETE" && operation.body !== "stream";
}
