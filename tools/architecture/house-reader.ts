import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Contract, Operation } from "#kernel/contract";
import type { EventKind } from "#kernel/event";
import type { RefusalKind } from "#kernel/refusal";
import type { AnyService } from "#platform/service";
import type { DeclaredService, DeclaredSetting, House } from "./house.ts";
import type { Finding } from "./rule.ts";

// Run by house.ts: imports the services of the tree at argv[2] and sends what they declare to the parent process.
const [root, ...folders] = process.argv.slice(2);
process.send?.(await readHouse(root!, folders), () => process.exit(0));

async function readHouse(root: string, folders: readonly string[]): Promise<House> {
  const services = new Map<string, DeclaredService>();
  const general = refusalsIn(await loadIfThere(root, "kernel/refusal.ts"));
  const known = new Set([...general, ...(await refusalsOfAll(root, folders))]);
  const broken: Finding[] = [];
  for (const folder of folders) {
    const file = `${folder}/service.ts`;
    try {
      services.set(basename(folder), await readService(root, folder, known));
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
  const { processSettings = {} } = await loadIfThere(root, "platform/process-settings.ts");
  return {
    services,
    rows,
    broken,
    general: general.map(({ code }) => code),
    operators: refusalsIn(await loadIfThere(root, "platform/operator-access.ts")).map(({ code }) => code),
    processSettings: settingsOf(processSettings as Record<string, unknown>, Object.values(processSettings as object)),
  };
}

async function readService(root: string, folder: string, known: ReadonlySet<RefusalKind>): Promise<DeclaredService> {
  const service = (await load(root, `${folder}/service.ts`))["service"] as AnyService | undefined;
  if (service === undefined) throw new Error("it exports no `service`");
  const hearings = [...(service.hears ?? []), ...(service.watches ?? [])];
  const face = await loadIfThere(root, `${folder}/contract.ts`);
  const own = refusalsIn(face);
  return {
    folder,
    name: service.name,
    calls: (service.calls ?? []).map(
      (contract) => Object.values(contract)[0]?.service ?? "a contract without operations",
    ),
    publishes: (service.publishes ?? []).map(eventTypeOf),
    hears: hearings.map((hearing) => eventTypeOf(hearing.kind)),
    contracts: contractsIn(face),
    events: eventsIn(await loadIfThere(root, `${folder}/events.ts`)),
    refusals: own.map(({ code }) => code),
    refusing: refusingIn(service, own, known),
    settings: settingsOf(await loadIfThere(root, `${folder}/settings.ts`), service.settings ?? []),
  };
}

async function readRows(root: string): Promise<readonly string[] | undefined> {
  if (!existsSync(join(root, "topology.ts"))) return undefined;
  const { topology } = await load(root, "topology.ts");
  if (!Array.isArray(topology)) throw new Error("it exports no `topology` list");
  return topology.map((row: { name: string }) => row.name);
}

async function loadIfThere(root: string, file: string): Promise<Record<string, unknown>> {
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

/** What can be read: a contract that cannot is told as broken by its service. */
async function refusalsOfAll(root: string, folders: readonly string[]): Promise<readonly RefusalKind[]> {
  const faces = folders.map((folder) => loadIfThere(root, `${folder}/contract.ts`).catch(() => ({})));
  return (await Promise.all(faces)).flatMap(refusalsIn);
}

function refusalsIn(module: Record<string, unknown>): readonly RefusalKind[] {
  return Object.values((module["refuse"] ?? {}) as Record<string, RefusalKind>);
}

/** By value, not by code: two services may mean different things by one code. */
function refusingIn(
  service: AnyService,
  own: readonly RefusalKind[],
  known: ReadonlySet<RefusalKind>,
): DeclaredService["refusing"] {
  return (Object.values(service.contract as Contract) as Operation[]).flatMap(({ name, refuses = [] }) =>
    refuses.map((kind) => {
      const from = own.includes(kind) ? "own" : known.has(kind) ? "other" : "stranger";
      return { operation: name, code: kind.code, from };
    }),
  );
}

function settingsOf(exports: Record<string, unknown>, listed: readonly unknown[]): readonly DeclaredSetting[] {
  const exported = Object.entries(exports).filter(([, value]) => isSetting(value)) as [string, { name: string }][];
  const known = exported.map(([key, setting]) => ({
    name: setting.name,
    exported: key,
    isListed: listed.includes(setting),
  }));
  const others = (listed as { name: string }[]).filter((one) => !exported.some(([, setting]) => setting === one));
  return [...known, ...others.map(({ name }) => ({ name, exported: undefined, isListed: true }))];
}

function isSetting(value: unknown): boolean {
  const setting = value as { name?: unknown; parse?: unknown; accepts?: unknown } | null | undefined;
  return typeof setting?.name === "string" && typeof setting.parse === "function" && "accepts" in setting;
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
