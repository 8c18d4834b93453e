import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Contract } from "#kernel/contract";
import { Settings, optionalSetting } from "#platform/config";
import { databaseProblem } from "#platform/database-problem";
import { generatedKeys } from "#platform/generated-keys";
import { createLog, type Log } from "#platform/log";
import { openLogBus } from "#platform/log-bus";
import { makeFolder } from "#platform/make-folder";
import { BUS_MIGRATIONS, SERVICE_MIGRATIONS, migrate } from "#platform/migrate";
import { ensureDatabases, startPostgres, type PostgresServer } from "#platform/postgres";
import { processSettings } from "#platform/process-settings";
import { createRuntime, type Runtime } from "#platform/runtime";
import { urlSettingName } from "#platform/runtime-context";
import { createOperatorServer, createPublicServer, listen } from "#platform/servers";
import type { AnyService } from "#platform/service";
import { StartupProblem, fileProblem } from "#platform/startup-problem";
import { Stopper } from "#platform/stopper";
import { demoIsMissing, importDemoShop } from "./demo/import-demo-shop.ts";
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
  const declared = [...Object.values(processSettings), ...services.flatMap((service) => service.settings ?? [])];
  for (const setting of declared) environment.get(setting); // a wrong one is told now, not when it is first used
  const postgres = await openPostgres(services, environment, dataDir);
  const stopper = new Stopper(postgres);
  try {
    const settings = Settings.fromEnvironment(await generatedKeys(dataDir));
    await run({ services, settings, dataDir, postgres, stopper });
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
};

async function run({ services, settings, dataDir, postgres, stopper }: Run): Promise<void> {
  const log = createLog({ level: settings.get(processSettings.logLevel) });
  const runtime = await openRuntime(services, settings, postgres, log);
  stopper.runtime = runtime;
  const health = { isReady: false, isDraining: false };
  const isPart = services.length < topology.length;
  const contracts = await Promise.all(topology.map((row) => loadContract(row.name)));
  const internalToken = settings.get(processSettings.internalToken)!;
  const operatorHosts = settings.get(processSettings.operatorHosts);
  const options = { runtime, services, contracts, log, health, internalToken, servesInternally: isPart, operatorHosts };
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
  watchPostgres(postgres, log, stopper);
  const readyMs = performance.now() - startedMs;
  process.stdout.write(await banner({ runtime, settings, services, port, operatorPort, readyMs }));
  process.send?.({ ready: true, port, operatorPort });
}

async function openRuntime(
  services: readonly AnyService[],
  settings: Settings,
  postgres: PostgresServer | undefined,
  log: Log,
): Promise<Runtime> {
  const urls = await openDatabases(services, settings, postgres);
  const remote = (service: string) => optionalSetting(urlSettingName(service), { doc: `Where ${service} answers.` });
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
    remoteUrl: (service) => settings.get(remote(service)),
    internalToken: settings.get(processSettings.internalToken)!,
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

async function loadService(name: string): Promise<AnyService> {
  const module = (await import(`./services/${name}/service.ts`)) as { service: AnyService };
  return module.service;
}

async function loadContract(name: string): Promise<Contract> {
  const module = (await import(`./services/${name}/contract.ts`)) as Record<string, Contract>;
  const camelCase = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return module[camelCase]!;
}

/** `orders` → `ORDERS_DATABASE_URL`: an own database per service, anywhere. */
function databaseSetting(name: string) {
  const setting = optionalSetting(`${name.replaceAll("-", "_").toUpperCase()}_DATABASE_URL`, {
    doc: `URL of ${name}'s own database.`,
    isSecret: true,
  });
  const parse = (text: string) => {
    if (text !== "" && !/^postgres(ql)?:\/\//.test(text)) throw new Error("must begin with postgres://");
    return setting.parse(text);
  };
  return { ...setting, parse };
}

function databaseNames(services: readonly AnyService[]): readonly string[] {
  return [...services.filter((service) => service.hasDatabase !== false).map((service) => service.name), "bus"];
}

async function openPostgres(
  services: readonly AnyService[],
  settings: Settings,
  dataDir: string,
): Promise<PostgresServer | undefined> {
  const isElsewhere = databaseNames(services).every((name) => settings.get(databaseSetting(name)) !== undefined);
  return isElsewhere ? undefined : startPostgres({ dataDir });
}

/** An own database and role per service, and `bus`, brought up to date. */
async function openDatabases(
  services: readonly AnyService[],
  settings: Settings,
  postgres: PostgresServer | undefined,
): Promise<Map<string, string>> {
  const names = databaseNames(services);
  const embedded =
    postgres === undefined
      ? undefined
      : await ensureDatabases(
          postgres,
          names.map((name) => name.replaceAll("-", "_")),
        );
  const urls = new Map(
    names.map((name) => [name, settings.get(databaseSetting(name)) ?? embedded!.get(name.replaceAll("-", "_"))!]),
  );
  await Promise.all(
    [...urls].map(async ([name, url]) => {
      const own = { folder: join(ROOT, "services", name, "migrations"), table: "migrations" };
      await migrate(url, name === "bus" ? [BUS_MIGRATIONS] : [SERVICE_MIGRATIONS, own]).catch((error: unknown) => {
        const setting = databaseSetting(name);
        throw settings.get(setting) === undefined ? error : databaseProblem(error, { setting: setting.name, url });
      });
    }),
  );
  return urls;
}

const RESTART_PAUSE_MS = 2_000;

/** Starts PostgreSQL again when it dies under us, as long as it takes; the services reconnect by themselves. */
function watchPostgres(postgres: PostgresServer | undefined, log: Log, stopper: Stopper): void {
  void postgres?.exited.then(async ({ code }) => {
    log.error({ code }, "postgres died, starting it again");
    for (let isUp = false, failures = 0; !isUp && !stopper.isStopping;) {
      isUp = await postgres.restart().then(
        () => true,
        (error: unknown) => {
          failures += 1;
          if (failures === 1) log.error({ error }, "postgres does not start, trying again and again");
          return pause(RESTART_PAUSE_MS, false);
        },
      );
    }
    if (!stopper.isStopping) watchPostgres(postgres, log, stopper);
  });
}
