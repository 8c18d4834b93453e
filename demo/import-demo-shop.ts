import { createReadStream } from "node:fs";
import { access, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip, gunzipSync } from "node:zlib";
import type { Input, Operation, Output } from "#kernel/contract";
import { newId } from "#kernel/id";
import type { Runtime } from "#platform/runtime";
import { newTraceparent } from "#platform/telemetry/traceparent";
import { StartupProblem } from "#platform/startup-problem";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import { openProgress } from "./progress.ts";

const DATA = join(import.meta.dirname, "data");
const PRODUCTS = join(DATA, "products.ndjson.gz");
const AT_ONCE = 1_000;
const IMAGES_AT_ONCE = 8;

/** Claims that the demo goods were never wholly imported into this data folder. */
export async function demoIsMissing(dataDir: string): Promise<boolean> {
  return access(markOf(dataDir)).then(
    () => false,
    () => true,
  );
}

/** Fills the shop with the demo goods through the staff's own operations, with a progress bar. Safe to repeat after a kill: what
 *  is there already is left as it is. */
export async function importDemoShop(shop: Pick<Runtime, "invoke">, dataDir: string): Promise<void> {
  const call: Call = async (operation, input) => (await callAsStaff(shop, operation, input)) as never;
  const stock = await readStock();
  const images = await readdir(join(DATA, "art"));
  const products = await countProducts();
  const progress = openProgress("Filling the demo shop", products + stock.length + images.length);
  await importCategories(call);
  await importProducts(call, (done) => progress.at(done));
  await importImages(call, images, (done) => progress.at(products + done));
  await importStock(call, stock, (done) => progress.at(products + images.length + done));
  progress.end();
  await writeFile(markOf(dataDir), `${new Date().toISOString()}\n`);
}

type Call = <Op extends Operation>(operation: Op, input: Input<Op>) => Promise<Output<Op>>;
type Report = (done: number) => void;

function markOf(dataDir: string): string {
  return join(dataDir, "demo-imported");
}

function callAsStaff(shop: Pick<Runtime, "invoke">, operation: Operation, input: unknown): Promise<unknown> {
  return shop.invoke(operation, input, {
    caller: "demo",
    actor: { kind: "staff", id: "demo-import" },
    store: "demo",
    market: "gb",
    locale: "en-GB",
    currency: "GBP",
    requestId: newId("request"),
    traceparent: newTraceparent(),
    deadlineAtMs: Date.now() + 600_000,
    idempotencyKey: undefined,
  });
}

async function importCategories(call: Call): Promise<void> {
  const categories = JSON.parse(await readFile(join(DATA, "categories.json"), "utf8")) as Input<
    typeof catalog.putCategory
  >[];
  for (const { slug, parent = null, names, position = 0 } of categories)
    await call(catalog.putCategory, { slug, parent, names, position });
}

async function countProducts(): Promise<number> {
  const text = gunzipSync(await readFile(PRODUCTS));
  return text.reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 0);
}

async function importProducts(call: Call, report: Report): Promise<void> {
  const body = Readable.from(countedLines(report));
  const result = await call(catalog.importProducts, { format: "ndjson", from: 1, body });
  if (result.failed > 0)
    throw new StartupProblem(
      `The demo goods do not fit this catalogue: ${result.failed} failed, first: ${JSON.stringify(result.errors[0])}.`,
    );
}

async function* countedLines(report: Report): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(PRODUCTS).pipe(createGunzip()) })) {
    yield Buffer.from(`${line}\n`);
    report(++count);
  }
}

async function importImages(call: Call, names: readonly string[], report: Report): Promise<void> {
  let done = 0;
  const left = [...names];
  const work = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      await call(catalog.putImage, { name, body: Readable.from([await readFile(join(DATA, "art", name))]) });
      report(++done);
    }
  };
  await Promise.all(Array.from({ length: IMAGES_AT_ONCE }, work));
}

type StockLine = { readonly sku: string; readonly warehouse: string; readonly onHand: number };

async function readStock(): Promise<readonly StockLine[]> {
  const text = gunzipSync(await readFile(join(DATA, "stock.ndjson.gz"))).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as StockLine);
}

async function importStock(call: Call, stock: readonly StockLine[], report: Report): Promise<void> {
  await call(inventory.putWarehouse, { code: "leicester", name: "Leicester", priority: 1 });
  await call(inventory.putWarehouse, { code: "rotterdam", name: "Rotterdam", priority: 2 });
  for (let start = 0; start < stock.length; start += AT_ONCE) {
    const lines = stock.slice(start, start + AT_ONCE).map(({ sku, warehouse, onHand }) => ({ sku, warehouse, onHand }));
    await call(inventory.adjustStock, {
      adjustmentId: newId("adjustment"),
      reason: "opening stock of the demo shop",
      lines,
    });
    report(start + lines.length);
  }
}
