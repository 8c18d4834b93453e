import { randomBytes } from "node:crypto";
import type { Operation } from "#kernel/contract";
import type { Envelope } from "#kernel/event";
import { newId } from "#kernel/id";
import { refuse } from "#kernel/refusal";
import type { Bus } from "./bus.ts";
import { remoteService, type PageRequest, type RemoteService } from "./client.ts";
import type { RawAnswer } from "./client/exchange.ts";
import type { Settings } from "./config.ts";
import { startConsumer, startWatcher, type Consumer, type Watcher } from "./consume.ts";
import type { CallContext, Ctx } from "./ctx.ts";
import { openDatabase, type Database } from "./database.ts";
import type { Faults } from "./faults.ts";
import type { InternalIdentity } from "./internal-identity.ts";
import { checkFor, checkOutput, runOperation } from "./invoke.ts";
import type { Log } from "./log.ts";
import type { CacheStats } from "./memory-cache.ts";
import { startRelay, type Relay } from "./outbox.ts";
import { retryRulesFrom } from "./consume/retry-rules.ts";
import { Host, ServiceCtx, urlSettingName, type InvokeSignals } from "./runtime-context.ts";
import { startSchedule, type Schedule } from "./schedule.ts";
import type { AnyService, Job } from "./service.ts";
import { forgetOldKeys } from "./idempotency.ts";
import { processSettings } from "./process-settings.ts";
import { openTelemetry, type Telemetry } from "./telemetry.ts";
import { hearingWatch } from "./telemetry/hearing.ts";
import { tracedCall, tracedOperation } from "./telemetry/calls.ts";
import { isSampled, newTraceparent } from "./telemetry/traceparent.ts";

export type RuntimeOptions = {
  /** The services that run in this process. */
  readonly services: readonly AnyService[];
  /** URL of each service's own database. */
  readonly databaseUrls: ReadonlyMap<string, string>;
  readonly bus: Bus;
  readonly settings: Settings;
  readonly log: Log;
  /** Where the replicas of a service that does not run here answer; none: nowhere. */
  readonly remoteUrls: (service: string) => readonly string[];
  readonly identity: InternalIdentity;
  readonly poolSize: (service: string) => number;
  /** As of `openDatabase`. */
  readonly groupsCommits?: boolean | undefined;
  readonly home: Home;
  /** Unix milliseconds; tests move it. */
  readonly now?: () => number;
  /** Sends every local call through JSON, as the wire would. */
  readonly forcesJson?: boolean;
  /** Checks every answer against its contract; for tests. */
  readonly checksOutputs?: boolean;
  /** Lets things go wrong on purpose; never in production. */
  readonly faults?: Faults | undefined;
};

/** The context of what nobody asked for: jobs and the shop's own work. */
export type Home = {
  readonly store: string;
  readonly market: string;
  readonly locale: string;
  readonly currency: string;
};

/** One service as it runs here. */
export type RunningService = {
  readonly service: AnyService;
  readonly db: Database;
  readonly relay: Relay | undefined;
  readonly consumer: Consumer | undefined;
  readonly watcher: Watcher | undefined;
  readonly schedule: Schedule | undefined;
  readonly cache: { stats(): CacheStats };
};

export type Runtime = {
  readonly bus: Bus;
  readonly services: ReadonlyMap<string, RunningService>;
  /** The fault switchboard, where there is one. */
  readonly faults: Faults | undefined;
  readonly telemetry: Telemetry;
  /** Services elsewhere that were called so far. */
  readonly remotes: ReadonlyMap<string, RemoteService>;
  /** Runs an operation from outside (HTTP): input is checked already. */
  invoke(operation: Operation, input: unknown, call: CallContext, signals?: InvokeSignals): Promise<unknown>;
  /** Passes an operation from outside on to the process that it runs in; its answer as it came. */
  forward(operation: Operation, input: unknown, call: CallContext, signal?: AbortSignal): Promise<RawAnswer>;
  /** Passes a page on to the process that `service` runs in. */
  forwardPage(service: string, asked: PageRequest): Promise<RawAnswer>;
  /** The runtime's clock, Unix milliseconds. */
  readonly now: () => number;
  /** A number that grows whenever the cache of a service here forgets what has changed. */
  generationOf(service: string): number;
  /** A context for a service's own work. */
  context(service: string, overrides?: Partial<CallContext>): Ctx;
  /** Starts listeners, relays and jobs. */
  start(): void;
  /** Ends jobs, listeners and relays, then closes what they used. */
  stop(): Promise<void>;
};

/** Puts services together in this process: databases, calls between them, events, jobs. */
export function createRuntime(options: RuntimeOptions): Runtime {
  return new ProcessRuntime(options);
}

class ProcessRuntime implements Runtime {
  readonly services = new Map<string, RunningService>();
  readonly options: RuntimeOptions;
  readonly bus: Bus;
  readonly settings: Settings;
  readonly log: Log;
  readonly now: () => number;
  readonly faults: Faults | undefined;
  readonly telemetry: Telemetry;
  readonly #replica = `${process.pid}-${randomBytes(4).toString("hex")}`;
  readonly remotes = new Map<string, RemoteService>();
  readonly #hosts = new Map<string, Host>();

  constructor(options: RuntimeOptions) {
    this.options = options;
    this.bus = options.bus;
    this.settings = options.settings;
    this.log = options.log;
    this.now = options.now ?? Date.now;
    this.faults = options.faults;
    this.telemetry = openTelemetry(options.settings, options.log);
    for (const service of options.services) {
      const { name } = service;
      const url = options.databaseUrls.get(name);
      const { groupsCommits } = options;
      const db =
        url === undefined
          ? noDatabase(name)
          : openDatabase({ url, applicationName: name, poolSize: options.poolSize(name), groupsCommits });
      const host = new Host(this, service, db);
      this.#hosts.set(service.name, host);
      this.services.set(service.name, {
        service,
        db,
        relay: undefined,
        consumer: undefined,
        watcher: undefined,
        schedule: undefined,
        cache: host.cache,
      });
    }
  }

  start(): void {
    const { bus, faults } = this.options;
    for (const [name, host] of this.#hosts) {
      const { service, db } = host;
      const log = host.log;
      const now = () => new Date(host.now());
      const replica = this.#replica;
      const retry = retryRulesFrom(this.settings);
      const hasDatabase = this.options.databaseUrls.has(name);
      const contextFor = (envelope: Envelope, traceparent: string) =>
        this.context(name, { store: envelope.store, market: envelope.market, traceparent, requestId: envelope.id });
      const watchOf = (verb: "hears" | "watches") => hearingWatch(this.telemetry, name, verb);
      const relay =
        hasDatabase && (service.publishes ?? []).length > 0
          ? startRelay({ service: name, db, bus, log, now, replica, faults })
          : undefined;
      const consumer =
        (service.hears ?? []).length > 0
          ? startConsumer({
              service: name,
              hears: service.hears!,
              db,
              bus,
              log,
              now,
              replica,
              contextFor,
              watch: watchOf("hears"),
              retry,
              faults,
            })
          : undefined;
      const watcher =
        (service.watches ?? []).length > 0
          ? startWatcher({
              service: name,
              hears: service.watches!,
              bus,
              log,
              contextFor,
              watch: watchOf("watches"),
            })
          : undefined;
      const jobs = [...(service.jobs ?? []), ...platformJobs(service)];
      const schedule =
        hasDatabase && jobs.length > 0
          ? startSchedule({
              service: name,
              jobs,
              db,
              log,
              now,
              replica,
              metrics: this.telemetry.metrics,
              context: (timeoutMs) => this.context(name, { deadlineAtMs: Date.now() + timeoutMs }),
            })
          : undefined;
      host.relay = relay;
      host.schedule = schedule;
      this.services.set(name, { service, db, relay, consumer, watcher, schedule, cache: host.cache });
    }
  }

  async stop(): Promise<void> {
    const running = [...this.services.values()];
    this.faults?.clear();
    await Promise.all(running.map((one) => one.schedule?.stop()));
    await Promise.all(running.flatMap((one) => [one.consumer?.stop(), one.watcher?.stop()]));
    await Promise.all(running.map((one) => one.relay?.stop()));
    await Promise.all([...this.#hosts.values()].map((host) => host.dispose()));
    await Promise.all([...this.remotes.values()].map((remote) => remote.close()));
    await Promise.all(running.map((one) => one.db.close()));
    await this.options.bus.close();
    await this.telemetry.stop();
  }

  context(service: string, overrides: Partial<CallContext> = {}): Ctx {
    return new ServiceCtx(this.#host(service), this.#ownContext(service, overrides), {});
  }

  generationOf(service: string): number {
    return this.#host(service).cache.generation;
  }

  invoke(operation: Operation, input: unknown, call: CallContext, signals: InvokeSignals = {}): Promise<unknown> {
    return this.#hosts.has(operation.service)
      ? this.#invokeHere(operation, input, call, signals)
      : this.#invokeThere(operation, input, call);
  }

  async forward(operation: Operation, input: unknown, call: CallContext, signal?: AbortSignal): Promise<RawAnswer> {
    const remote = this.#remote(operation.service);
    if (!isSampled(call.traceparent)) return remote.forward(operation, input, call, { signal });
    return tracedCall(this.telemetry.spans, operation, call, (inside, onRetry) =>
      remote.forward(operation, input, inside, { signal, onRetry }),
    );
  }

  async forwardPage(service: string, asked: PageRequest): Promise<RawAnswer> {
    return this.#remote(service).forwardPage(asked);
  }

  /** A call from one of our services to another (or itself): input is checked here, as the wire would. */
  async callBetween(operation: Operation, input: unknown, call: CallContext): Promise<unknown> {
    if (call.deadlineAtMs <= Date.now()) throw refuse.DEADLINE_EXCEEDED();
    const sent = this.options.forcesJson && operation.body !== "stream" ? jsonTrip(input) : input;
    const checked = checkFor(operation).check(sent, "lenient");
    // The other side fills in its own defaults: its version may be newer.
    if (!this.#hosts.has(operation.service)) return this.#invokeThere(operation, input, call);
    const output = await this.#invokeHere(operation, checked, call, {});
    return this.options.forcesJson ? jsonTrip(output) : output;
  }

  async #invokeHere(operation: Operation, input: unknown, call: CallContext, signals: InvokeSignals): Promise<unknown> {
    const host = this.#host(operation.service);
    const meter = host.meter(operation.name);
    const startedMs = performance.now();
    try {
      const output = isSampled(call.traceparent)
        ? await tracedOperation(this.telemetry.spans, operation, { call, signals }, (inside) =>
            this.#run(host, operation, input, inside, signals),
          )
        : await this.#run(host, operation, input, call, signals);
      meter.ok(startedMs);
      if (this.options.checksOutputs) checkOutput(operation, output);
      return output;
    } catch (error) {
      meter.thrown(startedMs, error);
      throw error;
    }
  }

  #run(host: Host, operation: Operation, input: unknown, call: CallContext, signals: InvokeSignals): Promise<unknown> {
    const handler = host.service.operations[operation.name];
    if (handler === undefined) throw new Error(`${operation.service} has no function behind ${operation.name}`);
    const run = () => runOperation(operation, handler, input, new ServiceCtx(host, call, signals));
    return this.faults === undefined ? run() : this.faults.call(operation, call, run);
  }

  async #invokeThere(operation: Operation, input: unknown, call: CallContext): Promise<unknown> {
    const remote = this.#remote(operation.service);
    if (!isSampled(call.traceparent)) return remote.call(operation, input, call);
    return tracedCall(this.telemetry.spans, operation, call, (inside, onRetry) =>
      remote.call(operation, input, inside, { onRetry }),
    );
  }

  #remote(service: string): RemoteService {
    let remote = this.remotes.get(service);
    if (remote === undefined) {
      const urls = this.options.remoteUrls(service);
      if (urls.length === 0)
        throw refuse.SERVICE_UNAVAILABLE({
          service,
          detail: `${service} does not run here; set ${urlSettingName(service)} to where it answers.`,
        });
      this.remotes.set(
        service,
        (remote = remoteService({
          service,
          urls,
          identity: this.options.identity,
          onRetry: () => this.telemetry.metrics.retries.add(service),
        })),
      );
    }
    return remote;
  }

  /** On the path of every request, which has its ids already: made here only when nobody told any. */
  #ownContext(service: string, overrides: Partial<CallContext>): CallContext {
    return {
      caller: service,
      actor: { kind: "service", name: service },
      ...this.options.home,
      deadlineAtMs: Date.now() + 30_000,
      idempotencyKey: undefined,
      ...overrides,
      requestId: overrides.requestId ?? newId("request"),
      traceparent: overrides.traceparent ?? newTraceparent(),
    };
  }

  #host(service: string): Host {
    const host = this.#hosts.get(service);
    if (host === undefined) throw new Error(`${service} does not run in this process`);
    return host;
  }
}

function jsonTrip(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

const DAY_MS = 86_400_000;

/** What the platform does for a service beside the service's own jobs. */
function platformJobs(service: AnyService): readonly Job[] {
  const takesKeys = Object.values(service.contract).some((operation) => operation.idempotencyKey !== undefined);
  if (!takesKeys) return [];
  const run = async (ctx: Ctx) => {
    const keptMs = ctx.setting(processSettings.idempotencyKeyDays) * DAY_MS;
    await forgetOldKeys(ctx.db, new Date(ctx.now.getTime() - keptMs));
  };
  return [{ name: "forget-old-idempotency-keys", everyMs: DAY_MS, run }];
}

function noDatabase(service: string): Database {
  const fail = () => {
    throw new Error(`${service} has no database (hasDatabase: false, or no URL was given)`);
  };
  const statements = { rows: fail, find: fail, get: fail, run: fail };
  return {
    ...statements,
    url: "",
    transaction: fail,
    groupCommit: { ...statements, transaction: fail },
    usage: () => ({ total: 0, idle: 0, waiting: 0 }),
    close: async () => {},
  };
}
