import type { Input, Operation, Output } from "#kernel/contract";
import type { DataOf, Envelope, EventKind } from "#kernel/event";
import type { Cache } from "./cache.ts";
import type { Setting } from "./config.ts";
import type { Database, Tx } from "./database.ts";
import type { Log } from "./log.ts";

/** On whose behalf something happens. Guests and customers are shoppers; `service` is one of ours acting by itself. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "guest"; readonly id: string }
  | { readonly kind: "customer"; readonly id: string }
  | { readonly kind: "staff"; readonly id: string }
  | { readonly kind: "service"; readonly name: string };

/** What travels with every call and event, in process and over HTTP alike. */
export type CallContext = {
  /** The service that asks (`gateway`, `orders`, …). */
  readonly caller: string;
  readonly actor: Actor;
  /** One merchant's shop, and the market of it that this is about. */
  readonly store: string;
  readonly market: string;
  /** BCP 47. */
  readonly locale: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly requestId: string;
  /** W3C trace context. */
  readonly traceparent: string;
  /** Unix milliseconds after which nobody waits for the answer. */
  readonly deadlineAtMs: number;
  readonly idempotencyKey: string | undefined;
};

/** Everything an operation, an event handler or a job may use. There is no other way to the outside. */
export type Ctx = CallContext & {
  /** The service that is running. */
  readonly service: string;
  /** Aborted at the deadline or when the caller goes away; hand it to everything that waits. */
  readonly signal: AbortSignal;
  /** The time of this call; models take it as an argument. */
  readonly now: Date;
  /** The service's own database, as long as the deadline has not passed; then DEADLINE_EXCEEDED. */
  readonly db: Database;
  readonly cache: Cache;
  readonly log: Log;
  setting<Value>(setting: Setting<Value>): Value;
  /** Calls an operation of a service listed in `calls`. Throws its declared refusals; anything else thrown, OUTCOME_UNKNOWN too, means
   *  "unknown": it may have happened. Actor, market, locale and currency default to the present ones. */
  call<Op extends Operation>(operation: Op, input: Input<Op>, options?: CallOptions): Promise<Output<Op>>;
  /** Adds an event to the transaction; it is heard at least once after the commit, and never without it.
   *  Call it after the guarded update of its subject. */
  publish<Kind extends EventKind<any>>(
    tx: Tx,
    kind: Kind,
    data: DataOf<Kind>,
    options?: { subjectVersion?: number },
  ): void;
  /** One value per running service (a collector, a connection), made on first use and disposed at the stop. */
  resource<Value>(resource: Resource<Value>): Value;
  /** Makes a job of this service run now instead of at its next turn (this replica only; a hint, not a promise). */
  wake(jobName: string): void;
  /** Tells the caller that this answer was given before (`Idempotency-Replayed: true`). */
  markReplayed(): void;
  /** The same context for work that must outlive the caller's patience: own deadline, same trace, the time of now. With `place`:
   *  for a thing of another market than the caller's (an order that a job goes on with). */
  detached(timeoutMs: number, place?: Place): Ctx;
};

/** Whose shop, and which market of it, something is about; and the trace that it began in, where that is kept. */
export type Place = Pick<CallContext, "store" | "market" | "locale" | "currency"> &
  Partial<Pick<CallContext, "traceparent">>;

export type CallOptions = {
  readonly idempotencyKey?: string;
  readonly timeoutMs?: number;
  /** On whose behalf, and for what market, language and currency, where they are not those of this context. */
  readonly actor?: Actor;
  readonly market?: string;
  readonly locale?: string;
  readonly currency?: string;
};

/** Declares a per-service value with a lifetime: `export const collector = defineResource((base) => new Collector(base.db))`. */
export type Resource<Value> = {
  readonly make: (base: ResourceBase) => Value;
  readonly dispose?: (value: Value) => Promise<void> | void;
};
export type ResourceBase = Pick<Ctx, "service" | "db" | "cache" | "log" | "setting"> & { readonly now: () => Date };

export function defineResource<Value>(
  make: Resource<Value>["make"],
  dispose?: Resource<Value>["dispose"],
): Resource<Value> {
  return dispose === undefined ? { make } : { make, dispose };
}

export type EventHandler = (event: Envelope<any>, ctx: Ctx) => Promise<void>;
