import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Settings } from "#platform/config";
import { mergedLog } from "#platform/fleet/merged-log";
import { generatedKeys } from "#platform/generated-keys";
import { createLog } from "#platform/log";
import { makeFolder } from "#platform/make-folder";
import { keepPostgresRunning } from "#platform/postgres/keep-running";
import { startPostgres, type PostgresServer } from "#platform/postgres";
import { processSettings } from "#platform/process-settings";
import { areDatabasesElsewhere, databaseNames, openDatabases } from "#platform/service-databases";
import { StartupProblem, fileProblem } from "#platform/startup-problem";
import { demoIsMissing, importDemoShop } from "./demo/import-demo-shop.ts";
import { loadService, migrationsOf } from "./load-service.ts";
import { readReplicas, startShopFleet, type ShopFleet } from "./start-fleet.ts";
import { topology } from "./topology.ts";

/** `npm run fleet -- --replicas orders=2,inventory=2`: every service as a process of its own on this machine, one log. */
const ROOT = import.meta.dirname;
/** Of its bus and one that listens, beside those to its own database. */
const CONNECTIONS_BESIDE = 6;
const CONNECTIONS_SPARE = 40;
const startedMs = performance.now();
let postgres: PostgresServer | undefined;
let fleet: ShopFleet | undefined;
let stopping: Promise<void> | undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (stopping === undefined) process.stdout.write(`\n${signal}: finishing requests, then stopping the fleet …\n`);
    void stop().then(() => {
      process.stdout.write("Stopped.\n");
      process.exit(0);
    });
  });
try {
  await main();
} catch (error) {
  await stop();
  const isPlain = error instanceof StartupProblem;
  process.stderr.write(isPlain ? `\n${error.message}\n` : `\nThe fleet could not start.\n${(error as Error).stack}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const { replicas, ports } = asked();
  const environment = Settings.fromEnvironment();
  const dataDir = resolve(ROOT, environment.get(processSettings.dataDir));
  await makeFolder(dataDir).catch((error: unknown) => {
    throw fileProblem(error, dataDir);
  });
  const services = await Promise.all(topology.map((row) => loadService(row.name)));
  const names = databaseNames(services);
  if (!areDatabasesElsewhere(names, environment)) {
    const connections = { max_connections: String(connectionsFor(replicas)) };
    postgres = await startPostgres({ dataDir, settings: connections });
  }
  const databaseUrls = await openDatabases({ names, settings: environment, postgres, migrationsOf });
  // A member has its own key to prove who it is; the others are of the shop.
  const declared = services.flatMap((service) => service.settings ?? []);
  const settings = Settings.fromEnvironment(await generatedKeys(dataDir, environment.untold(declared)));
  const printed = mergedLog({
    names: ["fleet", ...topology.flatMap(({ name }) => numbers(replicas.get(name)).map((one) => `${name}#${one}`))],
    isColoured: process.stdout.isTTY,
    write: (text) => void process.stdout.write(text),
  });
  const log = createLog({ level: "info", write: (line) => printed("fleet", line) });
  if (postgres !== undefined) keepPostgresRunning(postgres, log, () => stopping !== undefined);
  process.stdout.write("  Starting every service as a process of its own …\n");
  fleet = await startShopFleet({ settings, databaseUrls, replicas, ports, onLine: printed });
  if (settings.get(processSettings.demo) === "on" && (await demoIsMissing(dataDir)))
    await importDemoShop(fleet, dataDir);
  process.stdout.write(banner(fleet));
}

function stop(): Promise<void> {
  return (stopping ??= (async () => {
    await fleet?.stop();
    await postgres?.stop();
  })());
}

function connectionsFor(replicas: ReadonlyMap<string, number>): number {
  const ofMembers = topology.map(
    ({ name, databaseConnections }) => (replicas.get(name) ?? 1) * (databaseConnections + CONNECTIONS_BESIDE),
  );
  return Math.max(200, CONNECTIONS_SPARE + ofMembers.reduce((sum, one) => sum + one, 0));
}

function banner({ members }: ShopFleet): string {
  const edge = members.find((member) => member.service === "gateway")!;
  const inbox = members.find((member) => member.service === "notifications")!;
  const row = (name: string, url: string, operatorUrl: string, pid: string) =>
    `    ${name.padEnd(22)}${url.padEnd(26)}${operatorUrl.padEnd(26)}${pid}`;
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const lines = [
    "",
    `  The fleet is ready after ${seconds} s: ${members.length} processes`,
    "",
    `  API            ${edge.url}/api/v1/products`,
    `  Documentation  ${edge.url}/api/docs`,
    `  Mail inbox     ${inbox.operatorUrl}/mail`,
    "",
    row("member", "answers at", "operators at", "pid"),
    ...members.map((member) => row(member.name, member.url, member.operatorUrl, String(member.pid))),
    "",
    "  Try  npm run demo          buys something through the public API and shows every step",
    `  Try  kill -9 ${members.find((member) => member.service === "orders")!.pid}         the supervisor starts it again; nothing is lost`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

type Asked = { readonly replicas: ReadonlyMap<string, number>; readonly ports: "rows" | "free" };

function asked(): Asked {
  const options = { replicas: { type: "string" }, "free-ports": { type: "boolean" } } as const;
  try {
    const { values } = parseArgs({ options, allowPositionals: false });
    const replicas = values.replicas === undefined ? new Map<string, number>() : readReplicas(values.replicas);
    return { replicas, ports: values["free-ports"] === true ? "free" : "rows" };
  } catch (cause) {
    if (cause instanceof StartupProblem) throw cause;
    const usage = "Usage: npm run fleet -- [--replicas orders=2,inventory=2] [--free-ports]";
    throw new StartupProblem(`${(cause as Error).message}. ${usage}`, { cause });
  }
}

function numbers(count = 1): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
