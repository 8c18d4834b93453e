import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Input } from "#kernel/contract";
import { newId } from "#kernel/id";
import { catalog } from "#catalog/contract";
import type { Sample } from "../sample.ts";
import type { Inside } from "./open-inside.ts";

const DATA = join(import.meta.dirname, "../../demo/data");

/** Products a second that a file of new products brings in, and the same file once more, which changes nothing. */
export async function importProducts(inside: Inside): Promise<Sample> {
  const categories = JSON.parse(await readFile(join(DATA, "categories.json"), "utf8")) as Input<
    typeof catalog.putCategory
  >[];
  for (const { slug, parent = null, names, position = 0 } of categories)
    await inside.call(catalog.putCategory, { slug, parent, names, position });
  const prefix = `${newId("import").slice(0, 13)}-`;
  const fresh = await importOnce(inside, prefix, "created");
  const again = await importOnce(inside, prefix, "unchanged");
  return { value: fresh, unchangedPerSecond: again };
}

async function importOnce(inside: Inside, prefix: string, outcome: "created" | "unchanged"): Promise<number> {
  const startedMs = performance.now();
  const result = await inside.call(catalog.importProducts, {
    format: "ndjson",
    from: 1,
    body: Readable.from(lines(prefix)),
  });
  if (result[outcome] !== result.lines) throw new Error(`The import went otherwise: ${JSON.stringify(result)}`);
  return result.lines / ((performance.now() - startedMs) / 1_000);
}

type Draft = { slug: string; slugs: Record<string, string>; variants: { sku: string }[] };

/** The demo goods under other SKUs. */
async function* lines(prefix: string): AsyncGenerator<Buffer> {
  for await (const line of createInterface({
    input: createReadStream(join(DATA, "products.ndjson.gz")).pipe(createGunzip()),
  })) {
    const draft = JSON.parse(line) as Draft;
    const variants = draft.variants.map((variant) => ({ ...variant, sku: prefix + variant.sku }));
    const slugs = Object.fromEntries(Object.entries(draft.slugs).map(([locale, slug]) => [locale, prefix + slug]));
    yield Buffer.from(`${JSON.stringify({ ...draft, slug: prefix + draft.slug, slugs, variants })}\n`);
  }
}
