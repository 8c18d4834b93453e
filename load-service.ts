import { join } from "node:path";
import type { Contract } from "#kernel/contract";
import type { AnyService } from "#platform/service";

/** The table of contents of a row of the topology. */
export async function loadService(name: string): Promise<AnyService> {
  const module = (await import(`./services/${name}/service.ts`)) as { service: AnyService };
  return module.service;
}

/** The public face of a row, without what is behind it. */
export async function loadContract(name: string): Promise<Contract> {
  const module = (await import(`./services/${name}/contract.ts`)) as Record<string, Contract>;
  const camelCase = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return module[camelCase]!;
}

/** The folder of a row's own migrations. */
export function migrationsOf(name: string): string {
  return join(import.meta.dirname, "services", name, "migrations");
}
