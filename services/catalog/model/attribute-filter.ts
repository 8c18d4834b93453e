/** What a list is filtered by: per name, in the order of the names, its values in their order, each once. One of a name's values is
 *  enough; every name must match. */
export type AttributeFilter = ReadonlyMap<string, readonly string[]>;

/** Reads `name:value` texts; what is asked for in another order, or twice, is the same filter. */
export function readFilter(told: readonly string[]): AttributeFilter {
  const filter = new Map<string, string[]>();
  for (const text of [...new Set(told)].toSorted()) {
    const cut = text.indexOf(":");
    const name = text.slice(0, cut);
    filter.set(name, [...(filter.get(name) ?? []), text.slice(cut + 1)]);
  }
  return filter;
}

/** One text for all ways to ask for the same. */
export function keyOfFilter(filter: AttributeFilter): string {
  return filter.size === 0 ? "" : JSON.stringify([...filter]);
}

/** The filter as PostgreSQL's jsonpath over a product's attributes: `($."colour"[*] == "red" || …) && (…)`. Texts are quoted there
 *  as in JSON. */
export function pathOfFilter(filter: AttributeFilter): string {
  return [...filter].map(([name, values]) => pathOfName(name, values)).join(" && ");
}

/** The part of one name. */
export function pathOfName(name: string, values: readonly string[]): string {
  return `(${values.map((value) => `$.${JSON.stringify(name)}[*] == ${JSON.stringify(value)}`).join(" || ")})`;
}
