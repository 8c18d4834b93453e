import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import { newId } from "#kernel/id";
import type { Input } from "#kernel/contract";
import type { Shop } from "../shop.ts";

const DATA = join(import.meta.dirname, "../../demo/data");

/** More than a page of a list holds, all of them of one category. */
const IN_ONE_CATEGORY = 26;
const IN_EACH_OTHER = 2;
export const FULL_CATEGORY = "home-lighting";
/** Goods of the demo that stories name. */
export const VARIED = "ceramic-candle-holder";

type Draft = Input<typeof catalog.createProduct> & { readonly slug: string; readonly categories: readonly string[] };

/** Some of the demo's goods with their real titles and pictures: one category full, a few of every other; a hundred
 *  pieces of each. */
export async function stockWithDemoGoods({ inside }: Pick<Shop, "inside">): Promise<void> {
  for (const { slug, parent = null, names, position = 0 } of readCategories())
    await inside.call(catalog.putCategory, { slug, parent, names, position });
  const drafts = chooseDrafts();
  const body = Readable.from(drafts.map((draft) => Buffer.from(`${JSON.stringify(draft)}\n`)));
  const { failed, errors } = await inside.call(catalog.importProducts, { format: "ndjson", from: 1, body });
  if (failed > 0) throw new Error(`Not all goods were imported: ${JSON.stringify(errors)}`);
  const images = new Set(drafts.flatMap((draft) => draft.images?.map(({ name }) => name) ?? []));
  for (const name of images)
    await inside.call(catalog.putImage, { name, body: Readable.from([readFileSync(join(DATA, "art", name))]) });
  await inside.call(inventory.putWarehouse, { code: "leicester", name: "Leicester", priority: 1 });
  const skus = drafts.flatMap(({ variants }) => variants.map(({ sku }) => sku));
  await inside.call(inventory.adjustStock, {
    adjustmentId: newId("adjustment"),
    reason: "test",
    lines: skus.map((sku) => ({ sku, warehouse: "leicester", onHand: 100 })),
  });
}

function readCategories(): readonly Input<typeof catalog.putCategory>[] {
  return JSON.parse(readFileSync(join(DATA, "categories.json"), "utf8"));
}

function chooseDrafts(): readonly Draft[] {
  const text = gunzipSync(readFileSync(join(DATA, "products.ndjson.gz"))).toString();
  const chosen = new Map<string, number>();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Draft)
    .filter(({ slug, categories }) => {
      const top = categories[0]!.split("/", 1)[0]!;
      const count = chosen.get(top) ?? 0;
      if (slug !== VARIED && count >= (top === FULL_CATEGORY ? IN_ONE_CATEGORY : IN_EACH_OTHER)) return false;
      chosen.set(top, count + 1);
      return true;
    });
}
