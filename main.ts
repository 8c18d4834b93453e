import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { addressesSetting } from "#platform/client/addresses";
import { Settings } from "#platform/config";
import { faultsFrom, type Faults } from "#platform/faults";
import { generatedKeys } from "#platform/generated-keys";
import { openIdentity, type InternalIdentity } from "#platform/internal-identity";
import { createLog, type Log } from "#platform/log";
import { openLogBus } from "#platform/log-bus";
import { makeFolder } from "#platform/make-folder";
import { keepPostgresRunning } from "#platform/postgres/keep-running";
import { startPostgres, type PostgresServer } from "#platform/postgres";
import { processSettings } from "#platform/process-settings";
import { createRuntime, type Runtime } from "#platform/runtime";
import { createOperatorServer, createPublicServer, listen } from "#platform/servers";
import type { AnyService } from "#platform/service";
import { areDatabasesElsewhere, databaseNames, openDatabases } from "#platform/service-databases";
import { StartupProblem, fileProblem } from "#platform/startup-problem";
import { Stopper } from "#platform/stopper";
import { demoIsMissing, importDemoShop } from "./demo/import-demo-shop.ts";
import { loadContract, loadService, migrationsOf } from "./load-service.ts";
import { banner } from "./start-banner.ts";
import { topology } from "./topology.ts";

const ROOT = import.meta.dirname;
const startedMs = performance.now();

try {
  await main();
} catch (error) {
  const isPlain = error instanceof StartupProblem;
  process.stderr.write(isPlain ? `\n${error.message}\n` : `\nTradepost could not start.\n${(error as Error).stack}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const rows = chosenRows();
  const environment = Settings.fromEnvironment();
  const dataDir = resolve(ROOT, environment.get(processSettings.dataDir));
  await makeFolder(dataDir).catch((error: unknown) => {
    throw fileProblem(error, dataDir);
  });
  const services = await Promise.all(rows.map((row) => loadService(row.name)));
  const declared = [
    ...Object.values(processSettings),
    ...services.flatMap((service) => service.settings ?? []),
    ...topology.map((row) => addressesSetting(row.name)),
  ];
  for (const setting of declared) environment.get(setting); // a wrong one is told now, not when it is first used
  const faults = faultsFrom(environment);
  const postgres = await openPostgres(services, environment, dataDir);
  const stopper = new Stopper(postgres);
  // Whoever started us and hears our messages is gone: killed, for else it had stopped us.
  process.once("disconnect", () => void stopper.stop().then(() => process.exit(0)));
  try {
    const settings = Settings.fromEnvironment(await generatedKeys(dataDir, environment.untold(declared)));
    await run({ services, settings, dataDir, postgres, stopper, faults });
  } catch (error) {
    await stopper.stop();
    throw error;
  }
}

type Run = {
  services: readonly AnyService[];
  settings: Settings;
  dataDir: string;
  postgres: PostgresServer | undefined;
  stopper: Stopper;
  faults: Faults | undefined;
};

async function run({ services, settings, dataDir, postgres, stopper, faults }: Run): Promise<void> {
  const log = createLog({ level: settings.get(processSettings.logLevel) });
  const identity = openIdentity({
    key: settings.get(processSettings.internalKey)!,
    trusted: settings.get(processSettings.internalTrust),
    services: services.map((service) => service.name),
  });
  const runtime = await openRuntime({ services, settings, postgres, log, identity, faults });
  stopper.runtime = runtime;
  const health = { isReady: false, isDraining: false };
  const isPart = services.length < topology.length;
  const contracts = await Promise.all(topology.map((row) => loadContract(row.name)));
  const operatorHosts = settings.get(processSettings.operatorHosts);
  const options = { runtime, services, contracts, log, health, identity, servesInternally: isPart, operatorHosts };
  const servers = { public: createPublicServer(options), operators: createOperatorServer(options) };
  stopper.servers = Object.values(servers);
  stopper.drainMs = settings.get(processSettings.drainMs);
  stopper.onStop = () => void (health.isDraining = true);
  const { port: asked, host, operatorPort: askedOperatorPort, operatorHost } = processSettings;
  const port = await listen(servers.public, {
    setting: asked.name,
    port: settings.get(asked),
    hostSetting: host.name,
    host: settings.get(host),
  });
  const operatorPort = await listen(servers.operators, {
    setting: askedOperatorPort.name,
    port: settings.get(askedOperatorPort),
    hostSetting: operatorHost.name,
    host: settings.get(operatorHost),
  });
  runtime.start();
  const wantsDemo = !isPart && settings.get(processSettings.demo) === "on";
  if (wantsDemo && (await demoIsMissing(dataDir))) await importDemoShop(runtime, dataDir);
  health.isReady = true;
  if (postgres !== undefined) keepPostgresRunning(postgres, log, () => stopper.isStopping);
  const readyMs = performance.now() - startedMs;
  if (process.send === undefined)
    process.stdout.write(await banner({ runtime, settings, services, port, operatorPort, readyMs }));
  else process.send({ ready: true, port, operatorPort });
}

async function openRuntime(
  told: Pick<Run, "services" | "settings" | "postgres" | "faults"> & { log: Log; identity: InternalIdentity },
): Promise<Runtime> {
  const { services, settings, postgres, log, identity, faults } = told;
  const names = databaseNames(services);
  const urls = await openDatabases({ names, settings, postgres, migrationsOf });
  return createRuntime({
    services,
    databaseUrls: new Map([...urls].filter(([name]) => name !== "bus")),
    bus: await openLogBus({
      url: urls.get("bus")!,
      log,
      retentionDays: settings.get(processSettings.busRetentionDays),
    }),
    settings,
    log,
    remoteUrls: (service) => settings.get(addressesSetting(service)),
    identity,
    faults,
    poolSize: (service) => topology.find((row) => row.name === service)!.databaseConnections,
    home: {
      store: settings.get(processSettings.store),
      market: settings.get(processSettings.market),
      locale: "en",
      currency: "GBP",
    },
  });
}

function chosenRows() {
  const only = askedFor();
  if (only === undefined) return topology;
  const names = only.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !topology.some((row) => row.name === name));
  if (unknown.length > 0)
    throw new StartupProblem(
      `No such service: ${unknown.join(", ")}. There are: ${topology.map((row) => row.name).join(", ")}.`,
    );
  return topology.filter((row) => names.includes(row.name));
}

/** What `--only` names; undefined when everything is to run. */
function askedFor(): string | undefined {
  try {
    return parseArgs({ options: { only: { type: "string" } }, allowPositionals: false }).values.only;
  } catch (cause) {
    throw new StartupProblem(`${(cause as Error).message}. Usage: node main.ts [--only orders,payments]`, { cause });
  }
}

async function openPostgres(
  services: readonly AnyService[],
  settings: Settings,
  dataDir: string,
): Promise<PostgresServer | undefined> {
  return areDatabasesElsewhere(databaseNames(services), settings) ? undefined : startPostgres({ dataDir });
}
