/** Waits until `isSo` holds of what `look` sees; fails with the last sight after `limitMs`. */
export async function eventually<Seen>(
  look: () => Promise<Seen>,
  isSo: (seen: Seen) => boolean,
  limitMs = 10_000,
): Promise<Seen> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > endMs) throw new Error(`Still not so after ${limitMs} ms: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
