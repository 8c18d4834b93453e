import { serviceOf } from "#kernel/contract";
import { remoteService } from "#platform/client";
import { Settings } from "#platform/config";
import { startFleet, type Fleet } from "#platform/fleet";
import { internalKey, internalTrust, makeInternalKey, openIdentity } from "#platform/internal-identity";
import { processSettings } from "#platform/process-settings";
import type { Runtime } from "#platform/runtime";
import { urlSettingName } from "#platform/runtime-context";
import type { AnyService } from "#platform/service";
import { databaseSetting } from "#platform/service-databases";
import { StartupProblem } from "#platform/startup-problem";
import { loadService } from "./load-service.ts";
import { topology } from "./topology.ts";

export type ShopFleetOptions = {
  /** A member gets those that it declares and no other. */
  readonly settings: Settings;
  /** Address of every service's database, and of `bus`. */
  readonly databaseUrls: ReadonlyMap<string, string>;
  /** Replicas by service; one of each unless told. */
  readonly replicas?: ReadonlyMap<string, number>;
  readonly ports: "rows" | "free";
  /** Arguments of Node before the entry file. */
  readonly nodeArguments?: readonly string[];
  onLine(member: string, line: string): void;
};

/** `invoke` calls an operation of the first replica of its service, on behalf of the caller `demo`. */
export type ShopFleet = Fleet & Pick<Runtime, "invoke">;

/** Starts the shop as a fleet on this machine: every service of the topology as a process of its own, which knows its own settings,
 *  its own database and key, and the addresses of the services that it calls. Resolves when all serve. */
export async function startShopFleet(options: ShopFleetOptions): Promise<ShopFleet> {
  const services = new Map(
    await Promise.all(topology.map(async ({ name }) => [name, await loadService(name)] as const)),
  );
  const edges = [...services.values()].filter((service) => service.edge !== undefined).map((service) => service.name);
  const { settings, databaseUrls, nodeArguments = [] } = options;
  const keys = new Map([...services.keys(), OUTSIDER].map((name) => [name, makeInternalKey([name])]));
  const trust = JSON.stringify({ keys: [...keys.values()].map((one) => one.trusted) });
  const fleet = await startFleet({
    rows: topology.map((row) => ({ ...row, replicas: options.replicas?.get(row.name) ?? 1 })),
    ports: options.ports,
    folder: import.meta.dirname,
    commandOf: (service) => [...nodeArguments, "main.ts", "--only", service],
    edges,
    stopLimitMs: settings.get(processSettings.drainMs) + 5_000,
    onLine: options.onLine,
    environmentOf: ({ service: name, port, operatorPort }, addresses) => {
      const service = services.get(name)!;
      const isEdge = service.edge !== undefined;
      const called = isEdge ? topology.map((row) => row.name) : (service.calls ?? []).map(serviceOf);
      return {
        ...chosenSettings(settings, service),
        ...Object.fromEntries(called.map((one) => [urlSettingName(one), addresses.get(one)!.join(",")])),
        ...Object.fromEntries(
          [...(service.hasDatabase === false ? [] : [name]), "bus"].map((database) => [
            databaseSetting(database).name,
            databaseUrls.get(database)!,
          ]),
        ),
        [internalKey.name]: keys.get(name)!.key,
        [internalTrust.name]: trust,
        PORT: String(port),
        OPS_PORT: String(operatorPort),
        ...(isEdge ? {} : { HOST: "127.0.0.1" }),
      };
    },
  });
  return { ...fleet, invoke: invokeFrom(fleet, { key: keys.get(OUTSIDER)!.key, trust }) };
}

/** Fills a new shop; no service may be spoken for by its key. */
const OUTSIDER = "demo";

function invokeFrom(fleet: Fleet, { key, trust }: { key: string; trust: string }): Runtime["invoke"] {
  const own = new Settings({ [internalKey.name]: key, [internalTrust.name]: trust });
  const identity = openIdentity({ key: own.get(internalKey)!, trusted: own.get(internalTrust) });
  return async (operation, input, call) => {
    const { service } = operation;
    const { url } = fleet.member(service);
    const remote = remoteService({ service, urls: [url], identity });
    return remote.call(operation, input, call).finally(() => remote.close());
  };
}

/** What a process needs of any system to run at all. */
const SYSTEM = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "NODE_OPTIONS", "NODE_ENV"];

/** What this service may know: the settings of any process and its own. */
function chosenSettings(settings: Settings, service: AnyService): Record<string, string> {
  const declared = [...Object.values(processSettings), ...(service.settings ?? [])].map((setting) => setting.name);
  const told = [...SYSTEM, ...declared].map((name) => [name, settings.text(name)] as const);
  return Object.fromEntries(told.filter((one): one is readonly [string, string] => one[1] !== undefined));
}

/** Reads `orders=2,inventory=2`. Throws a StartupProblem that says what is wrong. */
export function readReplicas(text: string): ReadonlyMap<string, number> {
  const parts = text.split(",").map((part) => part.trim());
  return new Map(
    parts.map((part) => {
      const [, name = "", count = ""] = /^([\w-]+)=(\d+)$/.exec(part) ?? [];
      const isKnown = topology.some((row) => row.name === name);
      const replicas = Number(count);
      if (!isKnown || replicas < 1 || replicas > 9)
        throw new StartupProblem(
          `--replicas ${part}: write a service and 1 to 9 replicas, as in orders=2,inventory=2. There are: ${topology.map((row) => row.name).join(", ")}.`,
        );
      return [name, replicas] as const;
    }),
  );
}
