import { optionalSetting, type Setting, type Settings } from "./config.ts";
import { databaseProblem } from "./database-problem.ts";
import { BUS_MIGRATIONS, SERVICE_MIGRATIONS, migrate } from "./migrate.ts";
import { ensureDatabases, type PostgresServer } from "./postgres.ts";
import type { AnyService } from "./service.ts";

/** `orders` → `ORDERS_DATABASE_URL`: an own database per service, anywhere. */
export function databaseSetting(name: string): Setting<string | undefined> {
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

/** The databases that these services need: each its own, and `bus`. */
export function databaseNames(services: readonly AnyService[]): readonly string[] {
  return [...services.filter((service) => service.hasDatabase !== false).map((service) => service.name), "bus"];
}

/** Claims that the settings tell where every database is, so that no server has to be started for them. */
export function areDatabasesElsewhere(names: readonly string[], settings: Settings): boolean {
  return names.every((name) => settings.get(databaseSetting(name)) !== undefined);
}

/** Finds each database by its setting or makes it, with a role of its own, on the embedded server; brings all of them up to date.
 *  Answers name → address. Throws a StartupProblem that names the setting of one that cannot be used. Safe to repeat. */
export async function openDatabases(options: {
  readonly names: readonly string[];
  readonly settings: Settings;
  readonly postgres: PostgresServer | undefined;
  /** The folder of a service's own migrations. */
  migrationsOf(service: string): string;
}): Promise<Map<string, string>> {
  const { names, settings, postgres, migrationsOf } = options;
  const onServer = (name: string) => name.replaceAll("-", "_");
  const embedded = postgres === undefined ? undefined : await ensureDatabases(postgres, names.map(onServer));
  const urls = new Map(
    names.map((name) => [name, settings.get(databaseSetting(name)) ?? embedded!.get(onServer(name))!]),
  );
  await Promise.all(
    [...urls].map(async ([name, url]) => {
      const own = { folder: migrationsOf(name), table: "migrations" };
      await migrate(url, name === "bus" ? [BUS_MIGRATIONS] : [SERVICE_MIGRATIONS, own]).catch((error: unknown) => {
        const setting = databaseSetting(name);
        throw settings.get(setting) === undefined ? error : databaseProblem(error, { setting: setting.name, url });
      });
    }),
  );
  return urls;
}
