import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deletePostgres } from "#platform/postgres";
import { startShopProcess } from "../../scenarios/shop-process.ts";
import { Connection } from "../load/connection.ts";
import type { Ask } from "../load/drive.ts";
import { Shopper } from "../load/shopper.ts";
import { FLOW_FILE, RECORDED_SKUS, flowOf } from "./flow-statements.ts";
import type { Recorded } from "./record-statements.ts";

const FOLLOWED_MS = 1_500;

/** Writes down what one purchase of a shop that knows its way asks of PostgreSQL. */
export async function recordFlow(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "tradepost-bench-"));
  const file = join(dataDir, "recorded.json");
  const shop = await startShopProcess(dataDir, {
    settings: { TRADEPOST_DEMO: "on", BENCH_RECORD_TO: file },
    nodeArguments: ["--import", join(import.meta.dirname, "record-statements.ts")],
  });
  try {
    for (let purchase = 0; purchase < 3; purchase++) await buy(shop.url);
    await pause(FOLLOWED_MS);
    shop.child.kill("SIGUSR2");
    await buy(shop.url);
    await pause(FOLLOWED_MS);
    shop.child.kill("SIGUSR2");
    await untilThere(file);
    const flow = flowOf(JSON.parse(await readFile(file, "utf8")) as Recorded[]);
    await writeFile(FLOW_FILE, `[\n${flow.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  } finally {
    await shop.end("SIGTERM");
    await deletePostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function buy(url: string): Promise<void> {
  const connection = await Connection.open(url);
  const ask: Ask = async (kind, request, expected) => {
    const { status, body } = await connection.ask(request);
    if (status !== expected) throw new Error(`${kind}: ${status} ${body.toString()}`);
    return body;
  };
  const shopper = new Shopper(ask);
  await shopper.arrive();
  const lines = RECORDED_SKUS.map((sku, index) => ({ sku, quantity: index + 1 }));
  for (const { sku, quantity } of lines) await shopper.addToCart(sku, quantity);
  await shopper.checkout(await shopper.prepare(lines));
  connection.close();
}

async function untilThere(file: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.endsWith("]")) return;
    await pause(50);
  }
  throw new Error(`Nothing was recorded in ${file}.`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
