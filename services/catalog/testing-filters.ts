import type { Output } from "#kernel/contract";
import type { TestShop } from "#platform/testing";
import { catalog } from "./contract.ts";
import type { ProductSource } from "./product-schema.ts";

/** What a filter must be quoted for. */
export const STRANGE = [
  `it's "so" \\ 100%`,
  "_%",
  "a:b,c|d",
  "\\",
  '"',
  "größe ☃ 🛒",
  "'; --",
  "$.x",
  "line\nbreak",
  " ",
];

/** What is asked for of a list. */
export type Asked = { readonly market: string; readonly category?: string; readonly attributes: readonly string[] };

/** Every product in any status. */
export async function everySource(shop: TestShop): Promise<ProductSource[]> {
  const sources: ProductSource[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await shop.call(catalog.exportProducts, { limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    sources.push(...page.items);
    cursor = page.nextCursor;
  }
  return sources;
}

/** The products of a list, without a database. `except`: a name whose filter does not count. */
export function matching(
  sources: readonly ProductSource[],
  { market, category, attributes }: Asked,
  except?: string,
): ProductSource[] {
  const wanted = Map.groupBy(attributes, (text) => /^[^:]*/.exec(text)![0]);
  wanted.delete(except!);
  const isListed = (path: string) => category === undefined || `${path}/`.startsWith(`${category}/`);
  return sources.filter(
    (source) =>
      source.status === "active" &&
      source.variants.some(({ prices }) => prices.some((price) => price.market === market)) &&
      (category === undefined || source.categories.some(isListed)) &&
      [...wanted].every(([name, texts]) =>
        (source.attributes[name] ?? []).some((value) => texts.includes(`${name}:${value}`)),
      ),
  );
}

/** The facets of a list, without a database. */
export function facetsOf(sources: readonly ProductSource[], asked: Asked): Output<typeof catalog.listFacets>["items"] {
  const names = [...new Set(sources.flatMap(({ attributes }) => Object.keys(attributes)))];
  const facets = names.map((name) => {
    const held = matching(sources, asked, name).map(({ attributes }) => new Set(attributes[name]));
    const values = [...new Set(held.flatMap((set) => [...set]))].map((value) => ({
      value,
      count: held.filter((set) => set.has(value)).length,
    }));
    values.sort((a, b) => b.count - a.count || byBytes(a.value, b.value));
    return { name, values: values.slice(0, 50), products: held.filter(({ size }) => size > 0).length };
  });
  const shown = facets.filter(({ products }) => products > 0);
  shown.sort((a, b) => b.products - a.products || byBytes(a.name, b.name));
  return shown.slice(0, 12).map(({ name, values }) => ({ name, values }));
}

export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
