/** Sums of what the operators' ports tell, by series: `name{labels}`. */
export async function readMetrics(desks: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const texts = await Promise.all(desks.map(async (desk) => (await fetch(`${desk}/metrics`)).text()));
  return addedUp(texts);
}

export function addedUp(texts: readonly string[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of texts.join("\n").split("\n")) {
    const at = line.lastIndexOf(" ");
    if (line.startsWith("#") || at < 0) continue;
    const series = line.slice(0, at);
    sums.set(series, (sums.get(series) ?? 0) + Number(line.slice(at + 1)));
  }
  return sums;
}

/** Of all series of a name, whatever their labels. */
export function sumOf(metrics: ReadonlyMap<string, number>, name: string): number {
  const own = [...metrics].filter(([series]) => series === name || series.startsWith(`${name}{`));
  return own.reduce((sum, [, value]) => sum + value, 0);
}

/** The quantile (0 … 1) of what a histogram took in between two looks, over all its labels: the upper edge of the bucket it is in.
 *  Undefined when it took in nothing. */
export function quantileBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  { name, quantile }: { readonly name: string; readonly quantile: number },
): number | undefined {
  const counts = new Map<number, number>();
  for (const [series, value] of after) {
    const edge = series.startsWith(`${name}_bucket{`) ? /le="([^"]+)"/.exec(series)?.[1] : undefined;
    if (edge === undefined) continue;
    const at = edge === "+Inf" ? Number.POSITIVE_INFINITY : Number(edge);
    counts.set(at, (counts.get(at) ?? 0) + value - (before.get(series) ?? 0));
  }
  const edges = [...counts].toSorted(([a], [b]) => a - b);
  const total = edges.at(-1)?.[1] ?? 0;
  return total === 0 ? undefined : edges.find(([, count]) => count >= quantile * total)![0];
}
