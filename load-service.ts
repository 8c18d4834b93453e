import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Contract } from "#kernel/contract";
import type { AnyService } from "#platform/service";
import { topology } from "./topology.ts";

/** The table of contents of a row of the topology. */
export async function loadService(name: string): Promise<AnyService> {
  const module = (await import(fileOf(name, "service.ts"))) as { service: AnyService };
  return module.service;
}

/** The public face of a row, without what is behind it. */
export async function loadContract(name: string): Promise<Contract> {
  const module = (await import(fileOf(name, "contract.ts"))) as Record<string, Contract>;
  const camelCase = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return module[camelCase]!;
}

/** The folder of a row's own migrations. */
export function migrationsOf(name: string): string {
  return join(import.meta.dirname, folderOf(name), "migrations");
}

/** A whole address: a pattern with folders in it is not understood where tests run. */
function fileOf(name: string, file: string): string {
  return pathToFileURL(join(import.meta.dirname, folderOf(name), file)).href;
}

/** The folder of a row: `services/orders`, `apps/storefront`. */
export function folderOf(name: string): string {
  const isApp = topology.find((row) => row.name === name)?.isApp ?? false;
  return isApp ? `apps/${name}` : `services/${name}`;
}
