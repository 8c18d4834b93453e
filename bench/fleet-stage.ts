import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Settings } from "#platform/config";
import { generatedKeys } from "#platform/generated-keys";
import { deletePostgres, startPostgres, type PostgresServer } from "#platform/postgres";
import { locatePostgres } from "#platform/postgres/locate";
import { databaseNames, openDatabases } from "#platform/service-databases";
import { importDemoShop } from "../demo/import-demo-shop.ts";
import { loadService, migrationsOf } from "../load-service.ts";
import { staffHeaders } from "../scenarios/shop-process.ts";
import { startShopFleet, type ShopFleet } from "../start-fleet.ts";
import { topology } from "../topology.ts";
import type { Stage } from "./stage.ts";

const SHOP = { GATEWAY_RATE_LIMIT_PERCENT: "0", LOG_LEVEL: "warn" };
const CONNECTIONS = "500";

/** Starts the shop as a fleet, one process for each service, on a new data folder with the demo goods. Its supervisor runs here. */
export async function startFleetStage(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "tradepost-bench-"));
  const running: { postgres?: PostgresServer; fleet?: ShopFleet } = {};
  const stop = async () => {
    await running.fleet?.stop();
    await running.postgres?.stop();
    await deletePostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const startedMs = performance.now();
    running.postgres = await startPostgres({ dataDir, settings: { max_connections: CONNECTIONS } });
    const start = await fleetStarter(running.postgres, settings);
    running.fleet = await start();
    await importDemoShop(running.fleet, dataDir);
    const first = performance.now() - startedMs;
    await running.fleet.stop();
    const againMs = performance.now();
    running.fleet = await start();
    return await stageOf(running.fleet, dataDir, { first, again: performance.now() - againMs }, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function fleetStarter(
  postgres: PostgresServer,
  settings: Readonly<Record<string, string>>,
): Promise<() => Promise<ShopFleet>> {
  const services = await Promise.all(topology.map((row) => loadService(row.name)));
  const given = { ...SHOP, ...settings };
  const environment = new Settings(given);
  const databaseUrls = await openDatabases({
    names: databaseNames(services),
    settings: environment,
    postgres,
    migrationsOf,
  });
  const declared = services.flatMap((service) => service.settings ?? []);
  const keys = await generatedKeys(postgres.dataDir, environment.untold(declared));
  return () =>
    startShopFleet({
      settings: new Settings({ ...given, ...keys }),
      databaseUrls,
      ports: "free",
      onLine: (member, line) => console.error(`${member} ${line}`),
    });
}

async function stageOf(
  fleet: ShopFleet,
  dataDir: string,
  startUpMs: Stage["startUpMs"],
  stop: () => Promise<void>,
): Promise<Stage> {
  const gateway = fleet.member("gateway");
  return {
    mode: "fleet",
    url: gateway.url,
    staff: await staffHeaders(gateway.operatorUrl),
    postgres: await locatePostgres(dataDir),
    desks: fleet.members.map(({ operatorUrl }) => operatorUrl),
    startUpMs,
    loopDelayMs: async () => undefined,
    stop,
  };
}
