import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Settings } from "#platform/config";
import type { Member } from "#platform/fleet/member";
import { generatedKeys } from "#platform/generated-keys";
import { createLog } from "#platform/log";
import { deletePostgres, startPostgres, type PostgresServer } from "#platform/postgres";
import { keepPostgresRunning } from "#platform/postgres/keep-running";
import { locatePostgres } from "#platform/postgres/locate";
import { databaseNames, openDatabases } from "#platform/service-databases";
import { loadService, migrationsOf } from "../load-service.ts";
import { staffHeaders } from "../scenarios/shop-process.ts";
import { startShopFleet, type ShopFleet } from "../start-fleet.ts";
import { topology } from "../topology.ts";
import { killBackend, killPostmaster, untilReady, untilRelayCopies } from "./kill-postgres.ts";
import type { Random } from "./random.ts";
import type { Target } from "./target.ts";

export type FleetOptions = {
  readonly settings: Readonly<Record<string, string>>;
  /** By service; one of each unless told. */
  readonly replicas: ReadonlyMap<string, number>;
  readonly nodeArguments?: readonly string[];
};

const PRINTED = { lines: 100, charactersPerLine: 400 };
const CONNECTIONS = "500";

/** The shop as a fleet: every service, and every replica of it, a process of its own, which its supervisor (in this process) starts
 *  again; so does the PostgreSQL that they share. */
export async function startFleetTarget(options: FleetOptions): Promise<Target> {
  const dataDir = await mkdtemp(join(tmpdir(), "tradepost-chaos-"));
  const printed: string[] = [];
  const print = (line: string) => {
    printed.push(line.slice(0, PRINTED.charactersPerLine));
    if (printed.length > PRINTED.lines) printed.shift();
  };
  let postgres: PostgresServer | undefined;
  let fleet: ShopFleet | undefined;
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    await fleet?.stop();
    await postgres?.stop();
    await deletePostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const services = await Promise.all(topology.map((row) => loadService(row.name)));
    postgres = await startPostgres({ dataDir, settings: { max_connections: CONNECTIONS } });
    const environment = new Settings({ ...SHOP, ...options.settings });
    const names = databaseNames(services);
    const databaseUrls = await openDatabases({ names, settings: environment, postgres, migrationsOf });
    keepPostgresRunning(postgres, createLog({ level: "warn", write: print }), () => isStopping);
    const declared = services.flatMap((service) => service.settings ?? []);
    const keys = await generatedKeys(dataDir, environment.untold(declared));
    fleet = await startShopFleet({
      settings: new Settings({ ...SHOP, ...options.settings, ...keys }),
      databaseUrls,
      replicas: options.replicas,
      ports: "free",
      ...(options.nodeArguments === undefined ? {} : { nodeArguments: options.nodeArguments }),
      onLine: (member, line) => print(`${member} ${line}`),
    });
    return await target({ dataDir, fleet, printed, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

const SHOP = { GATEWAY_RATE_LIMIT_PERCENT: "0", TRADEPOST_DEMO: "off", LOG_LEVEL: "warn" };

type Parts = {
  readonly dataDir: string;
  readonly fleet: ShopFleet;
  readonly printed: readonly string[];
  stop(): Promise<void>;
};

async function target({ dataDir, fleet, printed, stop }: Parts): Promise<Target> {
  const located = await locatePostgres(dataDir);
  const gateway = fleet.member("gateway");
  const killed = new Map<string, number>();
  const killMember = (member: Member) => {
    killed.set(member.name, (killed.get(member.name) ?? 0) + 1);
    const told = `${member.name}, ${member.pid}`;
    member.kill("SIGKILL");
    return told;
  };
  const pickOf = (service: string, random: Random) =>
    random.pick(fleet.members.filter((member) => member.service === service));
  const others: Readonly<Record<string, (random: Random) => Promise<string>>> = {
    postgres: () => killPostmaster(dataDir),
    backend: (random) => killBackend(located, random),
    relay: async (random) => {
      const { service, told } = await untilRelayCopies(located, random);
      return `${killMember(pickOf(service, random))}, ${told}`;
    },
    zombie: (random) => haltForLong(fleet, random),
  };
  const services = topology.map(({ name }) => name);
  return {
    mode: "fleet",
    url: gateway.url,
    staff: await staffHeaders(gateway.operatorUrl),
    databaseUrl: (database) => located.url(database),
    victims: [...services, ...Object.keys(others)],
    kill: async (victim, random) => others[victim]?.(random) ?? killMember(pickOf(victim, random)),
    ready: async () => {
      await fleet.ready();
      for (const member of fleet.members) await untilReady(member.url);
    },
    get faults() {
      const extra = fleet.members.filter(({ name, restarts }) => restarts > (killed.get(name) ?? 0));
      return extra.map(
        ({ name, restarts }) =>
          `${name} was started again ${restarts} times and killed ${killed.get(name) ?? 0} times.`,
      );
    },
    printed: () => printed.join("\n"),
    stop,
  };
}

/** Longer than the lease of an order (8 s), of a place on the bus (6 s), of a relay (5 s) and of the orders' sweep (10 s). */
const HALT_MS = 12_000;

/** A zombie: stopped until all its leases are others', then let go on as if nothing had happened. */
async function haltForLong(fleet: ShopFleet, random: Random): Promise<string> {
  const replicated = fleet.members.filter(
    ({ service }) => fleet.members.filter((one) => one.service === service).length > 1,
  );
  const member = random.pick(
    replicated.length > 0 ? replicated : fleet.members.filter(({ service }) => service !== "gateway"),
  );
  member.kill("SIGSTOP");
  await pause(HALT_MS);
  member.kill("SIGCONT");
  return `${member.name}, ${member.pid}, halted for ${HALT_MS / 1_000} s`;
}
