import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import type { Input, Operation, Output } from "#kernel/contract";
import { eventType, type Event, type Envelope, type EventKind } from "#kernel/event";
import { newId } from "#kernel/id";
import type { Bus } from "./bus.ts";
import { Settings } from "./config.ts";
import type { Actor, Ctx } from "./ctx.ts";
import { createFaults, type Faults } from "./faults.ts";
import { checkFor } from "./invoke.ts";
import { internalKey, makeInternalKey, openIdentity, type InternalIdentity } from "./internal-identity.ts";
import { createLog, type Log } from "./log.ts";
import { openLogBus } from "./log-bus.ts";
import { BUS_MIGRATIONS, SERVICE_MIGRATIONS, migrate, type MigrationSet } from "./migrate.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "./runtime.ts";
import type { AnyService, Service } from "./service.ts";
import { createTestDatabase, ensureTestTemplate, type TestDatabase } from "./testing-postgres.ts";

const testKey = makeInternalKey(["*"]);
/** Every test shop of this process trusts every other. */
export const testIdentity = openIdentity({ key: internalKey.parse(testKey.key)! });

export type TestShopOptions = {
  readonly services: readonly Service<any>[];
  /** Settings by name, as text. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly market?: string;
  readonly currency?: string;
  /** Where a service that is not in `services` answers. */
  readonly remoteUrls?: (service: string) => readonly string[];
  /** Who this process is to others; `testIdentity` unless told. */
  readonly identity?: InternalIdentity;
  readonly via?: Way;
  /** Answers calls, but has no listeners, relays and jobs: its replicas have. */
  readonly isPassive?: boolean;
};

/** Another address of a database (a service's, or `bus`): through a wire that can be cut. */
export type Way = (name: string, url: string) => Promise<string>;

export type TestCall = {
  /** On whose behalf; staff unless told. */
  readonly as?: Actor;
  readonly market?: string;
  readonly currency?: string;
  readonly locale?: string;
  readonly idempotencyKey?: string;
  /** Goes on with this trace. */
  readonly traceparent?: string;
};

/** Services as in production, in this process, on fresh databases, with a clock that tests move. */
export type TestShop = {
  readonly runtime: Runtime;
  readonly log: Log;
  /** Lets things go wrong on purpose. */
  readonly faults: Faults;
  /** Everything logged so far, a JSON line each. */
  readonly logged: readonly string[];
  /** Calls an operation as the gateway would: unknown fields are refused. */
  call<Op extends Operation>(operation: Op, input: Input<Op>, as?: TestCall): Promise<Output<Op>>;
  /** A context to call functions of a service directly. */
  context(service: string, overrides?: Partial<Ctx>): Ctx;
  runJob(service: string, job: string): Promise<void>;
  advanceClock(ms: number): void;
  /** Waits until every outbox is empty and every listener has handled what is on the bus. */
  settle(): Promise<void>;
  /** What was published of this kind, oldest first. Call `settle` before. */
  heard<Kind extends EventKind<any>>(kind: Kind): Promise<Event<Kind>[]>;
  databaseUrl(service: string): string;
  /** Starts the same services once more on the same databases, as another process would, with the same clock and log. Its
   *  `stop` leaves the databases to this one. */
  startReplica(via?: Way): Promise<TestShop>;
  stop(): Promise<void>;
};

const ROOT = join(import.meta.dirname, "..");
const HOME = { store: "demo", market: "gb", locale: "en", currency: "GBP" } as const;

export async function startTestShop(options: TestShopOptions): Promise<TestShop> {
  const services = options.services as readonly AnyService[];
  const databases = new Map<string, TestDatabase>();
  await Promise.all(
    [...services.filter((service) => service.hasDatabase !== false).map((service) => service.name), "bus"].map(
      async (name) => databases.set(name, await freshDatabase(name)),
    ),
  );
  const logged: string[] = [];
  const log = createLog({ level: "info", write: (line) => void logged.push(line) });
  let offsetMs = 0;
  const faults = createFaults();
  const runtimeOptions: RuntimeOptions = {
    services,
    ...(await openDatabases(databases, log, options.via)),
    settings: new Settings({
      ORDER_LINK_KEY: "test-order-link-key-test-order-link-key",
      OTEL_TRACES_SAMPLER: "always_off",
      ...options.settings,
    }),
    log,
    remoteUrls: options.remoteUrls ?? (() => []),
    identity: options.identity ?? testIdentity,
    poolSize: () => 6,
    home: {
      ...HOME,
      ...(options.market === undefined ? {} : { market: options.market }),
      ...(options.currency === undefined ? {} : { currency: options.currency }),
    },
    now: () => Date.now() + offsetMs,
    forcesJson: true,
    checksOutputs: true,
    faults,
  };
  const serve = (runtime: Runtime, bus: Bus, stop: () => Promise<void>): TestShop => {
    return {
      runtime,
      log,
      faults,
      logged,
      call: (operation, input, as = {}) => callAs(runtime, options, operation, input, as) as Promise<any>,
      context: (service, overrides) => runtime.context(service, overrides),
      runJob: (service, job) => runtime.services.get(service)!.schedule!.runNow(job),
      advanceClock: (ms) => void (offsetMs += ms),
      settle: () => settle(runtime),
      heard: async (kind) =>
        (await everythingOn(bus, kind.service)).filter((envelope) => envelope.type === eventType(kind)) as Event<
          typeof kind
        >[],
      databaseUrl: (service) => databases.get(service)!.url,
      startReplica: async (via) => {
        const own = { ...runtimeOptions, ...(await openDatabases(databases, log, via)) };
        const another = createRuntime(own);
        another.start();
        return serve(another, own.bus, () => another.stop());
      },
      stop,
    };
  };
  const runtime = createRuntime(runtimeOptions);
  if (options.isPassive !== true) runtime.start();
  return serve(runtime, runtimeOptions.bus, async () => {
    await runtime.stop();
    await Promise.all([...databases.values()].map((database) => database.drop()));
  });
}

async function openDatabases(databases: ReadonlyMap<string, TestDatabase>, log: Log, via?: Way) {
  const entries = [...databases].map(async ([name, { url }]) => [name, (await via?.(name, url)) ?? url] as const);
  const databaseUrls = new Map(await Promise.all(entries));
  // On a wire each commit is one piece of work, the same each time.
  const groupsCommits = via === undefined;
  const bus = openLogBus({ url: databaseUrls.get("bus")!, log, groupsCommits });
  databaseUrls.delete("bus");
  return { bus, databaseUrls, groupsCommits };
}

async function callAs(
  runtime: Runtime,
  options: TestShopOptions,
  operation: Operation,
  input: unknown,
  as: TestCall,
): Promise<unknown> {
  const checked = checkFor(operation).check(input, "strict");
  return runtime.invoke(operation, checked, {
    caller: "test",
    actor: as.as ?? { kind: "staff", id: "tester" },
    store: HOME.store,
    market: as.market ?? options.market ?? HOME.market,
    locale: as.locale ?? HOME.locale,
    currency: as.currency ?? options.currency ?? HOME.currency,
    requestId: newId("request"),
    traceparent: runtime.telemetry.sampler.decide(as.traceparent, false),
    deadlineAtMs: Date.now() + (operation.timeoutMs ?? 10_000),
    idempotencyKey: as.idempotencyKey,
  });
}

/** Listening may publish again: quiet is when a whole round finds nothing to do. */
async function settle(runtime: Runtime): Promise<void> {
  const running = [...runtime.services.values()];
  for (let quietRounds = 0; quietRounds < 2;) {
    const before = await Promise.all(running.map((one) => one.relay?.lagMs() ?? 0));
    await Promise.all(running.map((one) => one.relay?.drained()));
    const lags = await Promise.all(running.map((one) => one.consumer?.lag() ?? 0));
    await Promise.all(running.flatMap((one) => [one.consumer?.settled(), one.watcher?.settled()]));
    quietRounds = before.every((lag) => lag === 0) && lags.every((lag) => lag === 0) ? quietRounds + 1 : 0;
  }
}

/** A new database of a service, or `bus`, brought up to date. */
export async function freshDatabase(name: string): Promise<TestDatabase> {
  const adminUrl = inject("postgresAdminUrl");
  const sets: MigrationSet[] = name === "bus" ? [BUS_MIGRATIONS] : [SERVICE_MIGRATIONS, ...ownMigrations(name)];
  const template = await ensureTestTemplate(
    adminUrl,
    fingerprint(sets),
    async (url) => void (await migrate(url, sets)),
  );
  return createTestDatabase(adminUrl, name.replaceAll("-", "_"), { template });
}

/** A service that is defined in a test has none, and makes its tables itself. */
function ownMigrations(name: string): MigrationSet[] {
  const folder = join(ROOT, "services", name, "migrations");
  return existsSync(folder) ? [{ folder, table: "migrations" }] : [];
}

/** Changes with any migration, so that a stale template is never used. */
function fingerprint(sets: readonly MigrationSet[]): string {
  const hash = createHash("sha256");
  for (const { folder } of sets)
    for (const file of readdirSync(folder).toSorted())
      hash
        .update(folder)
        .update(file)
        .update(readFileSync(join(folder, file)));
  return hash.digest("hex");
}

/** Every envelope that the bus keeps of a topic, oldest first. */
export async function everythingOn(bus: Bus, topic: string): Promise<Envelope[]> {
  const all: Envelope[] = [];
  for (let partition = 0; partition < bus.partitions; partition++) {
    for (let offset = 0; ;) {
      const batch = await bus.read(topic, partition, offset, 500);
      all.push(...batch.map((record) => record.envelope));
      if (batch.length === 0) break;
      offset = batch.at(-1)!.offset + 1;
    }
  }
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
