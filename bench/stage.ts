import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** Starts `node main.ts` on a new data folder, twice: the second start is the usual one. */
export async function startStage(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "tradepost-bench-"));
  const start = async () => {
    const startedMs = performance.now();
    const shop = await startShopProcess(dataDir, { settings: { ...SHOP, ...settings }, nodeArguments: LOOP });
    return { shop, tookMs: performance.now() - startedMs };
  };
  const remove = async () => {
    await deletePostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
  let running: ShopProcess | undefined;
  try {
    const first = await start();
    running = first.shop;
    await running.end("SIGTERM");
    const again = await start();
    running = again.shop;
    return await stageOf(running, dataDir, { first: first.tookMs, again: again.tookMs }, remove);
  } catch (error) {
    await running?.end("SIGTERM");
    await remove();
    throw error;
  }
}

async function stageOf(
  shop: ShopProcess,
  dataDir: string,
  startUpMs: Stage["startUpMs"],
  remove: () => Promise<void>,
): Promise<Stage> {
  return {
    mode: "process",
    url: shop.url,
    staff: shop.staff,
    postgres: await locatePostgres(dataDir),
    desks: [shop.desk("gateway")],
    startUpMs,
    loopDelayMs: () => askChild(shop.child, { asks: "loop-delay" }),
    stop: async () => {
      await shop.end("SIGTERM");
      await remove();
    },
  };
}
