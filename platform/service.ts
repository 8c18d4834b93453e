import type { Contract, Input, Operation, Output } from "#kernel/contract";
import type { Event, EventKind } from "#kernel/event";
import { withAudits, type Audit } from "./audit.ts";
import type { Setting } from "./config.ts";
import type { Actor, Ctx, EventHandler, Resource } from "./ctx.ts";
import type { Gauge, Saga } from "./gauges.ts";

/** The function behind each operation of a contract. */
export type Handlers<C extends Contract> = {
  readonly [Name in keyof C]: (input: Input<C[Name]>, ctx: Ctx) => Promise<Output<C[Name]>>;
};

export type Hearing = { readonly kind: EventKind<any>; readonly handle: EventHandler };

/** Heard once per service, by one replica, in order per subject, at least once: the handler must be safe to repeat
 *  (`applyOnce` of platform/consume makes it so). A handler that throws is tried again with back-off; only its subject waits. */
export function hear<Kind extends EventKind<any>>(
  kind: Kind,
  handle: (event: Event<Kind>, ctx: Ctx) => Promise<void>,
): Hearing {
  return { kind, handle };
}

/** A piece of work that one replica does every `everyMs` (leased), and at once when woken by `ctx.wake(name)`. */
export type Job = {
  readonly name: string;
  readonly everyMs: number;
  /** How long a run may take; another replica may begin after it. 30,000 unless told. */
  readonly leaseMs?: number;
  run(ctx: Ctx): Promise<void>;
};

/** A page or a file that is no operation: HTML, a picture. `path` is from the root of its port. On the public port, `GET /*` is no
 *  route but the fallback: it answers browsers at addresses that nothing else answers, outside of the API. */
export type WebPage = {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** `public` beside the API; `operators` on the operators' port only. */
  readonly port: "public" | "operators";
  readonly summary: string;
  /** Of a public GET page that is the same for everybody: how many seconds caches may keep it. It sees of the request what makes its
   *  address, and no more: no cookies. Its 200 lies ready for seconds, until the service's cache forgets something; an answer that
   *  sets a cookie or tells its own `cache-control` is sent as it says. */
  readonly cacheSeconds?: number;
  /** How many seconds longer they may show it while they ask for a new one; none unless told. */
  readonly staleSeconds?: number;
  handle(request: WebRequest, ctx: Ctx): Promise<WebAnswer>;
};
export type WebRequest = {
  readonly parameters: Readonly<Record<string, string>>;
  /** The query, the first of each name; `search` has them all. */
  readonly query: Readonly<Record<string, string>>;
  readonly search: URLSearchParams;
  /** Path with query as the client wrote it. */
  readonly url: string;
  /** The first of each name, decoded; those that cannot be decoded are left out (RFC 6265). */
  readonly cookies: Readonly<Record<string, string>>;
  /** Fields of a posted form; {} otherwise. */
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
};
/** `no-store` unless its headers or the page say otherwise. Text of 1 KiB or more is compressed on its way, unless its headers name
 *  a `content-encoding`. HTML without a `content-security-policy` of its own gets one that lets it run nothing. */
export type WebAnswer = {
  readonly status?: number;
  /** text/html unless told. */
  readonly contentType?: string;
  readonly body?: string | Uint8Array;
  /** Several values of a name are sent as several headers: `set-cookie`. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
};

/** Something an operator runs by hand: `npm run command inventory reconcile`. Prints what it returns, line by line. */
export type Command = {
  readonly name: string;
  readonly summary: string;
  run(ctx: Ctx, args: readonly string[]): Promise<readonly string[]>;
};

/** Makes a service the public edge: every operation that is not `access: "service"` is served under `prefix`, after `admit`
 *  told on whose behalf. `admit` refuses UNAUTHENTICATED, FORBIDDEN or TOO_MANY_REQUESTS. */
export type Edge = {
  readonly prefix: string;
  admit(request: EdgeRequest, operation: Operation, ctx: Ctx): Promise<Admission>;
  /** What `admit` counts requests by: also those whose answer lies ready, for which it is not asked. Without it none is kept ready. */
  readonly allowance?: Resource<Allowance>;
};
export type Allowance = {
  /** Counts a request of a client; refuses TOO_MANY_REQUESTS beyond what it may. */
  take(operation: Operation, client: string, now: Date): void;
};
export type EdgeRequest = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly ip: string;
};
export type Admission = {
  readonly actor: Actor;
  readonly store: string;
  readonly market: string;
  readonly locale: string;
  readonly currency: string;
  /** Added to the answer (rate limit counters). */
  readonly headers?: Readonly<Record<string, string>>;
};

/** A service's table of contents. No logic, no effect on import. */
export type Service<C extends Contract = Contract> = {
  readonly name: string;
  readonly contract: C;
  readonly operations: Handlers<C>;
  /** Contracts of the services it may call; calls to others are refused, in both modes. */
  readonly calls?: readonly Contract[];
  readonly publishes?: readonly EventKind<any>[];
  /** One consumer group: each event is handled by one replica. */
  readonly hears?: readonly Hearing[];
  /** Every replica handles each event from its start on (cache invalidation); not stored, not retried. */
  readonly watches?: readonly Hearing[];
  readonly jobs?: readonly Job[];
  readonly settings?: readonly Setting<any>[];
  readonly pages?: readonly WebPage[];
  readonly commands?: readonly Command[];
  /** What it asks itself again and again; a service that publishes or hears has `outbox` beside them. */
  readonly audits?: readonly Audit[];
  /** Numbers for operators, beside those that every service has. */
  readonly gauges?: readonly Gauge[];
  /** What operators see under way. */
  readonly sagas?: readonly Saga[];
  readonly edge?: Edge;
  /** False for a service that keeps nothing: it gets no database. */
  readonly hasDatabase?: boolean;
};

/** The service with what its audits make: jobs, commands, an event. */
export function defineService<C extends Contract>(service: Service<C>): Service<C> {
  return withAudits(service);
}

/** A service as the runtime holds it, its operations' types forgotten. */
export type AnyService = Omit<Service, "operations"> & {
  readonly operations: Readonly<Record<string, (input: any, ctx: Ctx) => Promise<unknown>>>;
};
