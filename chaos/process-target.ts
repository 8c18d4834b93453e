import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deletePostgres } from "#platform/postgres";
import { locatePostgres, type LocatedPostgres } from "#platform/postgres/locate";
import { startShopProcess, type ShopProcess } from "../scenarios/shop-process.ts";
import { killBackend, killPostmaster, untilRelayCopies, untilReady } from "./kill-postgres.ts";
import type { Random } from "./random.ts";
import type { Target } from "./target.ts";

export type ProcessOptions = {
  readonly settings?: Readonly<Record<string, string>>;
  /** For node: `["--import", "./chaos/plants/…"]`. */
  readonly nodeArguments?: readonly string[];
};

const PRINTED_LIMIT = 20_000;

/** The shop as one process, `node main.ts` on a data folder of its own. It is started again on the same ports after its
 *  death, and takes over the PostgreSQL that it left. */
export async function startProcessTarget(options: ProcessOptions = {}): Promise<Target> {
  const dataDir = await mkdtemp(join(tmpdir(), "tradepost-chaos-"));
  let shop: ShopProcess | undefined;
  try {
    shop = await startShopProcess(dataDir, options);
    return await target(dataDir, options, shop);
  } catch (error) {
    await shop?.end("SIGTERM");
    await remove(dataDir);
    throw error;
  }
}

async function target(dataDir: string, options: ProcessOptions, first: ShopProcess): Promise<Target> {
  const { url, staff, desk } = first;
  const settings = { ...options.settings, PORT: new URL(url).port, OPS_PORT: new URL(desk("gateway")).port };
  const faults: string[] = [];
  let postgres: LocatedPostgres = await locatePostgres(dataDir);
  let printed = "";
  let shop = first;
  let starting: Promise<void> = Promise.resolve();
  let isStopping = false;

  const killed = new WeakSet<ShopProcess>();
  const watch = (watched: ShopProcess) => {
    void watched.ended.then(({ code, text }) => {
      if (!killed.has(watched) && !isStopping) faults.push(`The process ended by itself, with code ${code}:\n${text}`);
    });
  };
  watch(first);
  const start = async () => {
    try {
      shop = await startShopProcess(dataDir, { ...options, settings });
      postgres = await locatePostgres(dataDir); // adopted, or a new one on another port
      watch(shop);
    } catch (error) {
      faults.push(`The process did not start again:\n${(error as Error).message}`);
    }
  };
  const killProcess = async () => {
    const dead = shop;
    killed.add(dead);
    dead.child.kill("SIGKILL");
    printed = (printed + dead.printed()).slice(-PRINTED_LIMIT);
    starting = dead.ended.then(() => (isStopping ? undefined : start()));
    return `process ${dead.child.pid}`;
  };
  const kills: Readonly<Record<string, (random: Random) => Promise<string>>> = {
    process: killProcess,
    postgres: async () => killPostmaster(dataDir),
    backend: (random) => killBackend(postgres, random),
    relay: async (random) => {
      const { told } = await untilRelayCopies(postgres, random);
      return `${await killProcess()}, ${told}`;
    },
    machine: async () => `${await killProcess()} and ${await killPostmaster(dataDir)}`,
  };
  return {
    mode: "process",
    url,
    staff,
    databaseUrl: (database) => postgres.url(database),
    victims: Object.keys(kills),
    kill: (victim, random) => kills[victim]!(random),
    ready: async () => {
      await starting;
      if (faults.length > 0) throw new Error(faults.join("\n"));
      await untilReady(url);
    },
    faults,
    printed: () => (printed + shop.printed()).slice(-PRINTED_LIMIT),
    stop: async () => {
      isStopping = true;
      await starting;
      const isRunning = shop.child.exitCode === null && shop.child.signalCode === null;
      if (isRunning) await shop.end("SIGTERM");
      await remove(dataDir);
    },
  };
}

async function remove(dataDir: string): Promise<void> {
  await deletePostgres(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}
