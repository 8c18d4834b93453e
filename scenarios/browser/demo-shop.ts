import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deletePostgres } from "#platform/postgres";
import { startShopProcess } from "../shop-process.ts";

/** Does something with the address of a new shop that has the demo goods; deletes it afterwards, whatever happened. */
export async function withDemoShop<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), "tradepost-demo-"));
  const shop = await startShopProcess(dataDir, { settings: { TRADEPOST_DEMO: "on" } });
  try {
    return await work(shop.url);
  } finally {
    await shop.end("SIGTERM");
    await deletePostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
}
