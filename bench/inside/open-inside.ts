import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import type { Input, Operation, Output } from "#kernel/contract";
import { newId } from "#kernel/id";
import { Settings } from "#platform/config";
import type { CallContext } from "#platform/ctx";
import { internalKey, makeInternalKey, openIdentity } from "#platform/internal-identity";
import { createLog } from "#platform/log";
import { openLogBus } from "#platform/log-bus";
import { deletePostgres, startPostgres } from "#platform/postgres";
import { createRuntime, type Runtime } from "#platform/runtime";
import { newTraceparent } from "#platform/telemetry/traceparent";
import { databaseNames, openDatabases } from "#platform/service-databases";
import { loadService, migrationsOf } from "../../load-service.ts";
import { topology } from "../../topology.ts";

/** Services as `main.ts` runs them, in this process, without their HTTP. */
export type Inside = {
  readonly runtime: Runtime;
  call<Op extends Operation>(operation: Op, input: Input<Op>): Promise<Output<Op>>;
  stop(): Promise<void>;
};

const HOME = { store: "demo", market: "gb", locale: "en", currency: "GBP" } as const;

/** On a new data folder, deleted at the end, or on that of a shop which does not run. */
export async function openInside(names: readonly string[], of?: string): Promise<Inside> {
  const dataDir = of ?? (await mkdtemp(join(tmpdir(), "tradepost-bench-")));
  const postgres = await startPostgres({ dataDir });
  const services = await Promise.all(names.map(loadService));
  const settings = new Settings({ ORDER_LINK_KEY: randomBytes(32).toString("hex") });
  const log = createLog({ level: "error" });
  const urls = await openDatabases({ names: databaseNames(services), settings, postgres, migrationsOf });
  const runtime = createRuntime({
    services,
    databaseUrls: new Map([...urls].filter(([name]) => name !== "bus")),
    bus: openLogBus({ url: urls.get("bus")!, log }),
    settings,
    log,
    remoteUrls: () => [],
    identity: openIdentity({ key: internalKey.parse(makeInternalKey(["*"]).key)! }),
    poolSize: (service) => topology.find((row) => row.name === service)!.databaseConnections,
    home: HOME,
  });
  runtime.start();
  return {
    runtime,
    call: (operation, input) => runtime.invoke(operation, input, contextOf()) as never,
    stop: async () => {
      await runtime.stop();
      await postgres.stop();
      if (of !== undefined) return;
      await deletePostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function contextOf(): CallContext {
  return {
    ...HOME,
    caller: "orders",
    actor: { kind: "staff", id: "bench" },
    requestId: newId("request"),
    traceparent: newTraceparent(),
    deadlineAtMs: Date.now() + 600_000,
    idempotencyKey: undefined,
  };
}
