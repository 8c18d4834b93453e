import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "#kernel/id";
import { deletePostgres } from "#platform/postgres";
import { locatePostgres } from "#platform/postgres/locate";
import { startShopProcess } from "../scenarios/shop-process.ts";
import { askDatabase } from "../chaos/ask-database.ts";

/** A shop of the bench: the demo goods, as much of each as anybody may want. */
export type BenchShop = {
  readonly url: string;
  readonly skus: readonly string[];
  readonly productIds: readonly string[];
  databaseUrl(database: string): string;
  /** From the start of the process to the first request: with an empty data folder, and with a filled one. */
  readonly startMs: { readonly first: number; readonly second: number };
  /** Of the process, without PostgreSQL. */
  residentMb(): Promise<number>;
  /** What Prometheus is told. */
  metrics(): Promise<string>;
  /** Halts the process, whose PostgreSQL goes on. */
  halt(): void;
  /** Waits until nothing happens any more behind the purchases made so far. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts `node main.ts` on a new data folder, as a user does, and again once it is filled: with `settings`. */
export async function openBenchShop(settings: Readonly<Record<string, string>> = {}): Promise<BenchShop> {
  const dataDir = await mkdtemp(join(tmpdir(), "tradepost-bench-"));
  const beganMs = performance.now();
  const first = await startShopProcess(dataDir, { settings: { TRADEPOST_DEMO: "on" } });
  const firstMs = performance.now() - beganMs;
  const goods = await fillShelves(first.url, first.staff);
  await first.end("SIGTERM");
  const againMs = performance.now();
  const shop = await startShopProcess(dataDir, { settings: { TRADEPOST_DEMO: "on", ...settings } });
  const secondMs = performance.now() - againMs;
  const postgres = await locatePostgres(dataDir);
  const socket = `?host=${encodeURIComponent(join(dataDir, "postgres"))}`;
  return {
    ...goods,
    url: shop.url,
    databaseUrl: (database) => postgres.url(database) + socket,
    startMs: { first: firstMs, second: secondMs },
    residentMb: async () => {
      const status = await readFile(`/proc/${shop.child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1_024;
    },
    metrics: async () => (await fetch(`${shop.desk("gateway")}/metrics`)).text(),
    halt: () => void shop.child.kill("SIGSTOP"),
    settled: () => untilQuiet(postgres.url("bus")),
    stop: async () => {
      shop.child.kill("SIGCONT");
      await shop.end("SIGTERM");
      await deletePostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const GOODS = 400;
const PIECES = 1_000_000;

/** Takes 400 products and puts a million pieces of each of their goods on the shelves, through the staff's API. */
async function fillShelves(
  url: string,
  staff: Readonly<Record<string, string>>,
): Promise<Pick<BenchShop, "skus" | "productIds">> {
  const items: { readonly productId: string; readonly skus: readonly string[] }[] = [];
  let cursor = "";
  while (items.length < GOODS) {
    const page = await ask(`${url}/api/v1/products?limit=100${cursor}`);
    items.push(...(page["items"] as typeof items));
    cursor = `&cursor=${encodeURIComponent(page["nextCursor"] as string)}`;
  }
  const skus = items.map((item) => item.skus[0]!).toSorted();
  const warehouses = (await ask(`${url}/api/v1/warehouses`, { headers: staff }))["warehouses"];
  const body = JSON.stringify({
    warehouseEventId: newId("warehouseEvent"),
    kind: "goods_received",
    warehouse: (warehouses as { code: string }[])[0]!.code,
    occurredAt: new Date().toISOString(),
    lines: skus.map((sku) => ({ sku, quantity: PIECES })),
  });
  const headers = { ...staff, "content-type": "application/json" };
  await ask(`${url}/api/v1/warehouse-events`, { method: "POST", headers, body });
  const isOnHand = async (sku: string) =>
    ((await ask(`${url}/api/v1/stock/${sku}/warehouses`, { headers: staff }))["available"] as number) >= PIECES;
  for (const sku of [skus[0]!, skus.at(-1)!]) while (!(await isOnHand(sku))) await pause(50);
  return { skus, productIds: items.map((item) => item.productId) };
}

async function ask(url: string, options: RequestInit = {}): Promise<Record<string, unknown>> {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Nothing was written for a second but what jobs write all the time. */
async function untilQuiet(url: string): Promise<void> {
  const written = async () => {
    const [row] = await askDatabase<{ end: number }>(
      url,
      `select coalesce(sum(next_offset), 0)::bigint as "end" from topic_partition`,
    );
    return row!.end;
  };
  for (let before = -1, now = await written(); now !== before; before = now, now = await written()) await pause(1_000);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
