import { serviceOf, type Contract, type Operation } from "#kernel/contract";
import { eventType, type Envelope } from "#kernel/event";
import { newId } from "#kernel/id";
import { refuse } from "#kernel/refusal";
import type { Setting, Settings } from "./config.ts";
import type { Actor, CallContext, CallOptions, Ctx, Place, Resource } from "./ctx.ts";
import type { Database, Tx } from "./database.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";
import { createMemoryCache } from "./memory-cache.ts";
import { addToOutbox, type Relay } from "./outbox.ts";
import type { Schedule } from "./schedule.ts";
import type { AnyService } from "./service.ts";
import type { Telemetry } from "./telemetry.ts";
import { OperationMeter } from "./telemetry/metrics.ts";
import { tracedDatabase } from "./telemetry/traced-database.ts";
import { isSampled, traceIdOf } from "./telemetry/traceparent.ts";

/** What contexts need of the runtime that they live in. */
export type HostRuntime = {
  readonly settings: Settings;
  readonly log: Log;
  readonly now: () => number;
  readonly faults?: Faults | undefined;
  readonly telemetry: Telemetry;
  callBetween(operation: Operation, input: unknown, call: CallContext): Promise<unknown>;
};

/** What interrupts a call from outside, and what wants to know of a replay. */
export type InvokeSignals = {
  readonly signal?: AbortSignal;
  readonly onReplayed?: () => void;
  /** Another process asks. */
  readonly isRemote?: boolean;
};

/** What a service's contexts share. */
export class Host {
  readonly runtime: HostRuntime;
  readonly service: AnyService;
  readonly db: Database;
  readonly log: Log;
  readonly cache;
  /** Unix milliseconds by this service's clock. */
  readonly now: () => number;
  readonly mayCall: ReadonlySet<string>;
  relay: Relay | undefined;
  schedule: Schedule | undefined;
  readonly #meters = new Map<string, OperationMeter>();
  readonly #resources = new Map<Resource<any>, unknown>();

  constructor(runtime: HostRuntime, service: AnyService, db: Database) {
    this.runtime = runtime;
    this.service = service;
    this.db = db;
    this.log = runtime.log.with({ service: service.name });
    const { now, faults } = runtime;
    this.now = faults === undefined ? now : () => now() + faults.clockOffsetMs(service.name);
    this.cache = createMemoryCache({ now: this.now });
    this.mayCall = new Set([service.name, ...(service.calls ?? []).map((contract: Contract) => serviceOf(contract))]);
  }

  /** What measures an operation of this service. */
  meter(operation: string): OperationMeter {
    let meter = this.#meters.get(operation);
    if (meter === undefined) {
      meter = new OperationMeter(this.runtime.telemetry.metrics, this.service.name, operation);
      this.#meters.set(operation, meter);
    }
    return meter;
  }

  resource<Value>(resource: Resource<Value>): Value {
    if (!this.#resources.has(resource)) {
      const { service, db, cache, log, runtime } = this;
      const now = () => new Date(this.now());
      const made = resource.make({
        service: service.name,
        db,
        cache,
        log,
        now,
        setting: (setting) => runtime.settings.get(setting),
      });
      this.#resources.set(resource, made);
    }
    return this.#resources.get(resource) as Value;
  }

  async dispose(): Promise<void> {
    for (const [resource, value] of this.#resources) await resource.dispose?.(value);
  }
}

export class ServiceCtx implements Ctx {
  readonly caller: string;
  readonly actor: Actor;
  readonly store: string;
  readonly market: string;
  readonly locale: string;
  readonly currency: string;
  readonly requestId: string;
  readonly traceparent: string;
  readonly deadlineAtMs: number;
  readonly idempotencyKey: string | undefined;
  readonly now: Date;
  readonly #host: Host;
  readonly #signals: InvokeSignals;
  #signal: AbortSignal | undefined;
  #log: Log | undefined;
  #tracedDb: Database | undefined;

  constructor(host: Host, call: CallContext, signals: InvokeSignals) {
    this.caller = call.caller;
    this.actor = call.actor;
    this.store = call.store;
    this.market = call.market;
    this.locale = call.locale;
    this.currency = call.currency;
    this.requestId = call.requestId;
    this.traceparent = call.traceparent;
    this.deadlineAtMs = call.deadlineAtMs;
    this.idempotencyKey = call.idempotencyKey;
    this.now = new Date(host.now());
    this.#host = host;
    this.#signals = signals;
  }

  get service() {
    return this.#host.service.name;
  }
  /** Refuses DEADLINE_EXCEEDED once this context's time is over: a process that was halted meanwhile must not write what its caller
   *  has given up, or another replica has taken over. */
  get db() {
    if (Date.now() > this.deadlineAtMs) throw refuse.DEADLINE_EXCEEDED();
    return isSampled(this.traceparent) ? (this.#tracedDb ??= this.#traceDb()) : this.#host.db;
  }
  get cache() {
    return this.#host.cache;
  }
  get log(): Log {
    return (this.#log ??= this.#host.log.with(
      isSampled(this.traceparent)
        ? { requestId: this.requestId, traceId: traceIdOf(this.traceparent) }
        : { requestId: this.requestId },
    ));
  }
  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const timeout = AbortSignal.timeout(Math.max(1, this.deadlineAtMs - Date.now()));
      this.#signal = this.#signals.signal === undefined ? timeout : AbortSignal.any([timeout, this.#signals.signal]);
    }
    return this.#signal;
  }

  setting<Value>(setting: Setting<Value>): Value {
    return this.#host.runtime.settings.get(setting);
  }
  resource<Value>(resource: Resource<Value>): Value {
    return this.#host.resource(resource);
  }
  wake(jobName: string): void {
    this.#host.schedule?.wake(jobName);
  }
  markReplayed(): void {
    this.#signals.onReplayed?.();
  }
  detached(timeoutMs: number, place?: Place): Ctx {
    const call = { ...this.#told(), ...place, deadlineAtMs: Date.now() + timeoutMs };
    // Inside its own trace, work stays where it is.
    const isHere = place?.traceparent !== undefined && traceIdOf(place.traceparent) === traceIdOf(this.traceparent);
    return new ServiceCtx(this.#host, isHere ? { ...call, traceparent: this.traceparent } : call, {});
  }

  async call(operation: Operation, input: unknown, options: CallOptions = {}): Promise<any> {
    if (!this.#host.mayCall.has(operation.service))
      throw new Error(`${this.service} calls ${operation.service}.${operation.name} but does not list it in \`calls\``);
    const now = Date.now();
    const timeoutMs = options.timeoutMs ?? operation.timeoutMs ?? 10_000;
    const call: CallContext = {
      ...this.#told(),
      caller: this.service,
      actor: options.actor ?? this.actor,
      market: options.market ?? this.market,
      locale: options.locale ?? this.locale,
      currency: options.currency ?? this.currency,
      deadlineAtMs: Math.min(this.deadlineAtMs, now + timeoutMs),
      idempotencyKey: options.idempotencyKey,
    };
    const answer = this.#host.runtime.callBetween(operation, input, call);
    // Whoever set our own deadline watches over it; an earlier one is watched here.
    return call.deadlineAtMs < this.deadlineAtMs ? withDeadline(answer, call.deadlineAtMs - now) : answer;
  }

  publish(
    tx: Tx,
    kind: { readonly service: string } & Parameters<Ctx["publish"]>[1],
    data: unknown,
    options: { subjectVersion?: number } = {},
  ): void {
    if (!(this.#host.service.publishes ?? []).includes(kind))
      throw new Error(`${this.service} publishes ${eventType(kind)} but does not list it in \`publishes\``);
    const { traceparent } = this.#publishing(tx, kind, options.subjectVersion) ?? this;
    const envelope: Envelope = {
      specversion: "1.0",
      id: newId("event"),
      source: `/${kind.service}`,
      type: eventType(kind),
      subject: String((data as Record<string, unknown>)[kind.subject]),
      time: this.now.toISOString(),
      ...(options.subjectVersion === undefined ? {} : { subjectversion: options.subjectVersion }),
      store: this.store,
      market: this.market,
      traceparent,
      data,
    };
    addToOutbox(tx, envelope);
  }

  #traceDb(): Database {
    const { spans } = this.#host.runtime.telemetry;
    return tracedDatabase(this.#host.db, { spans, service: this.service, parent: this.traceparent });
  }

  /** Ends with the commit; without one there is no event and no span. */
  #publishing(tx: Tx, kind: { readonly name: string }, subjectVersion: number | undefined) {
    if (!isSampled(this.traceparent)) return undefined;
    const span = this.#host.runtime.telemetry.spans.start({
      service: this.service,
      name: `publish ${kind.name}`,
      kind: "PRODUCER",
      parent: this.traceparent,
      attributes: {
        "messaging.system": "tradepost",
        "messaging.destination.name": this.service,
        ...(subjectVersion === undefined ? {} : { "tradepost.subject_version": subjectVersion }),
      },
    });
    tx.afterCommit(() => span.end());
    return span;
  }

  #told(): CallContext {
    const { caller, actor, store, market, locale, currency, requestId, traceparent, deadlineAtMs, idempotencyKey } =
      this;
    return { caller, actor, store, market, locale, currency, requestId, traceparent, deadlineAtMs, idempotencyKey };
  }
}

/** Gives up waiting after `ms` and refuses DEADLINE_EXCEEDED; what was asked for may still happen. */
export async function withDeadline<Value>(answer: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refuse.DEADLINE_EXCEEDED()), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** `CATALOG_URL`, `PAYMENT_SIMULATOR_URL`: the setting that tells where a service answers. */
export function urlSettingName(service: string): string {
  return `${service.replaceAll("-", "_").toUpperCase()}_URL`;
}
