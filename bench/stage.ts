import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deletePostgres } from "#platform/postgres";
import { locatePostgres, type LocatedPostgres } from "#platform/postgres/locate";
import { startShopProcess, type ShopProcess } from "../scenarios/shop-process.ts";
import { askChild } from "./child.ts";

/** A shop with the demo goods that is measured, as one process or as a fleet. */
export type Stage = {
  readonly mode: "process" | "fleet";
  readonly url: string;
  readonly staff: Readonly<Record<string, string>>;
  readonly postgres: LocatedPostgres;
  /** Where operators look, of every process. */
  readonly desks: readonly string[];
  /** From the command to an answer, milliseconds: with nothing there yet, and once more. */
  readonly startUpMs: { readonly first: number; readonly again: number };
  /** Since the last question: how long the event loop did anything else, milliseconds, the 99th percentile and the longest. */
  loopDelayMs(): Promise<{ readonly p99: number; readonly max: number } | undefined>;
  stop(): Promise<void>;
};

const LOOP = ["--import", join(import.meta.dirname, "inside/tell-loop-delay.ts")];
const SHOP = { TRADEPOST_DEMO: "on" };

type StageSettings = Readonly<Record<string, string>>;

/** Starts `node main.ts` on a new data folder, twice: the second start is the usual one. */
export async function startStage(settings: StageSettings = {}): Promise<Stage> {
  const ground = await openGround();
  try {
    const first = await ground.start(settings);
    await first.end();
    const again = await ground.start(settings);
    const startUpMs = { first: first.startUpMs.first, again: again.startUpMs.first };
    const stop = async () => {
      await again.end();
      await ground.remove();
    };
    return { ...again, startUpMs, stop };
  } catch (error) {
    await ground.remove();
    throw error;
  }
}

/** A data folder on which the shop is started again and again, one at a time. */
export type Ground = {
  readonly dataDir: string;
  /** `end` leaves the data where it is. */
  start(settings: StageSettings): Promise<Stage & { end(): Promise<void> }>;
  /** The same data once more. Nothing runs on it meanwhile. */
  copy(): Promise<Ground>;
  /** Ends what runs and deletes everything. */
  remove(): Promise<void>;
};

export async function openGround(): Promise<Ground> {
  return groundOn(await newFolder());
}

/** The cluster lies in it: as root it belongs to another account, which has to get there. */
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tradepost-bench-"));
  await chmod(folder, 0o711);
  return folder;
}

function groundOn(dataDir: string): Ground {
  let running: ShopProcess | undefined;
  return {
    dataDir,
    copy: async () => {
      const other = await newFolder();
      await promisify(execFile)("cp", ["-aL", `${dataDir}/.`, other]); // keeps who owns what
      return groundOn(other);
    },
    start: async (settings) => {
      const startedMs = performance.now();
      const shop = await startShopProcess(dataDir, { settings: { ...SHOP, ...settings }, nodeArguments: LOOP });
      running = shop;
      return stageOf(shop, dataDir, performance.now() - startedMs);
    },
    remove: async () => {
      await running?.end("SIGTERM");
      await deletePostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function stageOf(shop: ShopProcess, dataDir: string, tookMs: number): Promise<Stage & { end(): Promise<void> }> {
  const end = async () => void (await shop.end("SIGTERM"));
  return {
    mode: "process",
    url: shop.url,
    staff: shop.staff,
    postgres: await locatePostgres(dataDir),
    desks: [shop.desk("gateway")],
    startUpMs: { first: tookMs, again: tookMs },
    loopDelayMs: () => askChild(shop.child, { asks: "loop-delay" }),
    end,
    stop: end,
  };
}
