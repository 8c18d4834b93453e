import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Contract, Operation } from "#kernel/contract";
import type { EventKind } from "#kernel/event";
import type { AnyService } from "#platform/service";
import type { DeclaredService, House } from "./house.ts";
import type { Finding } from "./rule.ts";

// Run by house.ts: imports the services of the tree at argv[2] and sends what they declare to the parent process.
const [root, ...folders] = process.argv.slice(2);
process.send?.(await readHouse(root!, folders), () => process.exit(0));

async function readHouse(root: string, folders: readonly string[]): Promise<House> {
  const services = new Map<string, DeclaredService>();
  const broken: Finding[] = [];
  for (const folder of folders) {
    const file = `services/${folder}/service.ts`;
    try {
      services.set(folder, await readService(root, folder));
    } catch (error) {
      broken.push({ file, told: `cannot be imported: ${(error as Error).message}` });
    }
  }
  let rows: readonly string[] | undefined;
  try {
    rows = await readRows(root);
  } catch (error) {
    broken.push({ file: "topology.ts", told: `cannot be imported: ${(error as Error).message}` });
  }
  return { services, rows, broken };
}

async function readService(root: string, folder: string): Promise<DeclaredService> {
  const service = (await load(root, `services/${folder}/service.ts`))["service"] as AnyService | undefined;
  if (service === undefined) throw new Error("it exports no `service`");
  const hearings = [...(service.hears ?? []), ...(service.watches ?? [])];
  return {
    name: service.name,
    calls: (service.calls ?? []).map(
      (contract) => Object.values(contract)[0]?.service ?? "a contract without operations",
    ),
    publishes: (service.publishes ?? []).map(eventTypeOf),
    hears: hearings.map((hearing) => eventTypeOf(hearing.kind)),
    contracts: contractsIn(await loadFace(root, folder, "contract")),
    events: eventsIn(await loadFace(root, folder, "events")),
  };
}

async function readRows(root: string): Promise<readonly string[] | undefined> {
  if (!existsSync(join(root, "topology.ts"))) return undefined;
  const { topology } = await load(root, "topology.ts");
  if (!Array.isArray(topology)) throw new Error("it exports no `topology` list");
  return topology.map((row: { name: string }) => row.name);
}

async function loadFace(root: string, folder: string, face: "contract" | "events"): Promise<Record<string, unknown>> {
  const file = `services/${folder}/${face}.ts`;
  return existsSync(join(root, file)) ? load(root, file) : {};
}

async function load(root: string, file: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>;
}

function contractsIn(module: Record<string, unknown>): DeclaredService["contracts"] {
  const contracts = Object.entries(module).filter(([, value]) => isContract(value));
  return new Map(
    contracts.map(([name, value]) => {
      const { service } = Object.values(value as Contract)[0]!;
      return [name, { service, operations: new Set(Object.keys(value as Contract)) }];
    }),
  );
}

function eventsIn(module: Record<string, unknown>): ReadonlyMap<string, string> {
  const events = Object.entries(module).filter(([, value]) => isEventKind(value));
  return new Map(events.map(([name, value]) => [name, eventTypeOf(value as EventKind)]));
}

function isContract(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const operations: Partial<Operation>[] = Object.values(value);
  return (
    operations.length > 0 && operations.every((one) => typeof one?.service === "string" && typeof one.path === "string")
  );
}

function isEventKind(value: unknown): boolean {
  const kind = value as Partial<EventKind> | null | undefined;
  return typeof kind === "object" && typeof kind?.subject === "string" && typeof kind.version === "number";
}

function eventTypeOf(kind: Pick<EventKind, "service" | "name" | "version">): string {
  return `${kind.service}.${kind.name}.v${kind.version}`;
}
